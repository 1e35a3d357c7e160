"""The page that explains as a visitor sees it: live pictures, and each chapter when it is drawn."""

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
"""Seconds between two live pictures."""

SLOWER_FROM = 0.8
"""Fraction of a chapter's expected time after which its progress slows down, so that it never stops."""

_DRAWING = threading.Lock()
"""Held while a page is drawn: a page that was stopped still ends its chapter."""


class Stopped(Exception):  # noqa: N818 - not an error
    """Raised inside a chapter to end it."""


@dataclass(frozen=True)
class ExplainProgress:
    """How far a page is.

    Attributes:
        number: of chapters that are done.
        progress: fraction of the work that is done, 0 to 1.
        seconds_left: estimate.
        picture: what is being painted; None with a chapter.
        drawn: a chapter that was just finished; None between chapters.
    """

    number: int
    progress: float
    seconds_left: float
    picture: Image | None = None
    drawn: PageStep | None = None


def in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Chapters in the order of the page."""
    return tuple(name for name in FIGURES if name in names)


def estimate(settings: ExplainSettings, last: PageStep | None, seconds: float) -> tuple[float, float]:
    """(fraction of the work that is done, seconds left).

    Before the first chapter this machine's speed is unknown, and that of one core at the defaults is used.

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
    fraction = (seconds - (last.seconds if last else 0.0)) / max(rate * costs[number], 1e-6)  # of the chapter
    if fraction > SLOWER_FROM:
        rest = 1 - SLOWER_FROM
        fraction = 1 - rest * math.exp(-(fraction - SLOWER_FROM) / rest)
    done += fraction * costs[number]
    return done / total, rate * (total - done)


def progress_events(
    draw: Callable[[OnPicture], Iterator[PageStep]],
    settings: ExplainSettings,
    *,
    stopped: Callable[[], bool],
    threads: set[Future[None]],
    every_s: float = EVERY_S,
) -> Iterator[ExplainProgress]:
    """Draw a page in a thread until it is finished or stopped.

    A chapter is one long call: without the thread there would be no progress and no Stop in it.

    Args:
        draw: ``page_steps`` with its argument ``on_picture``.
        settings: of the page.
        stopped: whether to end; asked after each step of a canvas.
        threads: holds the thread's future while it runs.
        every_s: seconds between two events without a new chapter.
    Yields:
        Progress every ``every_s``, and with each chapter.
    Raises:
        ImpastoError: as ``page_steps``.
    """
    chapters: SimpleQueue[PageStep] = SimpleQueue()
    canvases: list[Tensor] = []  # the last one
    closed = threading.Event()

    def on_picture(pixels: Tensor) -> None:
        if closed.is_set() or stopped():
            raise Stopped
        canvases[:] = [pixels]

    def work() -> None:
        with _DRAWING:
            if closed.is_set():
                return
            try:
                for drawn in draw(on_picture):
                    chapters.put(drawn)
                    if closed.is_set() or stopped():
                        return
            except Stopped:
                return

    start = time.monotonic()
    last: PageStep | None = None
    pool = ThreadPoolExecutor(1, "explain")
    future = pool.submit(work)
    threads.add(future)
    future.add_done_callback(threads.discard)
    try:
        while True:
            ended = bool(wait([future], timeout=every_s).done)
            while not chapters.empty():
                last = chapters.get()
                yield ExplainProgress(last.number, *estimate(settings, last, last.seconds), drawn=last)
            if ended:
                break
            seconds = time.monotonic() - start
            picture = io.to_pil(canvases[0]) if canvases else None
            number = last.number if last else 0
            yield ExplainProgress(number, *estimate(settings, last, seconds), picture)
    finally:
        closed.set()
        pool.shutdown(wait=False)  # a chapter may take long: whoever closes this does not wait for it
    future.result()
