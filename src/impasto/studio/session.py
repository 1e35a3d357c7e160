"""From a visitor's click to a painting: what the page's events call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError
from impasto.images import io
from impasto.images.resize import cover
from impasto.recipes.job import Job
from impasto.result import Result
from impasto.settings import Settings
from impasto.studio import live
from impasto.studio.curve import curve
from impasto.studio.desk import Desk
from impasto.studio.form import Component, given
from impasto.studio.history import Entry, Visit
from impasto.studio.limits import check_pictures
from impasto.studio.painting import Moment, moments
from impasto.studio.task import Pictures, Task

Changes = dict[Any, Any]
"""What changes on the page, by its part."""

Read = Callable[[Mapping[str, Any]], tuple[dict[str, Any], dict[str, Any]]]
"""What the browser sends of pictures, by input -> (pictures of the task, settings that come with them)."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The parts of a tab that change."""

    canvas: gr.HTML
    pages: gr.HTML
    status: gr.HTML
    picture: gr.DownloadButton
    record: gr.DownloadButton
    curve: gr.HTML
    history: gr.Gallery
    reuse: gr.Button
    load: gr.UploadButton
    paint: Any = None
    stop: Any = None
    knobs: dict[str, Component] = field(default_factory=dict)
    inputs: dict[str, Component] = field(default_factory=dict)

    @property
    def changing(self) -> list[Any]:
        """Those that a painting changes."""
        return [self.canvas, self.pages, self.status, self.picture, self.record, self.curve, self.history,
                self.reuse, self.paint, self.stop]  # fmt: skip

    def idle(self) -> Changes:
        """Nothing is being painted."""
        return {self.paint: gr.update(interactive=True), self.stop: gr.update(interactive=False)}

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
class Session:
    """The events of a tab.

    Attributes:
        task: what it paints.
        desk: what every tab works with.
        read: see ``Read``.
    """

    task: Task
    desk: Desk
    read: Read

    def begin(self, stage: Stage) -> Callable[..., Changes]:
        """The answer to Paint, at once: the visitor may have to wait for others."""

        def begin(request: gr.Request) -> Changes:
            self.desk.visits.of(request.session_hash).stopped = False
            return {
                stage.status: live.status("Waiting for the brush."),
                stage.paint: gr.update(interactive=False),
                stage.stop: gr.update(interactive=True),
            }

        return begin

    def stop(self, stage: Stage) -> Callable[..., Changes]:
        """The answer to Stop."""

        def stop(request: gr.Request) -> Changes:
            self.desk.visits.of(request.session_hash).stopped = True
            return {stage.stop: gr.update(interactive=False), stage.status: live.status("Stopping.")}

        return stop

    def paint(self, stage: Stage, inputs: list[str], names: list[str]) -> Callable[..., Iterator[Changes]]:
        """The painting, moment after moment."""

        def paint(request: gr.Request, *values: Any) -> Iterator[Changes]:
            visit = self.desk.visits.of(request.session_hash)
            sent = dict(zip(names, values, strict=True))
            try:
                yield from self._painted(visit, stage, sent, inputs)
            except ImpastoError as error:
                gr.Warning(f"{error.problem[:1].upper()}{error.problem[1:]}.")
                yield {**stage.idle(), stage.status: live.alert(error)}

        return paint

    def _painted(
        self, visit: Visit, stage: Stage, sent: Mapping[str, Any], inputs: list[str]
    ) -> Iterator[Changes]:
        if visit.stopped:
            yield {**stage.idle(), stage.status: live.status("Stopped before it began.")}
            return
        yield {stage.status: live.status("Looking at the pictures.")}
        pictures, settings = self._asked(sent, inputs)
        yield {stage.status: live.status("Painting.")}
        for moment in self._moments(visit, pictures, settings):
            if moment.result is None:
                # The painting of before stays until there is something new to see.
                yield {
                    stage.canvas: gr.update(value=live.canvas(moment), visible=True),
                    stage.pages: gr.update(visible=False),
                    stage.curve: curve(moment.points),
                }
                continue
            if visit.gone:
                return
            yield {
                **self._finished(visit, stage, moment, moment.result, pictures),
                stage.curve: curve(moment.points),
            }

    def _asked(self, sent: Mapping[str, Any], inputs: list[str]) -> tuple[Pictures, Settings]:
        typed = {name: value for name, value in sent.items() if name not in inputs}
        options = given(typed, self.task.settings)
        pictures, more = self.read({name: sent[name] for name in inputs})
        settings = self.task.read({**options, **more}, self.desk.limits)
        return pictures, settings

    def _moments(self, visit: Visit, pictures: Pictures, settings: Settings) -> Iterator[Moment]:
        def sketch() -> Job:
            return self.task.sketch(pictures, settings)

        def prepare() -> Job:
            return self.task.job(pictures, settings)

        return moments(sketch, prepare, stopped=lambda: visit.stopped)

    def _finished(
        self, visit: Visit, stage: Stage, moment: Moment, result: Result, pictures: Pictures
    ) -> Changes:
        interrupted = bool(result.record["interrupted"])
        entry = self.keep(visit, result, pictures)
        visit.chosen[self.task.name] = entry
        return {
            **stage.idle(),
            **stage.showing(entry),
            stage.history: gr.update(value=self.shelf_of(visit), visible=True),
            stage.status: live.finished(moment.step, interrupted=interrupted, notes=moment.notes),
        }

    def shelf_of(self, visit: Visit) -> list[tuple[str, str]]:
        """The tab's paintings and their captions, newest first."""
        own = [entry for entry in visit.entries if entry.task == self.task.name]
        return [(str(entry.picture), entry.caption) for entry in reversed(own)]

    def keep(self, visit: Visit, result: Result, pictures: Pictures) -> Entry:
        """Put a painting into a visitor's history, with the photo at its size beside it."""
        before: Path | None = None
        if self.task.before and pictures.get(self.task.before) is not None:
            photo = io.read(pictures[self.task.before], max_megapixels=self.desk.limits.max_megapixels)
            before = visit.folder / f"before-{visit.count + 1}.jpg"
            visit.folder.mkdir(parents=True, exist_ok=True)
            height, width = result.pixels.shape[2:]
            io.write(before, cover(photo.pixels, (height, width)))
        return visit.keep(result, task=self.task.name, before=before)

    def call(self, names: list[str]) -> Callable[..., tuple[str, str]]:
        """The API's call: pictures and settings in, the painting and its record out."""

        def call(request: gr.Request, *values: Any) -> tuple[str, str]:
            visit = self.desk.visits.of(request.session_hash)
            *files, options = values
            try:
                pictures = {
                    name: [Path(one) for one in file] if isinstance(file, list) else file and Path(file)
                    for name, file in zip(names, files, strict=True)
                }
                check_pictures(_flat(pictures), self.desk.limits)
                settings = self.task.read(options or {}, self.desk.limits)
                visit.uploads.update(_flat(pictures))
                for moment in moments(
                    None, lambda: self.task.job(pictures, settings), stopped=lambda: visit.gone
                ):
                    if moment.result is not None and not visit.gone:
                        entry = self.keep(visit, moment.result, pictures)
                        return str(entry.picture), str(entry.record)
            except ImpastoError as error:
                raise gr.Error(str(error), print_exception=False) from error
            raise gr.Error("no picture was painted")

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        may_lack = (*self.task.optional, "settings")
        parameters = [
            inspect.Parameter(name, kind, default=None if name in may_lack else inspect.Parameter.empty)
            for name in ("request", *names, "settings")
        ]
        parameters[0] = parameters[0].replace(annotation=gr.Request)
        vars(call)["__signature__"] = inspect.Signature(parameters)  # what gradio names the inputs by
        return call


def _flat(pictures: Pictures) -> list[Path]:
    found = [one for value in pictures.values() for one in (value if isinstance(value, list) else [value])]
    return [path for path in found if path is not None]
