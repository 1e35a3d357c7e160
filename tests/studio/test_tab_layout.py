"""The form beside a tab; what the buttons do is in test_events, the API's calls in test_app."""

import gradio as gr

from impasto.settings import PRESETS
from impasto.studio.painting_events import PaintingParts
from impasto.studio.tab_layout import _presets, painting_tab
from tests.studio.conftest import task


def build(context, name):
    return painting_tab(task(name), context, make_inputs=dict, read=None)


def test_presets_whose_network_is_not_here_are_left_out(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path))
    presets = _presets(task("stylize"))
    assert "fast" in presets
    assert not [name for name in presets if PRESETS[name].get("network", "compact").startswith("vgg")]


def test_a_choice_that_may_be_left_out_can_be_emptied(context, page):
    emotion = build(context, "recolor").form["emotion"]
    assert emotion.choices[0] == ("", "")
    assert emotion.value is None


def test_words_of_the_start_are_a_list(context, page):
    start = build(context, "texture").form["init"]
    assert [value for _, value in start.choices] == ["pixels", "noise", "style"]


def test_parts_of_a_tab(context, page):
    parts = build(context, "stylize")
    assert isinstance(parts, PaintingParts)
    assert isinstance(parts.form["size"], gr.Slider)
    assert parts.form["size"].maximum == context.limits.max_size
    assert "style_weights" not in parts.form
    assert parts.idle() == {
        parts.paint: gr.update(interactive=True),
        parts.stop: gr.update(interactive=False),
    }
