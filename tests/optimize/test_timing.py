import pytest

from impasto.optimize.schedule import Scale
from impasto.optimize.timing import WRITING_SHARE, Throttle, TimeLeft

SCALES = [Scale(85, 128, 88), Scale(170, 256, 58), Scale(341, 512, 39), Scale(682, 1024, 26)]


class Time:
    """A clock that a test sets."""

    def __init__(self):
        self.s = 100.0

    def __call__(self):
        return self.s


def painted(clock, time, scales, *, overhead_s, pixel_s, warm_s=0.0, prepare=2.2, first=1.5, begin=0):
    """Paint: (scale, step, seconds used, seconds left as estimated) after every step.

    A step costs overhead + pixels, the first of a size half as much again, and the targets about two steps.
    """
    rows = []
    for index, scale in list(enumerate(scales))[begin:]:
        a_step = overhead_s + pixel_s * scale.pixels
        clock.enter(index)
        time.s += prepare * a_step + (warm_s if index == begin else 0)
        clock.ready()
        for number in range(1, scale.steps + 1):
            time.s += a_step * (first if number == 1 else 1)
            clock.tick()
            rows.append((index, number, clock.seconds, clock.left(number)))
    return rows


def test_the_estimate_is_honest_at_every_size():
    time = Time()
    rows = painted(TimeLeft(SCALES, clock=time), time, SCALES, overhead_s=0.009, pixel_s=1e-6, warm_s=3.0)
    end = rows[-1][2]
    assert rows[-1][3] == 0
    for index, number, used, left in rows:
        if number >= 2 and index < 3:
            assert left == pytest.approx(end - used, rel=0.25), (index, number)
    at_the_last = [(end - used, left) for index, number, used, left in rows if index == 3 and number >= 2]
    assert all(left == pytest.approx(truth, rel=0.02, abs=1e-6) for truth, left in at_the_last)


@pytest.mark.parametrize("overhead_s", [0.0, 0.06])
def test_two_sizes_tell_the_overhead_of_any_machine(overhead_s):
    time = Time()
    rows = painted(TimeLeft(SCALES, clock=time), time, SCALES, overhead_s=overhead_s, pixel_s=1e-6)
    end = rows[-1][2]
    for index, number, used, left in rows:
        if number >= 2 and index in (1, 2):
            assert left == pytest.approx(end - used, rel=0.25), (index, number)


def test_a_resumed_run_counts_on():
    """What was measured before the stop is known at once, and the seconds go on."""
    time = Time()
    before = TimeLeft(SCALES, clock=time)
    costs = {"overhead_s": 0.009, "pixel_s": 1e-6, "prepare": 0.0, "first": 1.0}
    rows = painted(before, time, SCALES[:2], **costs)
    again = TimeLeft(SCALES, spent_s=before.seconds, costs=before.costs, clock=time)
    again.enter(1)
    assert again.seconds == pytest.approx(rows[-1][2])
    truth = sum(scale.steps * (0.009 + 1e-6 * scale.pixels) for scale in SCALES[2:])
    assert again.left(SCALES[1].steps) == pytest.approx(truth, rel=0.01)
    rest = painted(again, time, SCALES, begin=2, **costs)
    assert rest[-1][2] == pytest.approx(rows[-1][2] + truth)


def test_before_the_first_step_nothing_is_known():
    assert TimeLeft(SCALES).left(0) == 0


def test_noise_does_not_make_larger_sizes_cheaper():
    time = Time()
    clock = TimeLeft(SCALES, clock=time)
    for index, a_step in ((0, 0.2), (1, 0.1)):
        clock.enter(index)
        clock.ready()
        for _ in range(3):
            time.s += a_step
            clock.tick()
    later = sum(scale.steps for scale in SCALES[2:])
    assert clock.left(58) == pytest.approx(0.1 * later)


def test_throttle_by_hand():
    time = Time()
    throttle = Throttle(30.0, clock=time)
    assert throttle.due
    with throttle.writing():
        time.s += 1.0
    time.s += 29.0
    assert not throttle.due
    time.s += 1.0
    assert throttle.due
    with throttle.writing():
        time.s += 6.0  # a slow disk: writing for a twentieth of the time
    time.s += 6.0 / WRITING_SHARE - 6.1
    assert not throttle.due
    time.s += 0.2
    assert throttle.due
    late = Throttle(1.0, first_s=5.0, clock=time)
    assert not late.due
    time.s += 5.0
    assert late.due
