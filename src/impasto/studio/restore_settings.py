"""Settings put back into the form: of an earlier result, or from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError, SettingError
from impasto.settings import Settings
from impasto.studio import form, page_html
from impasto.studio.download_formats import FORMATS, in_format
from impasto.studio.events import QUIET
from impasto.studio.limits import WITHHELD
from impasto.studio.live_run import Changes
from impasto.studio.painting_events import PaintingEvents, PaintingParts

MAX_BYTES = 1_000_000
"""Of a file with settings; records have a few thousand."""


def wire_history(events: PaintingEvents, parts: PaintingParts) -> None:
    """Connect the history and the buttons that take settings from it or from a file."""
    look: dict[str, Any] = {**QUIET, "queue": False}
    parts.history.select(on_select(events, parts), parts.compare, parts.changing, **look)
    parts.format.change(on_format(events, parts), parts.format, [parts.picture, parts.status], **look)
    changing = [*parts.form.values(), *parts.inputs.values(), parts.status]
    parts.reuse.click(on_reuse(events, parts), None, changing, **look)
    parts.load.upload(on_load(events, parts), parts.load, changing, preprocess=False, **look)


def on_select(events: PaintingEvents, parts: PaintingParts) -> Callable[..., Changes]:
    """Answers a click on a picture of the history."""

    def handler(compare: bool, event: gr.SelectData, request: gr.Request) -> Changes:
        session = events.context.sessions.get(request.session_hash)
        newest_first = session.entries_of(events.task.name)[::-1]
        if not 0 <= event.index < len(newest_first):
            return {parts.status: page_html.status("That painting is gone.")}
        entry = newest_first[event.index]
        shown = session.chosen.get(events.task.name)
        if compare and shown is not None and shown is not entry:
            both = page_html.finished_picture(shown, over=entry)
            words = f"Painting {entry.caption}, over {shown.caption}."
            return {**parts.showing(shown, value=both), parts.status: page_html.status(words)}
        session.chosen[events.task.name] = entry
        return {**parts.showing(entry), parts.status: page_html.status(f"Painting {entry.caption}.")}

    return handler


def on_format(events: PaintingEvents, parts: PaintingParts) -> Callable[..., Any]:
    """Answers the choice of a format: the download button gives the painting shown in it."""

    def handler(choice: str, request: gr.Request) -> Any:
        session = events.context.sessions.get(request.session_hash)
        entry = session.chosen.get(events.task.name)
        if entry is None or choice not in FORMATS:
            return gr.skip()
        try:
            file = in_format(entry, choice)
        except ImpastoError as error:
            return {parts.status: page_html.alert(error)}
        return {parts.picture: gr.update(value=str(file))}

    return handler


def on_reuse(events: PaintingEvents, parts: PaintingParts) -> Callable[..., Changes]:
    """Answers "Use its settings": those of the chosen result, or of the last one."""

    def handler(request: gr.Request) -> Changes:
        session = events.context.sessions.get(request.session_hash)
        entries = session.entries_of(events.task.name)
        entry = session.chosen.get(events.task.name) or (entries[-1] if entries else None)
        if entry is None:
            return {parts.status: page_html.status("There is no painting yet.")}
        settings = events.task.settings.of_record(entry.record["settings"])
        return restored(events, parts, settings, source=entry.caption)

    return handler


def on_load(events: PaintingEvents, parts: PaintingParts) -> Callable[..., Changes]:
    """Answers a file with settings."""

    def handler(sent: Any, request: gr.Request) -> Changes:
        events.context.sessions.get(request.session_hash).add_uploads(sent)
        path = Path((sent[0] if isinstance(sent, list) else sent)["path"])
        try:
            settings = settings_of(path, events.task.settings)
        except ImpastoError as error:
            return {parts.status: page_html.alert(error)}
        return restored(events, parts, settings, source=path.name)

    return handler


def settings_of(path: Path, settings: type[Settings]) -> Settings:
    """The settings in a file: a record, or names and values alone; without those that only the owner decides.

    Raises:
        SettingError: the file holds no settings, or a name or value is unknown.
    """
    problem = SettingError(
        f"{path.name} holds no settings",
        got=path.name,
        expected='the JSON of a painting, or names and values such as {"size": 512}',
    )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise problem
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # a number of 5000 digits is a ValueError
        raise problem from error
    values = data.get("settings", data) if isinstance(data, dict) else None
    if not isinstance(values, dict):
        raise problem
    return settings.from_mapping({name: value for name, value in values.items() if name not in WITHHELD})


def restored(events: PaintingEvents, parts: PaintingParts, settings: Settings, *, source: str) -> Changes:
    """The changes that show some settings in the inputs, and a message.

    Args:
        events: of the tab.
        parts: of the tab.
        settings: to show.
        source: where they come from, for the message.
    """
    highest, kind = events.context.highest, type(settings)
    values = {
        part: form.update(name, kind, getattr(settings, name), most=highest.get(name))
        for name, part in parts.form.items()
    }
    own = events.task.restore(settings)
    inputs = {parts.inputs[name]: value for name, value in own.items() if name in parts.inputs}
    message = page_html.status(f"The settings of {source}.", *differences(parts.form, settings, highest))
    return {**values, **inputs, parts.status: message}


def differences(names: Iterable[str], settings: Settings, highest: Mapping[str, float]) -> list[str]:
    """Sentences on what the inputs cannot show of some settings.

    Args:
        names: of the settings that have inputs.
        settings: to show.
        highest: values that the studio allows, by name.
    """
    sentences = []
    for name in names:
        value, label = getattr(settings, name), form.label(name)
        shown = form.shown(name, type(settings), value)
        allowed = form.within(name, shown, highest.get(name))
        if isinstance(value, tuple) and len(value) > 1 and not isinstance(shown, str):
            several = ", ".join(f"{item:g}" for item in value)
            sentences.append(f"{label}: the page has one for all, {shown:g}, instead of {several}.")
        if allowed != shown:
            sentences.append(f"{label}: {allowed}, the most here, instead of {shown}.")
    return sentences
