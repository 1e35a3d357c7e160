import math

import pytest
import torch
from scipy import ndimage

from impasto.errors import SettingError, ShapeError
from impasto.images.gaussian import gaussian_blur


@pytest.mark.parametrize("sigma_px", [0.5, 1.0, 2.3])
def test_as_another_implementation(sigma_px):
    image = torch.rand(2, 3, 30, 41, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    blurred = ndimage.gaussian_filter(image, (0, 0, sigma_px, sigma_px), mode="mirror",
                                      radius=math.ceil(4 * sigma_px))  # fmt: skip
    torch.testing.assert_close(gaussian_blur(image, sigma_px), torch.from_numpy(blurred))


def test_small_pictures_repeat_their_edge():
    image = torch.rand(1, 1, 3, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    blurred = ndimage.gaussian_filter(image, (0, 0, 2, 2), mode="nearest", radius=8)
    torch.testing.assert_close(gaussian_blur(image, 2.0), torch.from_numpy(blurred))
    torch.testing.assert_close(
        gaussian_blur(torch.full((1, 1, 1, 1), 0.3), 5.0), torch.full((1, 1, 1, 1), 0.3)
    )


def test_stripes_by_hand():
    """Alternate columns of 0 and 1: the blur leaves 2 exp(-pi^2 / 2) of the difference from the mean."""
    stripes = torch.tensor([0.0, 1.0], dtype=torch.float64).repeat(20).expand(1, 1, 40, 40)
    left = gaussian_blur(stripes, 1.0)[0, 0, 20, 20] - 0.5
    assert left.item() == pytest.approx(-0.5 * 2 * math.exp(-(math.pi**2) / 2), rel=0.01)


def test_errors():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        gaussian_blur(torch.rand(3, 4, 4), 1.0)
    with pytest.raises(SettingError, match="a blur needs a sigma above 0 px"):
        gaussian_blur(torch.rand(1, 3, 4, 4), 0.0)
