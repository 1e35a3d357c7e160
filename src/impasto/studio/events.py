"""A visitor's turn at the device, whatever is made: from the click to the last change, and the API's call."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError
from impasto.settings import Settings
from impasto.studio import live
from impasto.studio.context import StudioContext
from impasto.studio.form import Component, given
from impasto.studio.limits import check_count, check_pictures
from impasto.studio.painting_task import Pictures, TabTask
from impasto.studio.sessions import Session
from impasto.studio.visitor_queue import VisitorQueue

Changes = dict[Any, Any]
"""What changes on the page, by its part."""

Read = Callable[[Mapping[str, Any]], tuple[dict[str, Any], dict[str, Any]]]
"""What the browser sends of pictures, by input -> (pictures of the task, settings that come with them)."""


@dataclass(frozen=True, kw_only=True)
class TabParts:
    """The parts of a tab that every turn needs.

    Attributes:
        status: messages.
        paint: the button that begins.
        stop: the button that ends.
        knobs: inputs of settings, by name.
        inputs: for pictures and what goes with them, by name.
    """

    status: gr.HTML
    paint: Any = None
    stop: Any = None
    knobs: dict[str, Component] = field(default_factory=dict)
    inputs: dict[str, Component] = field(default_factory=dict)

    @property
    def changing(self) -> list[Any]:
        """Those that a turn changes."""
        return [self.status, self.paint, self.stop]

    def idle(self) -> Changes:
        """Nothing is being made."""
        return {self.paint: gr.update(interactive=True), self.stop: gr.update(interactive=False)}


@dataclass(frozen=True)
class TabEvents(ABC):
    """The events of a tab.

    Attributes:
        task: what it makes.
        desk: what every tab works with.
        read: see ``Read``.
    """

    task: TabTask
    desk: StudioContext
    read: Read

    def begin(self, board: TabParts) -> Callable[..., Changes]:
        """The answer to Paint, at once: the visitor may have to wait for others."""

        def begin(request: gr.Request) -> Changes:
            self.line(request).join()
            return {
                board.status: live.status("Waiting for the brush."),
                board.paint: gr.update(interactive=False),
                board.stop: gr.update(interactive=True),
            }

        return begin

    def line(self, request: gr.Request) -> VisitorQueue:
        """The visitor's places in the line for this tab."""
        return self.desk.visits.of(request.session_hash).lines[self.task.name]

    def stopping(self, board: TabParts) -> Callable[..., Any]:
        """The answer to Stop, before a turn stops: later it could hide the turn's own last words."""

        def stopping(request: gr.Request) -> Any:
            line = self.line(request)
            if line.give_up():
                return {**board.idle(), board.status: live.status("Stopped before it began.")}
            if not line.running:
                return gr.skip()
            return {board.stop: gr.update(interactive=False), board.status: live.status("Stopping.")}

        return stopping

    def stop(self, board: TabParts) -> Callable[..., Any]:
        """Stop the turn that began, once the page says so."""

        def stop(said: str, request: gr.Request) -> Any:
            line = self.line(request)
            line.stop()
            if line.running or said != live.status("Stopping."):
                return gr.skip()
            return {board.status: live.status("It was done before it could be stopped.")}

        return stop

    def called(self, board: Any, inputs: list[str], names: list[str]) -> Callable[..., Iterator[Any]]:
        """``take``, if the visitor still waits for it."""
        take = self.take(board, inputs, names)

        def called(request: gr.Request, *values: Any) -> Iterator[Any]:
            line = self.line(request)
            if not line.begin():
                yield gr.skip()  # the page may wait for a later turn by now
                return
            try:
                yield from take(request, *values)
            finally:
                line.end()

        return called

    def failed(self, board: TabParts) -> Callable[..., Changes]:
        """The page after a turn without last words: the line was full, or nobody foresaw the error."""

        def failed(request: gr.Request) -> Changes:
            if self.line(request).lose():
                words = ("Too many are waiting.", "Try again in a while.")
            else:
                words = ("The studio could not finish this.", "Try again, or something smaller.")
            return {**board.idle(), board.status: live.status(*words)}

        return failed

    def take(self, board: Any, inputs: list[str], names: list[str]) -> Callable[..., Iterator[Changes]]:
        """What happens when it is the visitor's turn, change after change."""

        def take(request: gr.Request, *values: Any) -> Iterator[Changes]:
            visit = self.desk.visits.of(request.session_hash)
            sent = dict(zip(names, values, strict=True))
            try:
                yield {board.status: live.status("Looking at the pictures.")}
                visit.brought(sent)
                pictures, settings = self._asked(sent, inputs)
                yield from self.changes(visit, board, pictures, settings)
            except ImpastoError as error:
                gr.Warning(live.sentence(error))
                yield {**board.idle(), board.status: live.alert(error)}

        return take

    def _asked(self, sent: Mapping[str, Any], inputs: list[str]) -> tuple[Pictures, Settings]:
        typed = {name: value for name, value in sent.items() if name not in inputs}
        options = given(typed, self.task.settings)
        pictures, more = self.read({name: sent[name] for name in inputs})
        check_count(pictures, self.desk.limits)
        settings = self.task.read({**options, **more}, self.desk.limits)
        return pictures, settings

    @abstractmethod
    def changes(self, visit: Session, board: Any, pictures: Pictures, settings: Any) -> Iterator[Changes]:
        """Make what was asked for.

        Args:
            visit: of who asked.
            board: the tab.
            pictures: by name.
            settings: of the task.
        Yields:
            What changes on the page.
        Raises:
            ImpastoError: as the task.
        """

    def call(self, names: list[str], more: list[str]) -> Callable[..., Any]:
        """The API's call: pictures and options in, files out.

        Args:
            names: of the pictures.
            more: names of the options; the first is ``settings``.
        """

        def call(request: gr.Request, *values: Any) -> Any:
            visit = self.desk.visits.of(request.session_hash)
            files, options = values[: len(names)], values[len(names) :]
            try:
                pictures = {
                    name: [Path(one) for one in file] if isinstance(file, list) else file and Path(file)
                    for name, file in zip(names, files, strict=True)
                }
                visit.brought(_flat(pictures))
                check_count(pictures, self.desk.limits)
                check_pictures(_flat(pictures), self.desk.limits)
                asked = self.asked(*options)
                settings = self.task.read(asked, self.desk.limits)
                answer = self.answer(visit, pictures, settings)
            except ImpastoError as error:
                raise gr.Error(str(error), print_exception=False) from error
            if answer is None:
                raise gr.Error("nothing was made", print_exception=False)
            return answer

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        may_lack = (*self.task.optional, *more)
        parameters = [
            inspect.Parameter(name, kind, default=None if name in may_lack else inspect.Parameter.empty)
            for name in ("request", *names, *more)
        ]
        parameters[0] = parameters[0].replace(annotation=gr.Request)
        vars(call)["__signature__"] = inspect.Signature(parameters)  # what gradio names the inputs by
        return call

    def asked(self, settings: Any) -> Any:
        """The settings by name out of the options of the API's call."""
        return settings or {}

    @abstractmethod
    def answer(self, visit: Session, pictures: Pictures, settings: Any) -> Any:
        """The files that the API's call gives back; None if the caller left before there were any.

        Raises:
            ImpastoError: as the task.
        """


def _flat(pictures: Pictures) -> list[Path]:
    found = [one for value in pictures.values() for one in (value if isinstance(value, list) else [value])]
    return [path for path in found if path is not None]
