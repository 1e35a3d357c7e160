import sys

import gradio as gr

from impasto.explain.chapter import TITLES
from impasto.registry import FIGURES
from impasto.studio import explain_events
from impasto.studio.tabs import explain


def test_chapters_to_choose():
    made = explain.chapters_input()
    assert [name for _, name in made.choices] == list(FIGURES) == list(TITLES)
    assert [label.startswith(TITLES[name]) for label, name in made.choices] == [True] * len(FIGURES)
    assert made.value == list(explain_events.FIRST)


def test_settings_that_are_offered():
    offered = {*explain.TASK.main, *explain.TASK.others}
    assert {"size", "steps", "network", "layers", "content_layer", "pooling", "seed"} <= offered
    assert not offered & {"figures", "pictures", "weights", "device", "precision", "max_megapixels"}


def test_without_matplotlib_the_tab_says_how_to_get_it(context, monkeypatch):
    said = []
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(gr, "HTML", said.append)
    monkeypatch.setattr(explain, "columns", None)  # nothing else is made
    explain.build(context)
    assert len(said) == 1
    assert "pip install &quot;impasto[explain]&quot;" in said[0]
