"""Frames by optimisation in several passes, forwards and backwards: later frames help earlier ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from impasto.images.resize import resize
from impasto.video.clip import ClipInfo, Frame
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import Motion
from impasto.video.frame_colors import to_bytes
from impasto.video.frame_loop import VideoStep, is_cut
from impasto.video.optimise import cut_to, device_of, last_canvas, placed, with_temporal_terms
from impasto.video.work_folder import not_kept, save

PAPER_WEIGHTS = (1e3, 5e2)
"""Weights of the temporal term in the paper's program, in one pass and in several; we keep their ratio."""


PROGRESS = "progress.json"
"""File that says how far the passes are."""


@dataclass(frozen=True)
class PassStep:
    """What is reported after each frame of a pass.

    Attributes:
        number: of the frame, from 0.
        count: of frames.
        pass_number: from 1.
        done: frames of all passes that are painted.
        shown: (1, 3, H, W) in [0, 1].
    """

    number: int
    count: int
    pass_number: int
    done: int
    shown: Tensor = field(repr=False)


@dataclass
class Store:
    """Frames and canvases in a folder; a killed run goes on after the last whole frame.

    Attributes:
        folder: of the files.
        pass_number: the pass in progress, from 1.
        order: frames of this pass that are painted, in their order.
        cuts: for every frame, whether nothing of the one before is in it.
        times: of every frame, seconds.
    """

    folder: Path
    pass_number: int = 1
    order: list[int] = field(default_factory=list)
    cuts: list[bool] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @classmethod
    def opened(cls, folder: Path) -> Store:
        """What a folder holds; a new one where it holds nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / PROGRESS
        if not file.exists():
            return cls(folder)
        return cls(folder, **json.loads(file.read_text(encoding="utf-8")))

    @property
    def count(self) -> int:
        """Frames that are known."""
        return len(self.times)

    def keep(self, number: int, canvas: Tensor) -> None:
        """Keep the canvas of a frame in this pass, and forget that of the pass before.

        Raises:
            OutputError: the disk is full; the text says at which frame.
        """
        try:
            save(self._canvas(number, self.pass_number), partial(np.save, arr=canvas.numpy()))
        except OSError as error:
            raise not_kept(number, self.folder, error) from error
        self.order.append(number)
        self._write()
        self._canvas(number, self.pass_number - 1).unlink(missing_ok=True)

    def keep_frame(self, number: int, frame: Tensor, *, time_s: float, is_cut: bool) -> None:
        """Keep an original, before its canvas.

        Raises:
            OutputError: as ``keep``.
        """
        try:
            save(self._frame(number), partial(np.save, arr=to_bytes(frame)))
        except OSError as error:
            raise not_kept(number, self.folder, error) from error
        self.times[number:], self.cuts[number:] = [time_s], [is_cut]

    def next_pass(self) -> None:
        """Begin the next pass."""
        self.pass_number, self.order = self.pass_number + 1, []
        self._write()

    def frame(self, number: int) -> Tensor:
        """An original, (1, 3, H, W) in [0, 1], rounded to 8 bits."""
        levels = torch.from_numpy(np.load(self._frame(number)))
        return levels.permute(2, 0, 1)[None].float() / 255

    def canvas(self, number: int, *, before: bool = False) -> Tensor:
        """The newest canvas of a frame; or that of the pass before, if this one's may be there already."""
        newest = self._canvas(number, self.pass_number)
        older = self._canvas(number, self.pass_number - 1)
        return torch.from_numpy(np.load(older if before or not newest.exists() else newest))

    def _frame(self, number: int) -> Path:
        return self.folder / f"original-{number:08}.npy"

    def _canvas(self, number: int, pass_number: int) -> Path:
        return self.folder / f"canvas-{number:08}-{pass_number}.npy"

    def _write(self) -> None:
        """Write how far the passes are.

        Raises:
            OutputError: the disk is full.
        """
        said = {name: getattr(self, name) for name in ("pass_number", "order", "cuts", "times")}
        text = json.dumps(said)
        try:
            save(self.folder / PROGRESS, lambda file: file.write(text.encode()))
        except OSError as error:
            raise not_kept(max(0, len(self.order) - 1), self.folder, error) from error


class MultiPassEngine(FrameEngine):
    """Every frame apart first; then passes through all of them, forwards and backwards in turn.

    A frame of a later pass begins with a mix of itself and the neighbour that this pass has painted already,
    moved along the flow:

    x_i <- (x_i + c x'_(i - 1)) / (1 + c),  c the certainty, x' the neighbour moved

    (backwards: i + 1). From the middle of the passes on it is also held to both neighbours.

    Source: Ruder, Dosovitskiy, Brox 2016, section 4.3, and their program: b = 1 for the neighbour of this
    pass, 0 for the other; temporal terms from pass 8 of 15, of half the weight of the single pass.
    Differs: a frame is held to both neighbours, in the program only to the one of this pass; the first pass
    paints each frame from coarse to fine from the frame itself, not from noise; flow by dense inverse search;
    originals are rounded to 8 bits; with ``loop``, the last frame and the first are neighbours.
    """

    store: Store | None = None

    def prepare(
        self, frames: Iterable[tuple[int, float, Tensor]], folder: Path, *, loop: bool
    ) -> Iterator[PassStep]:
        """Paint all frames in all passes; ``paint`` then only gives what was painted.

        Args:
            frames: (number from 0, seconds, (1, 3, H, W) in [0, 1]) of each.
            folder: where frames and canvases are kept.
            loop: the last frame leads to the first again.
        Yields:
            A ``PassStep`` after each frame of each pass.
        """
        store = self.store = Store.opened(folder)
        if store.pass_number == 1:
            yield from self._first_pass(store, frames)
            if loop and store.count > 1:
                store.cuts[0] = self._is_cut(store, 0, store.count - 1)
            store.next_pass()
        while store.pass_number <= self.settings.passes:
            forwards = store.pass_number % 2 == 1
            numbers = range(store.count) if forwards else range(store.count - 1, -1, -1)
            for number in numbers[len(store.order) :]:
                canvas, shown = self._again(store, number, forwards=forwards, loop=loop)
                store.keep(number, canvas)
                done = (store.pass_number - 1) * store.count + len(store.order)
                yield PassStep(number, store.count, store.pass_number, done, shown)
            store.next_pass()

    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """As ``FrameEngine.paint``: what the passes have painted."""
        if self.store is None:
            raise RuntimeError("prepare comes first")
        canvas = self.store.canvas(number % self.store.count)  # a second round of a loop counts on
        job = self.still(frame, self.of_frame(max(frame.shape[2:])), self.context)
        return canvas, resize(job.finish(canvas).cpu(), (frame.shape[2], frame.shape[3]))

    def _first_pass(self, store: Store, frames: Iterable[tuple[int, float, Tensor]]) -> Iterator[PassStep]:
        for number, time_s, frame in frames:
            if number < len(store.order):
                continue
            store.keep_frame(number, frame, time_s=time_s, is_cut=False)
            store.cuts[number] = number == 0 or self._is_cut(store, number, number - 1)
            self.time_s = time_s
            job = self.still(frame, self.of_frame(max(frame.shape[2:])), self.context)
            canvas = last_canvas(job)
            store.keep(number, canvas)
            shown = resize(job.finish(canvas).cpu(), (frame.shape[2], frame.shape[3]))
            yield PassStep(number, store.count, 1, len(store.order), shown)

    def _is_cut(self, store: Store, number: int, before: int) -> bool:
        """Whether hardly anything of one frame is in another."""
        motion = self.flows.between(store.frame(number), store.frame(before), (number, before))
        return is_cut(motion, self.settings.scene_cut)

    def _again(self, store: Store, number: int, *, forwards: bool, loop: bool) -> tuple[Tensor, Tensor]:
        """A frame in a later pass: its canvas, and the picture."""
        s, frame = self.settings, store.frame(number)
        shape = (frame.shape[2], frame.shape[3])
        self.time_s = store.times[number]
        still = self.still(frame, self.of_frame(max(shape)), self.context)
        scale = replace(still.scales[-1], steps=s.frame_steps)
        pulls = {}
        for offset in (-1, 1):
            other = (number + offset) % store.count
            later = number if offset < 0 else other  # the later of the two says whether there is a cut
            is_neighbour = loop or other == number + offset
            if store.count > 1 and is_neighbour and not store.cuts[later]:
                moved = self.flows.between(frame, store.frame(other), (number, other))
                warped = moved.warped(cut_to(store.canvas(other), shape))
                pulls[offset] = placed(warped, moved.certainty, scale)
        canvas = store.canvas(number, before=True)
        if (visited := pulls.get(-1 if forwards else 1)) is not None:
            warped, certainty = visited
            canvas = (canvas + certainty * warped) / (1 + certainty)
        is_held = 2 * store.pass_number > s.passes
        weight = s.temporal_weight * PAPER_WEIGHTS[1] / PAPER_WEIGHTS[0] if is_held else 0.0
        slower = replace(still.loop, rate=still.loop.rate * s.frame_rate)
        start = canvas.to(device_of(still))
        job = replace(still, scales=(scale,), loop=slower, start=lambda _: start)
        job = with_temporal_terms(job, list(pulls.values()), weight)
        canvas = last_canvas(job)
        return canvas, resize(job.finish(canvas).cpu(), shape)


def pass_steps(
    engine: MultiPassEngine,
    info: ClipInfo,
    frames: Iterator[Frame],
    shape: tuple[int, int],
    folder: Path,
    begin: float,
) -> Iterator[VideoStep]:
    """Paint all frames in all passes, with reports.

    Args:
        engine: paints.
        info: of the clip.
        frames: of the clip, in order.
        shape: (height, width) of the result, px.
        folder: where frames and canvases are kept.
        begin: when the run began, as ``time.monotonic`` has it.
    """

    def resized() -> Iterator[tuple[int, float, Tensor]]:
        origin: int | None = None
        for frame in frames:
            origin = frame.pts if origin is None else origin
            yield frame.number, (frame.pts - origin) * float(info.time_base), resize(frame.pixels, shape)

    settings = engine.settings
    steps = engine.prepare(resized(), folder, loop=settings.loop)
    for painted, step in enumerate(steps, 1):
        seconds, count = time.monotonic() - begin, step.count if step.pass_number > 1 else info.count
        yield VideoStep(
            step.number + 1,
            count,
            *shape,
            False,
            seconds,
            None if count is None else max(0, settings.passes * count - step.done) * seconds / painted,
            snapshot=partial(Tensor.clone, step.shown),
            pass_number=step.pass_number,
            fraction=None if count is None else min(1.0, step.done / (settings.passes * count)),
        )
