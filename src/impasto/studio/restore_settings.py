"""A visitor's history: look at a painting again, and paint by its settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError, SettingError
from impasto.settings import Settings
from impasto.studio import live
from impasto.studio.events import Changes
from impasto.studio.form import label, update, within
from impasto.studio.form import shown as shown_as
from impasto.studio.limits import WITHHELD
from impasto.studio.painting_events import PaintingEvents, PaintingParts

LONGEST_BYTES = 1_000_000
"""Of a file with settings; records have a few thousand."""


def wire_history(session: PaintingEvents, stage: PaintingParts) -> None:
    """Let the history's pictures be chosen, and settings be taken from them or from a file."""
    look: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    stage.history.select(choose(session, stage), None, stage.changing, **look)
    changing = [*stage.knobs.values(), *stage.inputs.values(), stage.status]
    stage.reuse.click(again(session, stage), None, changing, **look)
    stage.load.upload(loaded(session, stage), stage.load, changing, preprocess=False, **look)


def choose(session: PaintingEvents, stage: PaintingParts) -> Callable[..., Changes]:
    """The answer to a click on a picture of the history."""

    def choose(event: gr.SelectData, request: gr.Request) -> Changes:
        visit = session.desk.visits.of(request.session_hash)
        newest_first = visit.of(session.task.name)[::-1]
        if not 0 <= event.index < len(newest_first):
            return {stage.status: live.status("That painting is gone.")}
        entry = newest_first[event.index]
        visit.chosen[session.task.name] = entry
        return {**stage.showing(entry), stage.status: live.status(f"Painting {entry.caption}.")}

    return choose


def again(session: PaintingEvents, stage: PaintingParts) -> Callable[..., Changes]:
    """The answer to "Use its settings": those of the chosen painting, or of the last one."""

    def again(request: gr.Request) -> Changes:
        visit = session.desk.visits.of(request.session_hash)
        own = visit.of(session.task.name)
        entry = visit.chosen.get(session.task.name) or (own[-1] if own else None)
        if entry is None:
            return {stage.status: live.status("There is no painting yet.")}
        settings = session.task.settings.from_mapping(entry.settings)
        return shown(session, stage, settings, of=entry.caption)

    return again


def loaded(session: PaintingEvents, stage: PaintingParts) -> Callable[..., Changes]:
    """The answer to a file with settings."""

    def loaded(sent: Any, request: gr.Request) -> Changes:
        session.desk.visits.of(request.session_hash).brought(sent)
        path = Path((sent[0] if isinstance(sent, list) else sent)["path"])
        try:
            settings = settings_of(path, session.task.settings)
        except ImpastoError as error:
            gr.Warning(live.sentence(error))
            return {stage.status: live.alert(error)}
        return shown(session, stage, settings, of=path.name)

    return loaded


def settings_of(path: Path, settings: type[Settings]) -> Settings:
    """The settings in a file: a record, or names and values alone.

    What is the server's business is left out.

    Raises:
        SettingError: it is no such file, or a name or value is not known.
    """
    problem = SettingError(
        f"{path.name} holds no settings",
        got=path.name,
        expected='the JSON of a painting, or names and values such as {"size": 512}',
    )
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise problem
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # a number of 5000 digits is a ValueError
        raise problem from error
    values = found.get("settings", found) if isinstance(found, dict) else None
    if not isinstance(values, dict):
        raise problem
    return settings.from_mapping({name: value for name, value in values.items() if name not in WITHHELD})


def shown(session: PaintingEvents, stage: PaintingParts, settings: Settings, *, of: str) -> Changes:
    """The inputs, showing some settings, and what is said of it.

    Args:
        session: the tab's events.
        stage: the tab.
        settings: to show.
        of: what they are the settings of.
    """
    most, kind = session.desk.most, type(settings)
    knobs = {
        knob: update(name, kind, getattr(settings, name), most=most.get(name))
        for name, knob in stage.knobs.items()
    }
    restored = session.task.restore(settings)
    inputs = {stage.inputs[name]: value for name, value in restored.items() if name in stage.inputs}
    said = live.status(f"The settings of {of}.", *unlike(stage.knobs, settings, most))
    return {**knobs, **inputs, stage.status: said}


def unlike(names: Iterable[str], settings: Settings, most: Mapping[str, float]) -> list[str]:
    """What the inputs cannot show of some settings, in words.

    Args:
        names: of the settings that have inputs.
        settings: to show.
        most: the highest values that the studio allows, by name.
    """
    words = []
    for name in names:
        value = getattr(settings, name)
        first = shown_as(name, type(settings), value)
        here = within(name, first, most.get(name))
        if isinstance(value, tuple) and len(value) > 1 and not isinstance(first, str):
            several = ", ".join(f"{item:g}" for item in value)
            words.append(f"{label(name)}: the page has one for all, {first:g}, instead of {several}.")
        if here != first:
            words.append(f"{label(name)}: {here}, the most here, instead of {first}.")
    return words
