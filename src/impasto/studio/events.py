"""What a tab's buttons and its API call do: from the click to the last change of the page."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from impasto.errors import ImpastoError
from impasto.settings.task import Inputs
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.form import Component, given
from impasto.studio.limits import check_count, check_pictures
from impasto.studio.live_run import Changes, LiveRun
from impasto.studio.painting_task import TabTask
from impasto.studio.session import Session
from impasto.studio.visitor_queue import RunRequest, VisitorQueue

Read = Callable[[Mapping[str, Any]], tuple[dict[str, Any], dict[str, Any]]]
"""Values of the tab's own inputs, as the browser sends them -> (inputs of the task, settings)."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Options of events that take no time."""


@dataclass(frozen=True, kw_only=True)
class TabParts:
    """The parts of a tab that every run needs.

    Attributes:
        status: messages.
        paint: the button that starts a run.
        stop: the button that ends it.
        form: inputs of settings, by name.
        inputs: inputs of pictures and texts, by name.
    """

    status: gr.HTML
    paint: Any = None
    stop: Any = None
    form: dict[str, Component] = field(default_factory=dict)
    inputs: dict[str, Component] = field(default_factory=dict)

    @property
    def changing(self) -> list[Any]:
        """The parts that a run changes."""
        return [self.status, self.paint, self.stop]

    def busy(self) -> Changes:
        """The buttons while a run waits or works."""
        return {self.paint: gr.update(interactive=False), self.stop: gr.update(interactive=True)}

    def idle(self) -> Changes:
        """The buttons when nothing runs."""
        return {self.paint: gr.update(interactive=True), self.stop: gr.update(interactive=False)}


@dataclass(frozen=True)
class TabEvents(ABC):
    """The event handlers of a tab; each method ``on_...`` returns one.

    Attributes:
        task: what the tab makes.
        context: what every tab works with.
        read: see ``Read``.
        reading: message while the inputs are read.
    """

    task: TabTask
    context: StudioContext
    read: Read
    reading: ClassVar[str] = "Reading the pictures."

    def check_files(self, paths: list[Path]) -> None:
        """Check files that the API's call gives, before they are used.

        Raises:
            ImpastoError: one is too large, or no picture.
        """
        check_pictures(paths, self.context.limits)

    def queue(self, request: gr.Request) -> VisitorQueue:
        """The visitor's requests in this tab."""
        return self.context.sessions.get(request.session_hash).queues[self.task.name]

    def on_paint(self, parts: TabParts) -> Callable[..., Changes]:
        """Answers a click on Paint at once: the run may have to wait for other visitors'."""

        def handler(request: gr.Request) -> Changes:
            if self.context.turns.waiting >= self.context.limits.max_waiting:
                return self.full(parts)
            self.queue(request).join()
            return {
                parts.status: page_html.status("Waiting in the queue."),
                parts.paint: gr.update(interactive=False),
                parts.stop: gr.update(interactive=True),
            }

        return handler

    def full(self, parts: TabParts) -> Changes:
        """What the page shows when the line is full."""
        words = ("Too many are waiting.", "Try again in a while.")
        return {**parts.idle(), parts.status: page_html.status(*words)}

    def stopped_before(self, parts: TabParts) -> Changes:
        """What the page shows of a run that was stopped while it waited."""
        return {**parts.idle(), parts.status: page_html.status("Stopped before it began.")}

    def on_stop(self, parts: TabParts) -> Callable[..., Any]:
        """Answers a click on Stop, before the run ends: later it could hide the run's own last message."""

        def handler(request: gr.Request) -> Any:
            queue = self.queue(request)
            if queue.cancel_waiting():
                return self.stopped_before(parts)
            if not queue.running:
                return gr.skip()
            return {parts.stop: gr.update(interactive=False), parts.status: page_html.status("Stopping.")}

        return handler

    def on_stop_answered(self, parts: TabParts) -> Callable[..., Any]:
        """Stops the run, after the page shows the answer of ``on_stop``."""

        def handler(message: str, request: gr.Request) -> Any:
            queue = self.queue(request)
            queue.stop()
            if queue.running or message != page_html.status("Stopping."):
                return gr.skip()
            return {parts.status: page_html.status("It was done before it could be stopped.")}

        return handler

    def on_turn(self, parts: Any, inputs: list[str], names: list[str]) -> Callable[..., Iterator[Any]]:
        """Runs the task when the visitor's turn comes, unless they cancelled it.

        Args:
            parts: of the tab.
            inputs: names of the tab's own inputs.
            names: of all values that the browser sends.
        """

        def handler(request: gr.Request, *values: Any) -> Iterator[Any]:
            queue = self.queue(request)
            asked = queue.claim()
            if asked is None:
                yield gr.skip()  # it was stopped, or the line was full
                return
            session = self.context.sessions.get(request.session_hash)
            sent = dict(zip(names, values, strict=True))
            run = LiveRun(
                lambda: self._turn(session, asked, parts, sent, inputs),
                turns=self.context.turns,
                waiting=lambda place: {**parts.busy(), parts.status: page_html.waiting(place)},
                is_wanted=lambda: not (asked.cancelled or session.ended),
            )
            session.add_run(self.task.name, run)
            yield from run.start().follow()

        return handler

    def _turn(
        self, session: Session, asked: RunRequest, parts: Any, sent: dict[str, Any], inputs: list[str]
    ) -> Iterator[Changes]:
        """One run, from the reading of its inputs to its last message."""
        queue = session.queues[self.task.name]
        if not queue.begin(asked):
            # Said once more: gradio 6.31 shows the last answer of a run again when it ends.
            yield self.stopped_before(parts)
            return
        try:
            yield {**parts.busy(), parts.status: page_html.status(self.reading)}
            session.add_uploads(sent)
            task_inputs, settings = self._parse(sent, inputs)
            yield from self.changes(session, parts, task_inputs, settings)
        except ImpastoError as error:
            yield {**parts.idle(), parts.status: page_html.alert(error)}
        finally:
            queue.end(asked)

    def _parse(self, sent: Mapping[str, Any], names: list[str]) -> tuple[Inputs, Any]:
        form = {name: value for name, value in sent.items() if name not in names}
        options = given(form, self.task.settings)
        inputs, more = self.read({name: sent[name] for name in names})
        check_count(inputs, self.context.limits)
        settings = self.task.parse({**options, **more}, self.context.limits)
        self.task.check(inputs)
        return inputs, settings

    def on_failure(self, parts: TabParts) -> Callable[..., Changes]:
        """Answers a run that gave no last message: the line was lost, or there was an unexpected error."""

        def handler(request: gr.Request) -> Changes:
            run = self.context.sessions.get(request.session_hash).runs.get(self.task.name)
            if run is not None and not run.ended:
                return {parts.status: page_html.status("The line was lost. The work goes on.")}
            self.queue(request).withdraw()
            words = ("The studio could not finish this.", "Try again, or something smaller.")
            return {**parts.idle(), parts.status: page_html.status(*words)}

        return handler

    @abstractmethod
    def changes(self, session: Session, parts: Any, inputs: Inputs, settings: Any) -> Iterator[Changes]:
        """Run the task.

        Args:
            session: of the visitor.
            parts: of the tab.
            inputs: of the task, by name.
            settings: of the task.
        Yields:
            What changes on the page.
        Raises:
            ImpastoError: as the task.
        """

    def on_api_call(
        self, names: Mapping[str, str], options: list[str], *, texts: Collection[str] = ()
    ) -> Callable[..., Any]:
        """Answers the API's call: inputs and options in, files out.

        Args:
            names: of the inputs, in the call -> in the task; required ones first.
            options: names of the other arguments; the first is ``settings``.
            texts: those of the inputs, as the call names them, that are no files.
        """

        def handler(request: gr.Request, *values: Any) -> Any:
            session = self.context.sessions.get(request.session_hash)
            sent = dict(zip([*names, *options], values, strict=True))
            try:
                inputs = {
                    to: sent[name] if name in texts else _paths(sent[name])
                    for name, to in names.items()
                    if sent[name]
                }
                paths = _flat(inputs)
                session.add_uploads(paths)
                check_count(inputs, self.context.limits)
                self.check_files(paths)
                asked = self.api_settings(*(sent[name] for name in options))
                settings = self.task.parse(asked, self.context.limits)
                self.task.check(inputs)
                with self.context.turns.turn():
                    answer = self.api_result(session, inputs, settings)
            except ImpastoError as error:
                raise gr.Error(str(error), print_exception=False) from error
            if answer is None:
                raise gr.Error("nothing was made", print_exception=False)
            return answer

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        required = {row.name for row in self.task.required}
        parameters = [inspect.Parameter("request", kind, annotation=gr.Request)]
        parameters += [
            inspect.Parameter(name, kind, default=inspect.Parameter.empty if to in required else None)
            for name, to in {**names, **dict.fromkeys(options)}.items()
        ]
        vars(handler)["__signature__"] = inspect.Signature(parameters)  # gradio names the arguments after it
        return handler

    def api_settings(self, settings: Any) -> Any:
        """The settings, by name, out of the call's options."""
        return settings or {}

    @abstractmethod
    def api_result(self, session: Session, inputs: Inputs, settings: Any) -> Any:
        """The files that the API's call returns; None if the caller left before there were any.

        Raises:
            ImpastoError: as the task.
        """


def _paths(sent: Any) -> Any:
    """The path of a file, or those of several."""
    return [Path(one) for one in sent] if isinstance(sent, list) else Path(sent)


def _flat(inputs: Inputs) -> list[Path]:
    values = [one for value in inputs.values() for one in (value if isinstance(value, list) else [value])]
    return [path for path in values if isinstance(path, Path)]
