import pytest
import torch
from torch.testing import assert_close

from impasto.optimize.laplacian_descent import BANDS, MARGIN, LaplacianDescent, equal_bands

ALONE = torch.eye(3) / 3


def noise(height=64, width=48, seed=0):
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def stepped(canvas, gradient, *, rate=0.01, mix=ALONE, finest=1.0, **options):
    leaf = canvas.clone().requires_grad_()
    leaf.grad = gradient.clone()
    optimizer = LaplacianDescent(leaf, rate, mix=mix, finest=finest, **options)
    optimizer.step()
    assert optimizer.state_dict()["state"] == {}  # nothing to remember, nothing to carry to the next size
    return leaf.detach() - canvas


def grey(height=64, width=48):
    return torch.full((1, 3, height, width), 0.5)


def test_a_step_has_the_mean_length_of_the_rate_whatever_the_gradient():
    steps = [stepped(grey(), noise() * size) for size in (1e-20, 1.0, 1e6)]
    for step in steps:
        assert step.abs().mean().item() == pytest.approx(0.01, rel=1e-4)
    assert_close(steps[0], steps[2], rtol=1e-3, atol=1e-6)


def test_a_step_leads_down_the_gradient():
    assert (stepped(grey(), noise()) * noise()).sum() < 0


def test_no_gradient_no_step():
    assert stepped(grey(), torch.zeros(1, 3, 64, 48)).abs().max() == 0
    leaf = grey().requires_grad_()
    assert LaplacianDescent(leaf, 0.1, mix=ALONE, finest=1.0).step(lambda: 3.0) == 3.0
    assert_close(leaf.detach(), grey())


def test_fine_and_coarse_count_alike():
    """Grain ten times stronger than a wave over the picture hides it from plain steps, not from these."""
    wave = torch.sin(torch.arange(128) / 128 * 2 * torch.pi).expand(1, 3, 128, 128)
    gradient = wave + 7 * noise(128, 128)

    def likeness(x):
        return ((x * wave).sum() / (x.norm() * wave.norm())).item()

    assert likeness(gradient) < 0.12
    assert likeness(equal_bands(gradient)) > 3 * likeness(gradient)


def test_the_finest_band_by_itself():
    board = ((torch.arange(64)[:, None] + torch.arange(64)) % 2 * 2.0 - 1).expand(1, 3, 64, 64)
    whole, without = (equal_bands(board, finest=share)[:, :, 16:48, 16:48].std() for share in (1.0, 0.0))
    assert without < 0.1 * whole


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (7, 33), (65, 31)])
def test_odd_and_small_pictures(shape):
    equal = equal_bands(noise(*shape))
    assert equal.shape == (1, 3, *shape) and equal.isfinite().all() and BANDS == 3


def test_colours_move_as_they_are_mixed():
    red = noise() * torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1)
    alone, together = stepped(grey(), red), stepped(grey(), red, mix=torch.full((3, 3), 1 / 3))
    assert alone[:, 1:].abs().max() == 0 < alone[:, 0].abs().max()
    assert_close(together[:, 0], together[:, 1])


def test_steps_end_softly_at_black_and_white():
    light = torch.full((1, 3, 64, 48), 1 - MARGIN / 2)
    free, soft = stepped(grey(), noise()), stepped(light, noise())
    up, down = free > 0, free < 0
    assert_close(soft[up], free[up] / 2, rtol=1e-3, atol=1e-6)
    assert_close(soft[down], free[down], rtol=1e-3, atol=1e-6)
    white = stepped(torch.ones(1, 3, 64, 48), noise())
    assert white.max() == 0 and white.min() < 0  # a white photo can still be dreamt into


def test_other_bounds_are_the_same_steps_in_other_units():
    """Twice the range, shifted: the same fractions of the range, with half the rate."""
    canvas = torch.rand(1, 3, 64, 48, generator=torch.Generator().manual_seed(3))
    unit = stepped(canvas, noise(), rate=0.01)
    wide = stepped(2 * canvas - 1, noise(), rate=0.02, bounds=(-1.0, 1.0))
    assert_close(wide, 2 * unit, rtol=1e-4, atol=1e-5)


def test_without_bounds_no_step_is_shortened():
    free = stepped(torch.full((1, 3, 64, 48), 7.0), noise(), bounds=None)
    assert_close(free, stepped(grey(), noise()), rtol=1e-3, atol=1e-5)


def test_channels_that_are_not_mixed():
    red = noise() * torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1)
    assert_close(stepped(grey(), red, mix=None), stepped(grey(), red, mix=ALONE))


def test_the_bands_of_a_signal_are_those_of_a_picture_of_equal_rows():
    signal = noise(1, 512)[:, :1]
    rows = equal_bands(signal.expand(1, 1, 64, 512), finest=0.3)
    assert_close(equal_bands(signal, finest=0.3), rows[:, :, :1], rtol=1e-2, atol=1e-2)
    step = stepped(torch.full((1, 1, 1, 512), 3.0), signal, mix=None, bounds=None)
    assert step.abs().mean().item() == pytest.approx(0.01, rel=1e-4)
