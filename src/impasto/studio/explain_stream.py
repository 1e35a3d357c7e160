"""The page that explains as it grows: what is being painted, and each chapter when it is drawn."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import SimpleQueue

from PIL.Image import Image
from torch import Tensor

from impasto.explain.on_picture import OnPicture
from impasto.explain.page import COSTS, START_COST, PageStep
from impasto.images import io
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings

EVERY_S = 0.5
"""Seconds between two looks at what is being painted."""

NEARLY = 0.8
"""Share of a chapter's expected time after which its progress slows down, so that it never stands still."""

_ALONE = threading.Lock()  # one drawing at a time, also while one that was left ends its chapter


class Stopped(Exception):  # noqa: N818 - no error: nobody wants more
    """Ends the drawing from within."""


@dataclass(frozen=True)
class ExplainProgress:
    """What there is to see.

    Attributes:
        number: of chapters that are done.
        share: of the work that is done, 0 to 1.
        seconds_left: estimate.
        picture: what is being painted; None at a chapter.
        drawn: the chapter, when it is done.
    """

    number: int
    share: float
    seconds_left: float
    picture: Image | None = None
    drawn: PageStep | None = None


def in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Chapters in the order of the page."""
    return tuple(name for name in FIGURES if name in names)


def pace(settings: ExplainSettings, last: PageStep | None, seconds: float) -> tuple[float, float]:
    """How much of the work is done, 0 to 1, and how many seconds are left.

    Before the first chapter this machine's speed is not known: one core at the defaults is taken for it.

    Args:
        settings: of the page.
        last: the last chapter that was drawn.
        seconds: since the beginning.
    """
    costs = [COSTS[name] for name in in_order(settings.figures)]
    costs[0] += START_COST
    total, number = sum(costs), last.number if last else 0
    done = sum(costs[:number])
    if number == len(costs):
        return 1.0, 0.0
    default = ExplainSettings()
    speed = (settings.size / default.size) ** 2 * settings.steps / default.steps
    rate = last.seconds / done if last else speed  # seconds a unit of cost
    through = (seconds - (last.seconds if last else 0.0)) / max(rate * costs[number], 1e-6)
    if through > NEARLY:
        through = 1 - (1 - NEARLY) * math.exp(-(through - NEARLY) / (1 - NEARLY))
    into = through * costs[number]
    return (done + into) / total, rate * (total - done - into)


def glimpses(
    draw: Callable[[OnPicture], Iterator[PageStep]],
    settings: ExplainSettings,
    *,
    stopped: Callable[[], bool],
    works: set[Future[None]],
    every_s: float = EVERY_S,
) -> Iterator[ExplainProgress]:
    """Draw in a thread, and tell of it, until the page is finished or stopped.

    A chapter is one long call, in which nothing could be told and no Stop be heard without the thread.

    Args:
        draw: as ``page_steps``, for someone who watches.
        settings: of the page.
        stopped: whether to end; asked whenever something was painted.
        works: the thread's work is in here while it lasts.
        every_s: seconds between two glimpses without news.
    Yields:
        A glimpse every now and then, and one with each chapter.
    Raises:
        ImpastoError: as ``page_steps``.
    """
    news: SimpleQueue[PageStep] = SimpleQueue()
    seen: list[Tensor] = []
    left = threading.Event()

    def on_picture(pixels: Tensor) -> None:
        if left.is_set() or stopped():
            raise Stopped
        seen[:] = [pixels]

    def work() -> None:
        with _ALONE:
            if left.is_set():
                return
            try:
                for drawn in draw(on_picture):
                    news.put(drawn)
                    if left.is_set() or stopped():
                        return
            except Stopped:
                return

    start = time.monotonic()
    last: PageStep | None = None
    pool = ThreadPoolExecutor(1, "explain")
    future = pool.submit(work)
    works.add(future)
    future.add_done_callback(works.discard)
    try:
        while True:
            ended = bool(wait([future], timeout=every_s).done)
            while not news.empty():
                last = news.get()
                share, seconds_left = pace(settings, last, last.seconds)
                yield ExplainProgress(last.number, share, seconds_left, drawn=last)
            if ended:
                break
            share, seconds_left = pace(settings, last, time.monotonic() - start)
            picture = io.to_pil(seen[0]) if seen else None
            yield ExplainProgress(last.number if last else 0, share, seconds_left, picture)
    finally:
        left.set()
        pool.shutdown(wait=False)  # a chapter may last: nobody who closes this is kept waiting
    future.result()
