"""The events of a tab that makes a sound, a video or a text."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from impasto.errors import ImpastoError
from impasto.optimize.timing import duration_text
from impasto.settings.task import Inputs
from impasto.studio import page_html
from impasto.studio.events import TabEvents, TabParts
from impasto.studio.limits import check_file_size
from impasto.studio.live_run import Changes
from impasto.studio.media_task import Made, MediaProgress, MediaRun, MediaTask
from impasto.studio.session import Session

EVERY_S = 0.3
"""Seconds between two reports of progress, at least."""


@dataclass(frozen=True, kw_only=True)
class MediaParts(TabParts):
    """The parts of a tab that makes a sound, a video or a text.

    Attributes:
        progress: how far the run is.
        result: the finished one, to hear, see or read.
        file: button that downloads it.
        record: button that downloads its record.
    """

    progress: gr.HTML
    result: gr.HTML
    file: gr.DownloadButton
    record: gr.DownloadButton

    @property
    def changing(self) -> list[Any]:
        """The parts that a run changes."""
        return [*super().changing, self.progress, self.result, self.file, self.record]


@dataclass(frozen=True)
class MediaEvents(TabEvents):
    """The events of a tab that makes a sound, a video or a text; as ``TabEvents``."""

    task: MediaTask
    reading: ClassVar[str] = "Reading what you gave."

    def check_files(self, paths: list[Path]) -> None:
        """As ``TabEvents.check_files``; what is in the files is checked when they are read."""
        for path in paths:
            check_file_size(path, self.context.limits)

    def changes(
        self, session: Session, parts: MediaParts, inputs: Inputs, settings: Any
    ) -> Iterator[Changes]:
        """As ``TabEvents.changes``; the earlier result stays until there is another."""
        begin, due = time.monotonic(), 0.0
        yield {parts.status: page_html.status(f"Making the {self.task.noun}.")}
        try:
            with closing(self._run(session, inputs, settings, session.stopped)) as events:
                for event in events:
                    if isinstance(event, Made):
                        if not session.ended:
                            yield self._finished(parts, event, time.monotonic() - begin)
                    elif time.monotonic() >= due and not session.ended:
                        yield {parts.progress: gr.update(value=progress_html(event), visible=True)}
                        due = time.monotonic() + EVERY_S
        except ImpastoError:
            yield {parts.progress: gr.update(visible=False)}
            raise

    def _finished(self, parts: MediaParts, made: Made, seconds: float) -> Changes:
        changes: Changes = {**parts.idle(), parts.progress: gr.update(value="", visible=False)}
        if not made.files:
            words = f"Stopped before there was a {self.task.noun}."
            return {**changes, parts.status: page_html.status(words)}
        file, record = made.files
        message = page_html.finished(
            seconds, interrupted=made.interrupted, notes=made.notes, noun=self.task.noun
        )
        return {
            **changes,
            parts.result: gr.update(value=made.shown, visible=True),
            parts.file: gr.update(value=str(file), interactive=True),
            parts.record: gr.update(value=str(record), interactive=True),
            parts.status: message,
        }

    def _run(
        self, session: Session, inputs: Inputs, settings: Any, stopped: Any
    ) -> Generator[MediaProgress | Made]:
        """Run the task; what a visitor who left would have got is removed."""
        run = MediaRun(
            inputs, settings, self.context.limits, session.new_folder, partial(stopped, self.task.name)
        )
        try:
            yield from self.task.run(run)
        finally:
            if session.ended:
                shutil.rmtree(session.folder, ignore_errors=True)

    def api_result(self, session: Session, inputs: Inputs, settings: Any) -> Any:
        """The result and its record; as ``TabEvents.api_result``."""
        for event in self._run(session, inputs, settings, lambda name: session.ended):
            if isinstance(event, Made) and not session.ended:
                return tuple(str(file) for file in event.files) or None
        return None


def progress_html(event: MediaProgress) -> str:
    """The progress of a run, with the last frame above it."""
    picture, left = "", ""
    if event.picture is not None:
        url = page_html.data_url(event.picture)
        picture = f'<div class="canvas"><img src="{url}" alt="The last frame"></div>'
    if event.seconds_left is not None:
        left = f"{duration_text(event.seconds_left)} left"
    return picture + page_html.progress("Progress", min(1.0, event.fraction), event.where, left)
