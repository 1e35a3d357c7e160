"""A photo in its styles in one pass, with all that the recipes know of masks and shares."""

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import WeightsError
from impasto.fast.any_style import load
from impasto.fast.style_file import TrainedStyle
from impasto.synthesis.feed_forward import _Painter, feed_forward
from tests.conftest import drawn
from tests.jobs import stylize_job

INSTANT = {"preset": "instant", "size": 64, "device": "cpu", "precision": "float32"}


@pytest.fixture
def pictures():
    """A photo and two paintings of other colours."""
    red = drawn(1, 64, 64) * np.array([1.0, 0.3, 0.2])
    blue = drawn(2, 64, 64) * np.array([0.2, 0.3, 1.0])
    return drawn(0, 48, 64), red.astype(np.uint8), blue.astype(np.uint8)


def reddish(pixels):
    """Red minus blue, on the mean."""
    return float((pixels[:, 0] - pixels[:, 2]).mean())


def test_the_preset_makes_no_step(pictures):
    photo, red, _ = pictures
    steps = impasto.stylize_steps(photo, red, **INSTANT)
    (step,) = list(steps)
    assert step.step == 0 and step.snapshot().shape == (1, 3, 48, 64)
    result = impasto.stylize(photo, red, **INSTANT)
    assert set(result.record["feed_forward"]) == {"name", "fingerprint"}
    assert result.losses == {} and result.history == [] and result.record["steps"] == 0
    assert torch.equal(result.pixels, step.snapshot().cpu())
    assert reddish(result.pixels) > 0.2


def test_steps_go_on_from_there(pictures):
    photo, red, _ = pictures
    result = impasto.stylize(photo, red, **INSTANT, steps=2)
    assert len(result.history) == 2 and result.losses["total"] > 0


def test_shares_and_strength(pictures):
    photo, red, blue = pictures
    both = impasto.stylize(photo, [red, blue], **INSTANT).pixels
    mostly = impasto.stylize(photo, [red, blue], style_weights=[0.9, 0.1], **INSTANT).pixels
    assert reddish(impasto.stylize(photo, blue, **INSTANT).pixels) < -0.2
    assert abs(reddish(both)) < 0.15 < reddish(mostly)
    weak = impasto.stylize(photo, red, strength=0.1, **INSTANT).pixels
    assert abs(reddish(weak)) < 0.15


def test_regions_are_painted_after_their_own_style(pictures):
    photo, red, blue = pictures
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 32:] = 255
    masks = {"content_mask": mask, "style_mask": ["white", "black"]}
    painted = impasto.stylize(photo, [red, blue], **masks, **INSTANT).pixels
    assert reddish(painted[..., 40:]) > 0.15 > -0.15 > reddish(painted[..., :24])


def test_strength_by_place_and_keep(pictures):
    photo, red, _ = pictures
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 32:] = 255
    placed = impasto.stylize(photo, red, strength_mask=mask, **INSTANT).pixels
    assert reddish(placed[..., 40:]) > 0.15 and abs(reddish(placed[..., :24])) < 0.15
    kept = impasto.stylize(photo, red, keep=mask, **INSTANT).pixels
    truth = torch.from_numpy(photo).permute(2, 0, 1)[None] / 255
    assert (kept - truth)[..., 40:].abs().max() < 1e-6


def test_the_finest_level_comes_from_the_fine_style(pictures):
    photo, red, blue = pictures
    plain = stylize_job(photo, red, **INSTANT).terms
    with_fine = stylize_job(photo, red, fine_style=blue, **INSTANT).terms
    assert not torch.equal(feed_forward(plain, plain.photo), feed_forward(with_fine, with_fine.photo))
    regions = [_Painter(styled, None).region(0).style for styled in (plain, with_fine)]
    same = [torch.equal(one.root, other.root) for one, other in zip(*regions, strict=True)]
    assert same == [False, True, True]


def test_a_style_is_read_once_for_many_photos(pictures):
    context = impasto.Context()
    for seed in (3, 4):
        impasto.stylize(drawn(seed, 48, 64), pictures[1], context=context, **INSTANT)
    assert (context.targets.misses, context.targets.hits) == (1, 1)


def test_the_same_picture_each_time(pictures):
    photo, red, _ = pictures
    first, second = (impasto.stylize(photo, red, **INSTANT).pixels for _ in range(2))
    assert torch.equal(first, second)


@pytest.fixture
def trained(pictures, tmp_path):
    """The first painting as a trained style, with weights of its own."""
    network = load()
    for weights in network.parameters():
        weights.mul_(1.01)
    painting = torch.from_numpy(pictures[1]).permute(2, 0, 1)[None] / 255
    path = tmp_path / "red.safetensors"
    TrainedStyle(network, {"red": network.statistics(painting)}, {"red": painting}).save(path)
    return path


def test_a_trained_style_is_taken_wherever_a_painting_is(pictures, trained, tmp_path):
    _, red, blue = pictures
    photo = tmp_path / "photo.png"
    Image.fromarray(pictures[0]).save(photo)
    instant = impasto.stylize(photo, trained, **INSTANT)
    expected = impasto.apply(trained, photo, size=64, device="cpu").pixels
    assert (instant.pixels - expected).abs().max() < 1e-3
    assert not torch.equal(instant.pixels, impasto.stylize(photo, red, **INSTANT).pixels)
    quick = {"network": "test-net", "style_layers": ["relu1_1"], "content_layers": ["relu3_1"], "scales": 1}
    optimised = impasto.stylize(photo, trained, size=64, steps=3, strokes_weight=0.0, **quick)
    assert reddish(optimised.pixels) > reddish(impasto.stylize(photo, blue, size=64, steps=3, **quick).pixels)
    instant.save(tmp_path / "out.png")
    recipe, inputs, settings = impasto.from_record(tmp_path / "out.png")
    assert inputs["style"] == [trained]
    again = recipe.job(inputs, settings, impasto.Context())
    assert torch.equal(again.start(again.scales[0]).clamp(0, 1), instant.pixels)


def test_a_trained_style_beside_a_painting_is_a_painting_too(pictures, trained):
    photo, red, blue = pictures
    both = [impasto.stylize(photo, [first, blue], **INSTANT).pixels for first in (trained, red)]
    assert (both[0] - both[1]).abs().mean() < 0.02  # the file holds a JPEG


def test_a_trained_style_without_its_painting(pictures, tmp_path):
    network = load()
    TrainedStyle(network, {"red": network.statistics(torch.rand(1, 3, 64, 64))}).save(
        tmp_path / "r.safetensors"
    )
    with pytest.raises(WeightsError, match="no painting"):
        impasto.stylize(pictures[0], tmp_path / "r.safetensors", **INSTANT)


def test_no_strength_is_the_photo_in_its_own_colours(pictures):
    photo, red, _ = pictures
    nothing = impasto.stylize(photo, red, strength=0, **INSTANT).pixels
    truth = torch.from_numpy(photo).permute(2, 0, 1)[None] / 255
    assert (nothing - truth).mean((2, 3)).abs().max() < 0.05


def test_a_kept_part_leaves_the_colours_of_the_rest(pictures):
    photo, red, _ = pictures
    mask = np.zeros((48, 64), np.uint8)
    mask[:8, :8] = 255
    whole, rest = (impasto.stylize(photo, red, **{**INSTANT, **keep}).pixels for keep in ({}, {"keep": mask}))
    assert (whole - rest)[..., 16:, 16:].mean((2, 3)).abs().max() < 0.05
