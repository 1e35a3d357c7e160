"""Where the network's grid lies."""

import itertools
from collections import Counter

import pytest

from impasto.synthesis.grid_shift import JITTER, R2_STEP, cyclic_shifts, no_shift, spread_shifts


def test_no_shift():
    assert [no_shift((40, 60), evaluation) for evaluation in range(3)] == [(0, 0)] * 3


def test_a_few_shifts_in_turn():
    rule = cyclic_shifts(JITTER)
    assert [rule((40, 60), evaluation) for evaluation in range(6)] == [*JITTER, *JITTER[:2]]


@pytest.mark.parametrize("axis", [0, 1])
def test_jitter_has_every_residue_of_4_once(axis):
    assert sorted(shift[axis] % 4 for shift in JITTER) == [0, 1, 2, 3]


def test_spread_shifts_are_even_and_less_than_the_sides():
    """Rows are limited by a side of 3 px, columns by the longest shift."""
    rule = spread_shifts(7, seed=0)
    shifts = [rule((3, 100), evaluation) for evaluation in range(480)]
    for axis, count in ((0, 3), (1, 8)):
        times = Counter(shift[axis] for shift in shifts)
        assert sorted(times) == list(range(count))
        assert all(abs(n - 480 / count) < 8 for n in times.values())


def test_spread_shifts_follow_roberts_sequence():
    """With one shift a thousandth, each is a step of the R2 sequence from the one before."""
    rule = spread_shifts(999, seed=5)
    shifts = [rule((2000, 2000), evaluation) for evaluation in range(20)]
    for before, after in itertools.pairwise(shifts):
        for axis in (0, 1):
            assert abs((after[axis] - before[axis] - 1000 * R2_STEP[axis] + 500) % 1000 - 500) <= 1


def test_the_seed_says_where_the_sequence_begins():
    first, same, other = (spread_shifts(99, seed=seed)((500, 500), 3) for seed in (1, 1, 2))
    assert first == same != other


def test_no_jitter_is_no_shift():
    assert {spread_shifts(0, seed=3)((40, 40), evaluation) for evaluation in range(9)} == {(0, 0)}
