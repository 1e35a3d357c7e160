"""The events of a tab that paints: live pictures, the results, and the API's call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from torch import Tensor

from impasto.images import io
from impasto.images.resize import cover
from impasto.result import Result
from impasto.settings import Settings
from impasto.settings.task import Inputs
from impasto.studio import page_html
from impasto.studio.curve import curve
from impasto.studio.events import TabEvents, TabParts
from impasto.studio.live_run import Changes
from impasto.studio.painting_task import PaintingTask
from impasto.studio.preview_stream import Finished, PreviewEvent, preview_events
from impasto.studio.session import Entry, Session, packed


@dataclass(frozen=True, kw_only=True)
class PaintingParts(TabParts):
    """The parts of a tab that paints.

    Attributes:
        canvas: the live picture.
        result: the finished picture.
        picture: button that downloads it.
        record: button that downloads its record.
        curve: of the loss.
        history: earlier results.
        reuse: button that takes the settings of one.
        format: of the picture that is downloaded.
        compare: whether the next one that is chosen is laid over the painting shown.
        load: button that takes settings from a file.
    """

    canvas: gr.HTML
    result: gr.HTML
    picture: gr.DownloadButton
    record: gr.DownloadButton
    curve: gr.HTML
    history: gr.Gallery
    reuse: gr.Button
    compare: gr.Checkbox
    format: gr.Dropdown
    load: gr.UploadButton

    @property
    def changing(self) -> list[Any]:
        """The parts that a run changes."""
        shown = [self.canvas, self.result, self.picture, self.record, self.curve, self.history, self.reuse]
        shown.append(self.format)
        return [*super().changing, *shown]

    def showing(self, entry: Entry, *, download: Path | None = None, value: str = "") -> Changes:
        """The changes that show a result, or several.

        Args:
            entry: the result.
            download: the file of the button, if not its picture.
            value: the HTML, if not of the picture alone.
        """
        label = "Download picture" if download is None else "Download pictures"
        return {
            self.canvas: gr.update(visible=False),
            self.result: gr.update(value=value or page_html.finished_picture(entry), visible=True),
            self.format: gr.update(value="PNG"),
            self.picture: gr.update(value=str(download or entry.picture), label=label, interactive=True),
            self.record: gr.update(value=str(entry.record_file), interactive=True),
            self.reuse: gr.update(interactive=True),
        }


@dataclass(frozen=True)
class PaintingEvents(TabEvents):
    """The events of a tab that paints; as ``TabEvents``."""

    task: PaintingTask

    def changes(
        self, session: Session, parts: PaintingParts, inputs: Inputs, settings: Settings
    ) -> Iterator[Changes]:
        """As ``TabEvents.changes``."""
        yield {parts.status: page_html.status("Painting.")}
        for event in preview_events(
            self.task, inputs, settings, stopped=lambda: session.stopped(self.task.name)
        ):
            if isinstance(event, PreviewEvent):
                # The earlier result stays until there is something new to see.
                yield {
                    parts.canvas: gr.update(value=page_html.canvas(event), visible=True),
                    parts.result: gr.update(visible=False),
                    parts.curve: curve(event.points),
                }
            elif not session.ended:
                yield self._finished(session, parts, event, inputs)

    def _finished(self, session: Session, parts: PaintingParts, event: Finished, inputs: Inputs) -> Changes:
        entries = self._add(session, event, inputs)
        if not entries:
            words = "Stopped before the first picture was finished."
            return {**parts.idle(), parts.status: page_html.status(words)}
        last = entries[-1]
        session.chosen[self.task.name] = last
        showing = parts.showing(last)
        if len(entries) > 1:
            archive = packed(
                last.picture.with_suffix(".zip"),
                (file for entry in entries for file in (entry.picture, entry.record_file)),
            )
            strip = page_html.picture_strip(entries[: len(event.results)])
            showing = parts.showing(last, download=archive, value=strip)
        return {
            **parts.idle(),
            **showing,
            parts.history: gr.update(value=self.history_of(session), visible=True),
            parts.curve: curve(event.points),
            parts.status: page_html.finished(
                event.seconds, interrupted=event.interrupted, notes=event.notes, count=len(event.results)
            ),
        }

    def _add(self, session: Session, event: Finished, inputs: Inputs) -> list[Entry]:
        """The results of a run, written, and their overview; fewer if the visitor left."""
        name = self.task.name
        entries = [
            session.add(result, task=name, before=self.before(result, inputs)) for result in event.results
        ]
        if event.overview is not None:
            entries.append(session.add(event.overview, task=name))
        return [entry for entry in entries if entry is not None]

    def history_of(self, session: Session) -> list[tuple[str, str]]:
        """The tab's results and their captions, newest first."""
        return [(str(entry.picture), entry.caption) for entry in reversed(session.entries_of(self.task.name))]

    def before(self, result: Result, inputs: Inputs) -> Tensor | None:
        """The photo at the size of a result, (1, 3, H, W) in [0, 1], to lay over it; None for none."""
        source = inputs.get(self.task.before)
        if source is None:
            return None
        photo = io.read(source, max_megapixels=self.context.limits.max_megapixels)
        height, width = result.pixels.shape[2:]
        return cover(photo.pixels, (height, width))

    def api_result(self, session: Session, inputs: Inputs, settings: Settings) -> Any:
        """The picture and its record, or lists of several; as ``TabEvents.api_result``."""
        for event in preview_events(self.task, inputs, settings, sketch=False, stopped=lambda: session.ended):
            if isinstance(event, Finished) and not session.ended:
                entries = self._add(session, event, {})
                files = [(str(entry.picture), str(entry.record_file)) for entry in entries]
                if len(files) > 1:
                    return [list(column) for column in zip(*files, strict=True)]
                return files[0] if files else None
        return None
