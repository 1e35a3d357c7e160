import threading
import time

from impasto.studio.turns import Turns


def test_in_the_order_in_which_they_came():
    turns, order, entered = Turns(), [], threading.Event()

    def work(name, hold=None):
        with turns.turn():
            order.append(name)
            entered.set()
            if hold is not None:
                hold.wait(10)

    hold = threading.Event()
    threads = [threading.Thread(target=work, args=("a", hold))]
    threads[0].start()
    entered.wait(10)
    for name in "bc":
        before = turns.waiting
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        while turns.waiting == before:
            time.sleep(0.001)
    assert turns.waiting == 2
    hold.set()
    for thread in threads:
        thread.join(10)
    assert order == ["a", "b", "c"]
    assert turns.waiting == 0


def test_the_place_in_the_line_is_told_when_it_changes():
    turns = Turns()
    first, second, third = object(), object(), object()
    assert list(turns.places(first)) == [0]
    waiting, last = turns.places(second), turns.places(third)
    assert next(waiting) == 1
    assert next(last) == 2
    turns.leave(second)  # it was stopped
    assert next(last) == 1
    turns.leave(first)
    assert list(last) == [0]
