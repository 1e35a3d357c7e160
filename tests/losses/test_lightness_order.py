import pytest
import torch
from torch.testing import assert_close

from impasto.losses.lightness_order import (
    ENOUGH,
    LightnessOrderLoss,
    alike_cells,
    area_spread,
    lightness_disorder,
)


def photo(seed=0, height=40, width=64):
    draw = torch.Generator().manual_seed(seed)
    small = torch.rand(1, 3, 5, 8, generator=draw, dtype=torch.float64)
    return torch.nn.functional.interpolate(small, size=(height, width), mode="bilinear")


def test_a_photo_of_other_contrast_and_brightness_is_in_order():
    image = photo()
    assert lightness_disorder(0.3 * image + 0.6, image).item() == 0


def test_a_negative_is_as_far_as_can_be():
    image = photo()
    assert lightness_disorder(1 - image, image).item() == pytest.approx(1 + ENOUGH, abs=1e-6)


def test_unrelated_lightness_is_worth_the_correlation_by_hand():
    a = torch.tensor([0.0, 1.0, 0.0, 1.0]).expand(1, 3, 1, 4)
    b = torch.tensor([0.0, 0.0, 1.0, 1.0]).expand(1, 3, 1, 4)
    assert lightness_disorder(a, b).item() == pytest.approx(ENOUGH, abs=1e-6)


def test_the_spread_of_areas_by_hand():
    # Two cells that are alike, and a third that is like none: only the pair (0, 1) counts.
    alike = torch.tensor([[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]])
    colors = torch.tensor([[1.0, 0.5, 0.0], [0.5, 0.5, 0.5], [0.0, 0.5, 1.0]])[None, :, None]
    # Chroma is (0.5, 0, -0.5), 0, (-0.5, 0, 0.5): squared distances 0.5, 2 and 0.5 between the cells.
    mean = 2 * (0.5 + 2 + 0.5) / 9
    assert area_spread(colors, alike).item() == pytest.approx(0.5 / mean, rel=1e-5)
    assert area_spread(torch.full_like(colors, 0.5), alike).item() == 0


def test_cells_of_one_colour_are_alike_and_others_are_not():
    image = torch.zeros(1, 3, 1, 3, dtype=torch.float64)
    image[..., 2] = 1
    alike = alike_cells(image)
    assert_close(alike, torch.tensor([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]], dtype=torch.float64))


def test_what_was_one_area_in_the_photo_costs_when_it_is_torn():
    image = torch.full((1, 3, 16, 32), 0.8)
    image[..., 16:] = 0.2
    loss = LightnessOrderLoss({"image": 1.0})
    target = loss.target({"image": image})
    torn = image.clone()
    torn[:, 0, :8, :16], torn[:, 2, 8:, :16] = 0.6, 0.6  # half of the light area yellowish, half reddish
    assert loss({"image": torn}, target) > loss({"image": image}, target) + 0.02


def test_a_picture_of_one_colour_gives_no_gradient():
    image = torch.full((1, 3, 16, 16), 0.5, requires_grad=True)
    loss = LightnessOrderLoss({"image": 1.0})
    loss({"image": image}, loss.target({"image": photo(height=16, width=16).float()})).sum().backward()
    assert image.grad.isfinite().all()
