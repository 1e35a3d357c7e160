import math

import pytest
import torch

from impasto.errors import ShapeError
from impasto.images.oklab import to_srgb
from impasto.images.resize import resize
from impasto.metrics.fine_detail import grain, light_detail


def picture(lightness, a=0.0, b=0.0, *, shape=(40, 60)):
    """An sRGB picture of OKLab channels, each a number or (H, W)."""
    channels = [torch.as_tensor(x, dtype=torch.float64).expand(shape) for x in (lightness, a, b)]
    return to_srgb(torch.stack(channels).flatten(1)).view(1, 3, *shape)


def noise(seed, shape=(300, 300)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def random_picture(seed, shape=(40, 60)):
    return torch.rand(1, 3, *shape, generator=torch.Generator().manual_seed(seed))


STRIPES = torch.tensor([-1.0, 1.0], dtype=torch.float64).repeat(30).expand(40, 60)


def test_a_picture_has_its_own_detail():
    image = random_picture(0)
    assert grain(image, image) == 1 and light_detail(image, image) == 1


def test_a_flat_picture_has_none():
    flat = torch.full((1, 3, 20, 20), 0.3)
    assert grain(flat, random_picture(0)) < 1e-4 and light_detail(flat, random_picture(0)) < 1e-4


def test_half_the_contrast_is_half_the_detail():
    """A blur is linear, so that the ratio is that of the amplitudes; lightness and chroma do not mix."""
    image = picture(0.6 + 0.05 * STRIPES, 0.01 * STRIPES, -0.02 * STRIPES)
    style = picture(0.6 + 0.10 * STRIPES, 0.04 * STRIPES, -0.02 * STRIPES)
    assert light_detail(image, style) == pytest.approx(0.5, rel=1e-6)
    assert grain(image, style) == pytest.approx(math.hypot(0.01, 0.02) / math.hypot(0.04, 0.02), rel=1e-6)


def test_grain_does_not_see_lightness_and_light_does_not_see_color():
    grey, colored = picture(0.6 + 0.1 * STRIPES), picture(0.6, 0.02 * STRIPES)
    assert grain(grey, colored) < 1e-5 and light_detail(colored, grey) < 1e-5


def test_noise_of_known_strength():
    """Of white noise of deviation s, the fine detail has variance s^2 ((1 - w0)^2 + sum of the others^2).

    With the weights of sigma 1 px: w0 = 1 / (2 pi), sum of all squares 1 / (4 pi). A grey style counts 0.003.
    """
    s = 0.01
    expected = s * math.sqrt(1 - 2 / (2 * math.pi) + 1 / (4 * math.pi)) / 0.003
    grey = picture(0.6)
    image = picture(0.6, s * noise(0), shape=(300, 300))
    assert grain(image, grey) == pytest.approx(expected, rel=0.01)
    both = picture(0.6, s * noise(0), s * noise(1), shape=(300, 300))
    assert grain(both, grey) == pytest.approx(expected * math.sqrt(2), rel=0.01)
    light = picture(0.6 + s * noise(0), shape=(300, 300))
    assert light_detail(light, grey) == pytest.approx(expected, rel=0.01)


def test_slow_changes_are_no_detail():
    slope = torch.linspace(-0.05, 0.05, 60, dtype=torch.float64)
    assert grain(picture(0.6, slope), picture(0.6)) < 0.15
    assert light_detail(picture(0.6 + slope), picture(0.6)) < 0.15


def test_styles_are_shrunk_to_the_long_side_and_not_enlarged():
    image, style = random_picture(0, (30, 60)), random_picture(1, (120, 100))
    for score in (grain, light_detail):
        assert score(image, style) == score(image, resize(style, (60, 50)))
        small = random_picture(2, (20, 25))
        assert score(small, small) == 1
        assert score(image, small) == pytest.approx(score(image, random_picture(2, (20, 25))))


def test_detail_does_not_depend_on_place():
    image, style = random_picture(0), random_picture(1)
    for score in (grain, light_detail):
        turned = score(image.flip(3), style.flip(2))
        assert turned == pytest.approx(score(image, style), rel=1e-4)


def test_another_shape_and_no_change():
    image, style = random_picture(0), random_picture(1, (90, 90))
    before = image.clone(), style.clone()
    for score in (grain, light_detail):
        score(image, style)
        with pytest.raises(ShapeError, match="image has the wrong shape"):
            score(image[:, :1], style)
        with pytest.raises(ShapeError, match="style has the wrong shape"):
            score(image, style[0])
    assert torch.equal(image, before[0]) and torch.equal(style, before[1])
