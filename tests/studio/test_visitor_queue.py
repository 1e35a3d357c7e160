from impasto.studio.visitor_queue import VisitorQueue


def test_a_cancelled_request_is_skipped():
    queue = VisitorQueue()
    queue.join()
    assert queue.cancel_waiting()
    assert not queue.cancel_waiting()
    queue.join()
    assert not queue.begin()  # the first
    assert queue.begin()
    assert queue.running
    assert not queue.stopped
    queue.stop()
    assert queue.stopped
    queue.end()
    assert not queue.running
    assert not queue.stopped


def test_stop_does_not_hold_for_a_later_request():
    queue = VisitorQueue()
    queue.join()
    queue.begin()
    queue.join()
    queue.stop()
    queue.end()
    assert queue.begin()
    assert not queue.stopped


def test_a_refused_request_is_removed():
    queue = VisitorQueue()
    queue.join()
    assert queue.withdraw()
    queue.begin()
    assert not queue.withdraw()
    queue.end()
    assert not queue.withdraw()
