"""A visitor's turn at painting: what changes on the page, and what the API's call gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from torch import Tensor

from impasto.images import io
from impasto.images.resize import cover
from impasto.result import Result
from impasto.settings import Settings
from impasto.studio import live
from impasto.studio.curve import curve
from impasto.studio.events import Changes, TabEvents, TabParts
from impasto.studio.painting_task import PaintingTask, Pictures
from impasto.studio.preview_stream import PreviewEvent, moments
from impasto.studio.sessions import Entry, Session
from impasto.synthesis.job import Job


@dataclass(frozen=True, kw_only=True)
class PaintingParts(TabParts):
    """The parts of a tab that a painting changes."""

    canvas: gr.HTML
    pages: gr.HTML
    picture: gr.DownloadButton
    record: gr.DownloadButton
    curve: gr.HTML
    history: gr.Gallery
    reuse: gr.Button
    load: gr.UploadButton

    @property
    def changing(self) -> list[Any]:
        """Those that a painting changes."""
        return [self.canvas, self.pages, self.status, self.picture, self.record, self.curve, self.history,
                self.reuse, self.paint, self.stop]  # fmt: skip

    def showing(self, entry: Entry) -> Changes:
        """A finished painting."""
        value = live.finished_picture(entry.picture, size=entry.size, before=entry.before, tile=entry.tile)
        return {
            self.canvas: gr.update(visible=False),
            self.pages: gr.update(value=value, visible=True),
            self.picture: gr.update(value=str(entry.picture), interactive=True),
            self.record: gr.update(value=str(entry.record), interactive=True),
            self.reuse: gr.update(interactive=True),
        }


@dataclass(frozen=True)
class PaintingEvents(TabEvents):
    """The events of a tab that paints.

    Attributes:
        task: what it paints.
        desk: what every tab works with.
        read: see ``Read``.
    """

    task: PaintingTask

    def changes(
        self, visit: Session, board: PaintingParts, pictures: Pictures, settings: Settings
    ) -> Iterator[Changes]:
        """The painting, moment after moment; as ``TabEvents.changes``."""
        yield {board.status: live.status("Painting.")}
        for moment in self._moments(visit, pictures, settings):
            if moment.result is None:
                # The painting of before stays until there is something new to see.
                yield {
                    board.canvas: gr.update(value=live.canvas(moment), visible=True),
                    board.pages: gr.update(visible=False),
                    board.curve: curve(moment.points),
                }
                continue
            if visit.gone:
                return
            yield {
                **self._finished(visit, board, moment, moment.result, pictures),
                board.curve: curve(moment.points),
            }

    def _moments(self, visit: Session, pictures: Pictures, settings: Settings) -> Iterator[PreviewEvent]:
        def sketch() -> Job:
            return self.task.sketch(pictures, settings)

        def prepare() -> Job:
            return self.task.job(pictures, settings)

        return moments(sketch, prepare, stopped=lambda: visit.ended(self.task.name))

    def _finished(
        self, visit: Session, stage: PaintingParts, moment: PreviewEvent, result: Result, pictures: Pictures
    ) -> Changes:
        interrupted = bool(result.record["interrupted"])
        entry = visit.keep(result, task=self.task.name, before=self.before(result, pictures))
        if entry is None:
            return {}
        visit.chosen[self.task.name] = entry
        return {
            **stage.idle(),
            **stage.showing(entry),
            stage.history: gr.update(value=self.shelf_of(visit), visible=True),
            stage.status: live.finished(moment.step, interrupted=interrupted, notes=moment.notes),
        }

    def shelf_of(self, visit: Session) -> list[tuple[str, str]]:
        """The tab's paintings and their captions, newest first."""
        return [(str(entry.picture), entry.caption) for entry in reversed(visit.of(self.task.name))]

    def before(self, result: Result, pictures: Pictures) -> Tensor | None:
        """The photo at the size of the painting, (1, 3, H, W) in [0, 1], to lay over it; None for none."""
        if not self.task.before or pictures.get(self.task.before) is None:
            return None
        photo = io.read(pictures[self.task.before], max_megapixels=self.desk.limits.max_megapixels)
        height, width = result.pixels.shape[2:]
        return cover(photo.pixels, (height, width))

    def answer(self, visit: Session, pictures: Pictures, settings: Settings) -> tuple[str, str] | None:
        """The painting and its record; as ``TabEvents.answer``."""
        for moment in moments(None, lambda: self.task.job(pictures, settings), stopped=lambda: visit.gone):
            if moment.result is not None and not visit.gone:
                entry = visit.keep(moment.result, task=self.task.name)
                return None if entry is None else (str(entry.picture), str(entry.record))
        return None
