import pytest
import torch

from impasto.losses.regions import GUIDE
from impasto.metrics.region_distance import region_distances


def halves(left, right, *, flipped=False):
    """A layer whose halves fire in a channel each, with guides of two regions, the first on the left."""
    x = torch.zeros(1, 2, 4, 8)
    x[:, 0, :, :4], x[:, 1, :, 4:] = left, right
    guides = torch.zeros(1, 2, 4, 8)
    guides[:, 0, :, :4] = guides[:, 1, :, 4:] = 1
    return {"x": x, GUIDE + "x": guides.flip(1) if flipped else guides}


def test_by_hand():
    style, picture = halves(1.0, 2.0), halves(1.0, 1.0)
    # Gram of a half: one entry, the mean square. |[1, 0] - [0, 4]| / 4 and so on.
    expected = [[0.0, 17**0.5 / 4], [2**0.5, 3 / 4]]
    assert region_distances(picture, style, ["x"]).flatten().tolist() == pytest.approx(
        [x for row in expected for x in row], rel=1e-4
    )


def test_swapped_guides_swap_rows():
    style = halves(1.0, 2.0)
    straight = region_distances(halves(1.0, 1.5), style, ["x"])
    assert region_distances(halves(1.0, 1.5, flipped=True), style, ["x"]).equal(straight.flip(0))


def test_a_region_without_positions_has_no_distance():
    picture = halves(1.0, 1.0)
    picture[GUIDE + "x"][:, 1] = 0.5
    distances = region_distances(picture, halves(1.0, 2.0), ["x"])
    assert distances[1].isnan().all() and distances[0].isfinite().all()
