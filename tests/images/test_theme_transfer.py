"""The transfer of a theme, by numbers."""

import itertools

import numpy as np
import pytest
import torch

from impasto import samples
from impasto.errors import ShapeError
from impasto.images.color_clusters import color_statistics
from impasto.images.io import to_tensor
from impasto.images.oklab import to_oklab
from impasto.images.theme_transfer import apply_shifts, color_shifts, match_theme, novelty, transfer_theme
from impasto.images.themes import painted_theme, written_theme
from impasto.settings import RecolorSettings

WARM = written_theme(["#c8182b", "#f4781a", "#5a0d2a"]).oklab()


def recolored(image, theme=WARM, **options):
    return transfer_theme(image, [theme], RecolorSettings(**options))[0]


def squares(*colors, side=8):
    return torch.cat([torch.tensor(c)[None, :, None, None].expand(1, 3, side, side) for c in colors], dim=3)


def lab(image):
    return to_oklab(image[0].flatten(1)).view(image.shape[1:])


def test_the_best_match_by_brute_force():
    """Against a plain loop over all combinations of three groups and two colours."""
    statistics = color_statistics(squares((0.8, 0.2, 0.2), (0.2, 0.3, 0.8), (0.8, 0.3, 0.1), (0.8, 0.3, 0.1)))
    theme = written_theme(["#c03030", "#3050c0"]).oklab()
    match = match_theme(statistics, theme)

    def cost(to):
        moves = (theme[list(to)] - match.clusters) * (0.5, 1, 1)
        used = np.array([match.shares[np.array(to) == k].sum() for k in range(2)])
        drift = (match.shares[:, None] * moves).sum(axis=0)
        far = (match.shares * (moves**2).sum(axis=1)).sum()
        return far - 0.5 * (drift**2).sum() + 0.06 * 2 * ((used - 0.5) ** 2).sum()

    count = len(match.clusters)
    costs = {to: cost(to) for to in np.ndindex(*(2,) * count)}
    assert tuple(match.theme_rows) == min(costs, key=costs.get)
    assert match.cost == pytest.approx(min(costs.values()))
    assert [theme[k][2] < 0 for k in match.theme_rows] == [g[2] < 0 for g in match.clusters]  # blue to blue


def test_of_several_themes_the_nearest_is_taken():
    image = squares((0.2, 0.3, 0.7), (0.4, 0.6, 0.9), (0.1, 0.15, 0.3))
    cold = written_theme(["#3050b0", "#70a0e0", "#1c2850"]).oklab()
    assert transfer_theme(image, [WARM, cold], RecolorSettings())[1] == 1
    assert transfer_theme(image, [cold, WARM], RecolorSettings())[1] == 0


def test_flat_colors_become_theme_colors():
    """Without the photo's gradients and variety a group gets the theme's tint, at its own lightness."""
    image = squares((0.55, 0.45, 0.4), (0.3, 0.4, 0.6))
    theme = written_theme(["#b87050", "#4070b8"]).oklab()
    result = lab(recolored(image, theme, variety=0.0, gradients=0.0))
    for column, color in ((4, theme[0]), (12, theme[1])):
        pixel = result[:, 4, column].numpy()
        wanted = np.arctan2(color[2], color[1])
        assert abs(np.arctan2(pixel[2], pixel[1]) - wanted) < 0.06  # hue, radians
        assert np.hypot(*pixel[1:]) == pytest.approx(np.hypot(*color[1:]), rel=0.15)


def test_luminance_stays():
    image = torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0)) * 0.8 + 0.1
    change = (lab(recolored(image))[0] - lab(image)[0]).abs()
    assert change.max() < 0.012 and change.mean() < 1e-3


def test_light_and_dark_follow_the_theme_if_they_may():
    image = squares((0.5, 0.5, 0.5), (0.3, 0.3, 0.3))
    light = written_theme(["#f2b3c0", "#b3d9ea"]).oklab()
    kept, moved = (lab(recolored(image, light, keep_luminance=k))[0].mean() for k in (True, False))
    assert abs(kept - lab(image)[0].mean()) < 2e-3 and moved > kept + 0.2


@pytest.mark.parametrize("keep_luminance", [True, False])
def test_black_and_white_stay(keep_luminance):
    image = squares((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.6, 0.5, 0.3), (0.3, 0.4, 0.6))
    result = recolored(image, keep_luminance=keep_luminance)
    assert (result[..., :16] - image[..., :16]).abs().max() < 2 / 255
    assert (result[..., 16:] - image[..., 16:]).abs().max() > 0.1


def test_nothing_spreads_over_edges():
    """The result is a function of colour: equal colours stay equal, up to the edges of their squares."""
    image = squares((0.8, 0.3, 0.2), (0.2, 0.4, 0.7), (0.8, 0.3, 0.2), (0.5, 0.6, 0.2))
    result = recolored(image)
    assert (result[..., :8] - result[..., 16:24]).abs().max() < 1e-6
    assert all(result[..., x : x + 8].flatten(2).std(dim=2).max() < 1e-6 for x in (0, 8, 16, 24))


@pytest.mark.parametrize("keep_luminance", [True, False])
def test_a_smooth_sky_has_no_bands(keep_luminance):
    """No step between neighbours is much longer than the mean step, though groups part in the middle."""
    t = torch.linspace(0, 1, 512)
    ramp = torch.stack([0.2 + 0.7 * t, 0.45 + 0.35 * t, 0.9 - 0.35 * t])[None, :, None].expand(1, 3, 32, 512)
    theme = written_theme(["#f26b3a", "#4a2f7a", "#19d3f3"]).oklab()
    result = lab(recolored(ramp, theme, keep_luminance=keep_luminance))
    steps = result[:, 0].diff(dim=1).norm(dim=0)
    assert steps.max() < 6 * steps.mean()
    assert steps.max() < 0.02  # a step of one level of a grey is about 0.004


def test_gradients_are_nearer_to_the_photos_with_a_higher_weight():
    """Sum of squared differences, between neighbours, of how far colours move."""
    image = to_tensor(samples.photo("astronaut").resize((128, 128)))
    rough = []
    for weight in (0.0, 2.0, 20.0, 200.0):
        moved = lab(recolored(image, gradients=weight)) - lab(image)
        rough.append(float(moved.diff(dim=2).square().sum() + moved.diff(dim=1).square().sum()))
    assert all(more > 1.05 * less for more, less in itertools.pairwise(rough))
    assert rough[0] > 1.5 * rough[-1]


def test_variety():
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(4)) * 0.3 + 0.35
    spread = [
        float(lab(recolored(image, variety=v))[1:].flatten(1).std(dim=1).sum()) for v in (0.0, 0.5, 1.0)
    ]
    assert spread[0] < spread[1] < spread[2]


def test_strength_is_a_straight_line_in_oklab():
    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(5)) * 0.5 + 0.25
    none, half, full = (lab(recolored(image, strength=s)) for s in (0.0, 0.5, 1.0))
    assert (none - lab(image)).abs().max() < 1e-3
    assert (half - (none + full) / 2).abs().max() < 5e-3


def test_large_pictures_are_changed_in_strips_alike():
    image = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(6))
    statistics = color_statistics(image)
    change = color_shifts(statistics, match_theme(statistics, WARM), WARM, RecolorSettings())
    tall = image.repeat(1, 1, 100, 100)  # 640 000 px: three strips
    whole, part = apply_shifts(tall, change, strength=1.0), apply_shifts(image, change, strength=1.0)
    assert (whole - part.repeat(1, 1, 100, 100)).abs().max() < 1e-5


def test_another_shape():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        apply_shifts(torch.zeros(3, 4, 4), torch.zeros(1, 3, 17, 17, 17), strength=1.0)
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        transfer_theme(torch.zeros(1, 1, 4, 4), [WARM], RecolorSettings())


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_photo_in_its_own_colors_stays(count):
    photo = samples.photo("coffee").resize((96, 64))
    image = to_tensor(photo)
    theme = painted_theme(image, colors=count, name="own").oklab()
    assert (recolored(image, theme) - image).abs().mean() < 0.3 / 255


def test_a_photo_in_other_colors_does_not():
    image = to_tensor(samples.photo("coffee").resize((96, 64)))
    assert novelty(color_statistics(image), WARM) > 0.5
    assert (recolored(image) - image).abs().mean() > 5 / 255
