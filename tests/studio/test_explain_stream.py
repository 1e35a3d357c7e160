"""The page that explains as it grows."""

import threading
import time
from concurrent.futures import Future, wait

import pytest
import torch

from impasto.errors import SettingError
from impasto.explain.page import COSTS, START_COST, PageStep
from impasto.settings import ExplainSettings
from impasto.studio.explain_stream import glimpses, in_order, pace

TWO = ExplainSettings(figures=("timeline", "feature-maps"))
FIRST = PageStep("feature-maps", 1, 2, (), 11.0, 5.0)


def never():
    return False


def test_the_order_of_the_page():
    assert in_order(TWO.figures) == ("feature-maps", "timeline")


def test_pace_before_anything_is_known():
    whole = START_COST + COSTS["feature-maps"] + COSTS["timeline"]
    assert pace(TWO, None, 0.0) == (0.0, pytest.approx(whole))
    share, left = pace(TWO, None, 2.0)
    assert share == pytest.approx(2.0 / whole)
    assert left == pytest.approx(whole - 2.0)
    assert pace(ExplainSettings(figures=TWO.figures, size=512), None, 0.0)[1] == pytest.approx(4 * whole)


def test_pace_after_a_chapter_is_that_of_this_machine():
    done = START_COST + COSTS["feature-maps"]
    rate = 11.0 / done
    assert pace(TWO, FIRST, 11.0)[1] == pytest.approx(rate * COSTS["timeline"])
    assert pace(TWO, FIRST, 11.0 + rate)[1] == pytest.approx(rate * (COSTS["timeline"] - 1))
    late, left = pace(TWO, FIRST, 1e6)  # a chapter that takes longer than was thought
    assert late <= 1
    assert left >= 0
    shares = [pace(TWO, FIRST, 11.0 + seconds * rate)[0] for seconds in (1, 6, 7, 8, 9, 12, 20, 30)]
    assert shares == sorted(set(shares))  # it never stands still
    assert pace(TWO, PageStep("timeline", 2, 2, (), 20.0, 0.0), 20.0) == (1.0, 0.0)


def two_chapters(on_picture):
    for number, name in enumerate(("feature-maps", "timeline"), 1):
        for _ in range(3):
            on_picture(torch.full((1, 3, 4, 6), 0.5))
        yield PageStep(name, number, 2, (), float(number), 0.0)


def test_every_chapter_is_told_of():
    works: set[Future] = set()
    seen = list(glimpses(two_chapters, TWO, stopped=never, works=works, every_s=0.01))
    assert [glimpse.drawn.name for glimpse in seen if glimpse.drawn] == ["feature-maps", "timeline"]
    assert seen[-1].share == 1.0
    assert not works


def test_what_is_painted_is_seen_while_a_chapter_lasts():
    def slow(on_picture):
        on_picture(torch.full((1, 3, 4, 6), 0.5))
        torch.multiprocessing.Event().wait(0.2)
        yield FIRST

    first = next(glimpse for glimpse in glimpses(slow, TWO, stopped=never, works=set(), every_s=0.02)
                 if glimpse.picture)  # fmt: skip
    assert first.picture.size == (6, 4)
    assert first.number == 0
    assert 0 <= first.share < 1


def test_stop_is_heard_within_a_chapter():
    answers = iter([False, False, False, False, True])
    seen = list(glimpses(two_chapters, TWO, stopped=lambda: next(answers), works=set(), every_s=0.01))
    assert [glimpse.drawn.name for glimpse in seen if glimpse.drawn] == ["feature-maps"]


def test_who_looks_away_ends_the_drawing():
    def endless(on_picture):
        while True:
            on_picture(torch.zeros(1, 3, 2, 2))
        yield

    works: set[Future] = set()
    seen = glimpses(endless, TWO, stopped=never, works=works, every_s=0.01)
    next(seen)
    assert len(works) == 1
    (work,) = works
    seen.close()
    wait([work], timeout=10)
    assert not works


def test_who_looks_away_waits_for_no_chapter_and_the_next_one_does():
    going_on, running = threading.Event(), []

    def long(on_picture):
        running.append("long")
        on_picture(torch.zeros(1, 3, 2, 2))
        going_on.wait(20)
        running.remove("long")
        yield FIRST

    works: set[Future] = set()
    seen = glimpses(long, TWO, stopped=never, works=works, every_s=0.01)
    while not next(seen).picture:
        pass
    start = time.monotonic()
    seen.close()
    assert time.monotonic() - start < 5

    def after(on_picture):
        assert not running
        yield FIRST

    later = glimpses(after, TWO, stopped=never, works=works, every_s=0.01)
    assert next(later).drawn is None
    going_on.set()
    assert [glimpse.drawn for glimpse in later if glimpse.drawn] == [FIRST]


def test_an_error_is_told_after_what_was_drawn():
    def broken(on_picture):
        yield FIRST
        raise SettingError("no more")

    seen = glimpses(broken, TWO, stopped=never, works=set(), every_s=0.01)
    assert next(glimpse for glimpse in seen if glimpse.drawn).drawn == FIRST
    with pytest.raises(SettingError, match="no more"):
        list(seen)
