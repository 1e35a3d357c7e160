"""The page that explains as it grows."""

import threading
import time
from concurrent.futures import Future, wait

import pytest
import torch

from impasto.errors import SettingError
from impasto.explain.page import COSTS, START_COST, PageStep
from impasto.settings import ExplainSettings
from impasto.studio.explain_stream import estimate, in_order, progress_events

TWO = ExplainSettings(figures=("timeline", "feature-maps"))
FIRST = PageStep("feature-maps", 1, 2, (), 11.0, 5.0)


def never():
    return False


def test_the_order_of_the_page():
    assert in_order(TWO.figures) == ("feature-maps", "timeline")


def test_estimate_before_anything_is_known():
    whole = START_COST + COSTS["feature-maps"] + COSTS["timeline"]
    assert estimate(TWO, None, 0.0) == (0.0, pytest.approx(whole))
    share, left = estimate(TWO, None, 2.0)
    assert share == pytest.approx(2.0 / whole)
    assert left == pytest.approx(whole - 2.0)
    assert estimate(ExplainSettings(figures=TWO.figures, size=512), None, 0.0)[1] == pytest.approx(4 * whole)


def test_estimate_after_a_chapter_is_that_of_this_machine():
    done = START_COST + COSTS["feature-maps"]
    rate = 11.0 / done
    assert estimate(TWO, FIRST, 11.0)[1] == pytest.approx(rate * COSTS["timeline"])
    assert estimate(TWO, FIRST, 11.0 + rate)[1] == pytest.approx(rate * (COSTS["timeline"] - 1))
    late, left = estimate(TWO, FIRST, 1e6)  # a chapter that takes longer than was thought
    assert late <= 1
    assert left >= 0
    shares = [estimate(TWO, FIRST, 11.0 + seconds * rate)[0] for seconds in (1, 6, 7, 8, 9, 12, 20, 30)]
    assert shares == sorted(set(shares))  # it never stands still
    assert estimate(TWO, PageStep("timeline", 2, 2, (), 20.0, 0.0), 20.0) == (1.0, 0.0)


def two_chapters(on_picture):
    for number, name in enumerate(("feature-maps", "timeline"), 1):
        for _ in range(3):
            on_picture(torch.full((1, 3, 4, 6), 0.5))
        yield PageStep(name, number, 2, (), float(number), 0.0)


def test_every_chapter_is_told_of():
    threads: set[Future] = set()
    seen = list(progress_events(two_chapters, TWO, stopped=never, threads=threads, every_s=0.01))
    assert [event.drawn.name for event in seen if event.drawn] == ["feature-maps", "timeline"]
    assert seen[-1].progress == 1.0
    assert not threads


def test_what_is_painted_is_seen_while_a_chapter_lasts():
    def slow(on_picture):
        on_picture(torch.full((1, 3, 4, 6), 0.5))
        torch.multiprocessing.Event().wait(0.2)
        yield FIRST

    first = next(
        event
        for event in progress_events(slow, TWO, stopped=never, threads=set(), every_s=0.02)
        if event.picture
    )
    assert first.picture.size == (6, 4)
    assert first.number == 0
    assert 0 <= first.progress < 1


def test_stop_is_heard_within_a_chapter():
    answers = iter([False, False, False, False, True])
    seen = list(
        progress_events(two_chapters, TWO, stopped=lambda: next(answers), threads=set(), every_s=0.01)
    )
    assert [event.drawn.name for event in seen if event.drawn] == ["feature-maps"]


def test_who_looks_away_ends_the_drawing():
    def endless(on_picture):
        while True:
            on_picture(torch.zeros(1, 3, 2, 2))
        yield

    threads: set[Future] = set()
    seen = progress_events(endless, TWO, stopped=never, threads=threads, every_s=0.01)
    next(seen)
    assert len(threads) == 1
    (thread,) = threads
    seen.close()
    wait([thread], timeout=10)
    assert not threads


def test_who_looks_away_waits_for_no_chapter_and_the_next_one_does():
    going_on, running = threading.Event(), []

    def long(on_picture):
        running.append("long")
        on_picture(torch.zeros(1, 3, 2, 2))
        going_on.wait(20)
        running.remove("long")
        yield FIRST

    threads: set[Future] = set()
    seen = progress_events(long, TWO, stopped=never, threads=threads, every_s=0.01)
    while not next(seen).picture:
        pass
    start = time.monotonic()
    seen.close()
    assert time.monotonic() - start < 5

    def after(on_picture):
        assert not running
        yield FIRST

    later = progress_events(after, TWO, stopped=never, threads=threads, every_s=0.01)
    assert next(later).drawn is None
    going_on.set()
    assert [event.drawn for event in later if event.drawn] == [FIRST]


def test_an_error_is_told_after_what_was_drawn():
    def broken(on_picture):
        yield FIRST
        raise SettingError("no more")

    seen = progress_events(broken, TWO, stopped=never, threads=set(), every_s=0.01)
    assert next(event for event in seen if event.drawn).drawn == FIRST
    with pytest.raises(SettingError, match="no more"):
        list(seen)
