import pytest
import torch

from impasto.metrics.region_distance import region_distances


def halves(left, right, *, flipped=False):
    """A layer whose halves fire in a channel each, with guides of two regions, the first on the left."""
    x = torch.zeros(1, 2, 4, 8)
    x[:, 0, :, :4], x[:, 1, :, 4:] = left, right
    guides = torch.zeros(1, 2, 4, 8)
    guides[:, 0, :, :4] = guides[:, 1, :, 4:] = 1
    return {"x": x}, {"x": guides.flip(1) if flipped else guides}


def distances(picture, style):
    (features, guides), (style_features, style_guides) = picture, style
    return region_distances(features, style_features, guides=guides, style_guides=style_guides, layers=["x"])


def test_by_hand():
    style, picture = halves(1.0, 2.0), halves(1.0, 1.0)
    # Gram of a half: one entry, the mean square. |[1, 0] - [0, 4]| / 4 and so on.
    expected = [[0.0, 17**0.5 / 4], [2**0.5, 3 / 4]]
    assert distances(picture, style).flatten().tolist() == pytest.approx(
        [x for row in expected for x in row], rel=1e-4
    )


def test_swapped_guides_swap_rows():
    style = halves(1.0, 2.0)
    straight = distances(halves(1.0, 1.5), style)
    assert distances(halves(1.0, 1.5, flipped=True), style).equal(straight.flip(0))


def test_a_region_without_positions_has_no_distance():
    picture = halves(1.0, 1.0)
    picture[1]["x"][:, 1] = 0.5
    result = distances(picture, halves(1.0, 2.0))
    assert result[1].isnan().all() and result[0].isfinite().all()
