"""What is drawn of the Gram matrix is the Gram matrix."""

import re

import pytest
import torch

from impasto.explain import fire_together, gram_matrices, gram_product
from impasto.explain.pairs import pair, pairs, shown_layer
from impasto.losses.gram import gram_matrix


def features(scene):
    layer = shown_layer(scene.settings)
    return scene.lens.look(scene.style.pixels, [layer])[layer]


def test_the_mean_of_the_product_is_the_entry(scene):
    maps = features(scene)
    for i, j in ((0, 1), (3, 3), (7, 2)):
        found = pair(maps, i, j)
        assert found.product.mean() == pytest.approx(float(gram_matrix(maps)[0, i, j]), rel=1e-5)
        assert found.number == pytest.approx(found.product.mean(), rel=1e-5)


def test_together_and_apart_by_hand():
    """Channels 0 and 2 are one map; 1 fires where they do not."""
    left = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    maps = torch.stack([left, 1 - left, 2 * left, 0.1 * torch.ones(2, 2)])[None]
    weak = torch.zeros(1, 4, 2, 2)
    together, apart = pairs(torch.cat([maps, weak], 1))
    assert {together.i, together.j} == {0, 2} and together.number == 1.0
    assert 1 in (apart.i, apart.j) and apart.number == 0.0


def test_the_figure_tells_the_number(pictures, tiny, scene):
    figure = gram_product(pictures[1], **tiny)
    told = [re.search(r"G_\{(\d+),(\d+)\}\$ = (.+)", text.get_text()) for text in figure.texts]
    found = [match for match in told if match]
    gram = gram_matrix(features(scene))[0]
    assert len(found) == 2
    for match in found:
        assert float(match[3]) == pytest.approx(float(gram[int(match[1]), int(match[2])]), rel=0.06, abs=1e-9)


def test_matrices_of_all_three(pictures, tiny):
    figure = gram_matrices(*pictures, **tiny)
    assert len(figure.axes) == 6
    texts = [text.get_text() for text in figure.texts]
    assert "the goal" in texts and sum(text.startswith("distance ") for text in texts) == 2
    wanted = figure.axes[4].images[0].get_array()
    assert wanted.shape == (12, 12) and (wanted == wanted.T).all()


def test_the_animation_ends_with_the_whole_sum(pictures, tiny):
    frames = fire_together(pictures[1], **tiny)
    assert len({frame.size for frame in frames}) == 1
    assert frames[-1].tobytes() == frames[-10].tobytes() != frames[0].tobytes()
