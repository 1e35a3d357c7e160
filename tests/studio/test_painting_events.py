import zipfile
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from impasto.settings import StylizeSettings
from impasto.studio.painting_events import PaintingEvents, PaintingParts
from tests.studio.conftest import task


@pytest.fixture
def parts():
    html = {name: gr.HTML() for name in ("canvas", "result", "status", "curve")}
    buttons = {name: gr.Button() for name in ("picture", "record", "reuse", "load", "paint", "stop")}
    return PaintingParts(**html, **buttons, history=gr.Gallery(), compare=gr.Checkbox(), format=gr.Dropdown())


@pytest.fixture
def run(context, parts):
    """Runs a task for Ann; all changes of the page."""

    def changes(name, inputs, settings):
        events = PaintingEvents(replace(task(name), sketch=None), context, None)
        parsed = events.task.parse(settings, context.limits)
        return list(events.changes(context.sessions.get("ann"), parts, inputs, parsed))

    return changes


def test_a_painting(run, parts, photo, painting, quick):
    *live, last = run("stylize", {"content": photo, "style": [painting]}, quick)
    assert "Painting." in live[0][parts.status]
    assert "step 1 of 4" in live[1][parts.canvas]["value"]
    assert 'class="wipe"' in last[parts.result]["value"]  # its photo can be laid over it
    assert last[parts.picture]["value"].endswith("photo-painting-1.png")
    assert last[parts.record]["value"].endswith("photo-painting-1.json")
    assert last[parts.history]["value"][0][1] == "1: stylize, 64 × 48 px"
    assert last[parts.paint]["interactive"]
    assert "Done." in last[parts.status]


def test_a_task_without_steps_shows_its_result(run, parts, photo):
    first, last = run("recolor", {"content": photo, "palette": "sunset"}, {"strength": 0.5})
    assert "Painting." in first[parts.status]
    assert 'class="wipe"' in last[parts.result]["value"]
    assert last[parts.curve] == ""
    assert "Done." in last[parts.status]


def test_a_dream(run, parts, photo, quick):
    settings = {"network": "test-net", "layer": "relu2_1", "size": 64, "octaves": 1, "steps": 3}
    last = run("dream", {"content": photo}, settings)[-1]
    assert "<svg" in last[parts.curve]
    assert last[parts.picture]["value"].endswith("photo-dream-1.png")


def test_several_pictures(run, parts, photo, painting, other_painting, quick, context):
    inputs = {"content": photo, "style": [painting, other_painting]}
    *live, last = run("interpolate", inputs, {**quick, "count": 3})
    assert any("picture 2 of 3, 64 px" in str(change.get(parts.canvas)) for change in live)
    assert last[parts.result]["value"].count("<a ") == 3
    with zipfile.ZipFile(last[parts.picture]["value"]) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
    assert names == [
        f"photo-painting-other-interpolate-{number}.png" for number in (1, 2, 3, 4)
    ]  # the last is the strip
    pictures = [np.asarray(Image.open(entry.picture), float) for entry in context.sessions.get("ann").entries]
    assert np.abs(pictures[0] - pictures[2]).mean() > 2
    assert pictures[3].shape[1] > 2 * 64


def test_nothing_is_shown_to_who_left(context, parts, photo, painting, quick):
    events = PaintingEvents(replace(task("stylize"), sketch=None), context, None)
    settings = StylizeSettings.of(quick)
    session = context.sessions.get("ann")
    changes = events.changes(session, parts, {"content": photo, "style": [painting]}, settings)
    next(changes)
    next(changes)
    context.sessions.end("ann")
    assert not [change for change in changes if parts.history in change]
    assert not session.folder.exists()
