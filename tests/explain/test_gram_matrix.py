"""What is drawn of the Gram matrix is the Gram matrix."""

import re

import pytest

from impasto.explain import gram_matrices, gram_product
from impasto.explain.channel_pairs import shown_layer
from impasto.losses.gram import gram_matrix


def test_the_figure_shows_the_entry(pictures, tiny, context):
    layer = shown_layer(context.settings)
    gram = gram_matrix(context.view.features(context.style.pixels, [layer])[layer])[0]
    figure = gram_product(pictures[1], **tiny)
    texts = [re.search(r"G_\{(\d+),(\d+)\}\$ = (.+)", text.get_text()) for text in figure.texts]
    entries = [match.groups() for match in texts if match]
    assert len(entries) == 2
    for i, j, number in entries:
        assert float(number) == pytest.approx(float(gram[int(i), int(j)]), rel=0.06, abs=1e-9)


def test_matrices_of_all_three(pictures, tiny):
    figure = gram_matrices(*pictures, **tiny)
    assert len(figure.axes) == 6
    texts = [text.get_text() for text in figure.texts]
    assert "the target" in texts and sum(text.startswith("distance ") for text in texts) == 2
    target = figure.axes[4].images[0].get_array()
    assert target.shape == (12, 12) and (target == target.T).all()
