"""Chapters and their titles."""

import pytest

from impasto.explain.chapter import TITLES
from impasto.registry import FIGURES, find


def test_every_chapter_has_a_title():
    assert list(TITLES) == list(FIGURES) and len(set(TITLES.values())) == len(TITLES)


@pytest.mark.parametrize("name", ["feature-maps", "receptive-field"])
def test_figures_are_described_for_readers_who_cannot_see_them(name, context):
    chapter = find(FIGURES, name, kind="figure")(context)
    assert chapter.text.lstrip().startswith("<p>")
    for figure in chapter.figures:
        assert len(figure.alt) > 30 and "<" not in figure.alt and figure.caption.endswith(".")
