from impasto.studio.visitor_queue import VisitorQueue


def test_a_cancelled_request_gets_no_turn():
    queue = VisitorQueue()
    queue.join()
    first = queue.claim()
    assert queue.claim() is None  # a click makes one run
    assert queue.cancel_waiting()
    assert not queue.cancel_waiting()
    assert queue.requests == 0
    queue.join()
    second = queue.claim()
    assert not queue.begin(first)
    assert queue.begin(second)
    assert queue.running
    assert not queue.stopped
    queue.stop()
    assert queue.stopped
    queue.end(second)
    assert not queue.running
    assert not queue.stopped


def test_stop_before_a_run_was_made():
    queue = VisitorQueue()
    queue.join()
    assert queue.cancel_waiting()
    assert queue.claim() is None


def test_stop_does_not_hold_for_a_later_request():
    queue = VisitorQueue()
    queue.join()
    first = queue.claim()
    queue.begin(first)
    queue.join()
    queue.stop()
    queue.end(first)
    assert queue.begin(queue.claim())
    assert not queue.stopped


def test_a_request_without_a_run_is_removed():
    queue = VisitorQueue()
    queue.join()
    queue.withdraw()
    assert queue.requests == 0
    queue.join()
    queue.begin(queue.claim())
    queue.withdraw()
    assert queue.requests == 1
