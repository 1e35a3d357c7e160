import pytest
import torch
from scipy import stats

from impasto.errors import ShapeError
from impasto.images.oklab import to_oklab, to_srgb
from impasto.images.resize import resize
from impasto.metrics.lightness_order import lightness_order, rank_correlation


def smooth(seed, shape=(60, 80)):
    """A picture of soft spots of colour."""
    small = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.nn.functional.interpolate(small, size=shape, mode="bicubic").clamp(0, 1)


def with_lightness(image, change):
    lab = to_oklab(image[0].flatten(1))
    grey = torch.stack([change(lab[0]), *torch.zeros_like(lab[1:])])
    return to_srgb(grey).view_as(image)


def test_a_photo_and_its_negative():
    photo = smooth(0)
    assert lightness_order(photo, photo) == pytest.approx(1)
    assert lightness_order(with_lightness(photo, lambda x: x), photo) == pytest.approx(1)
    assert lightness_order(with_lightness(photo, lambda x: 1 - x), photo) == pytest.approx(-1)


def test_contrast_and_color_do_not_count():
    photo = smooth(0)
    paler = with_lightness(photo, lambda x: 0.4 + 0.2 * x)
    assert lightness_order(paler, photo) == pytest.approx(1, abs=1e-4)


def test_another_photo_and_one_area():
    photo = smooth(0)
    assert abs(lightness_order(smooth(5), photo)) < 0.5
    flat = torch.full((1, 3, 60, 80), 0.3)
    assert lightness_order(flat, photo) == 0 == lightness_order(photo, flat)


def test_grain_does_not_count():
    photo = smooth(0, (200, 300))
    noise = torch.randn(photo.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert lightness_order((photo + 0.05 * noise).clamp(0, 1), photo) > 0.99


@pytest.mark.slow
def test_the_photo_is_resized_and_large_pictures_are_shrunk():
    photo, image = smooth(0, (90, 120)), smooth(3)
    assert lightness_order(image, photo) == lightness_order(image, resize(photo, (60, 80)))
    small, large = (
        lightness_order(smooth(3, shape), smooth(0, shape)) for shape in ((384, 512), (1152, 1536))
    )
    assert large == pytest.approx(small, abs=2e-3)


def test_ranks_by_hand():
    """Ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4; less 2.5: products 0.75, 0, 0, 2.25, squared norms 4.5, 5."""
    values, others = torch.tensor([0.1, 7.0, 7.0, 90.0]), torch.tensor([2.0, 1.0, 3.0, 4.0])
    assert rank_correlation(values, others) == pytest.approx(3 / (4.5 * 5) ** 0.5)


def test_as_another_implementation():
    draw = torch.Generator().manual_seed(0)
    values, others = (torch.randint(0, 50, (500,), generator=draw).double() for _ in range(2))
    others += values
    expected = stats.spearmanr(values, others).statistic
    assert rank_correlation(values, others) == pytest.approx(expected)
    assert rank_correlation(torch.ones(500), others) == 0


def test_another_shape():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        lightness_order(torch.rand(1, 1, 4, 4), torch.rand(1, 3, 4, 4))
    with pytest.raises(ShapeError, match="photo has the wrong shape"):
        lightness_order(torch.rand(1, 3, 4, 4), torch.rand(3, 4, 4))
    with pytest.raises(ShapeError, match="others has the wrong shape"):
        rank_correlation(torch.rand(4), torch.rand(5))
