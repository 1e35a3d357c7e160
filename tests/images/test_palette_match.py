"""Colours of a thing in the colours of a painting."""

import torch

from impasto.images.oklab import to_oklab
from impasto.images.palette_match import in_palette


def painting(*colors):
    """Stripes of equal width."""
    stripes = [torch.tensor(c)[None, :, None, None].expand(1, 3, 48, 24) for c in colors]
    return torch.cat(stripes, 3).contiguous()


def test_each_colour_takes_the_nearest_of_the_painting():
    wall = painting((0.8, 0.3, 0.1), (0.3, 0.5, 0.35))  # orange and green
    red, leaf = torch.tensor([[0.8], [0.1], [0.1]]), torch.tensor([[0.2], [0.6], [0.2]])
    found = in_palette(torch.cat([red, leaf], 1), wall)
    lab, theirs = to_oklab(found), to_oklab(torch.tensor([[0.8, 0.3], [0.3, 0.5], [0.1, 0.35]]))
    assert (lab[1:] - theirs[1:]).abs().max() < 0.02


def test_colours_that_the_painting_has_stay_and_light_keeps_its_order():
    wall = painting((0.1, 0.1, 0.2), (0.4, 0.4, 0.5), (0.9, 0.9, 0.8))
    own = torch.tensor([[0.1, 0.4, 0.9], [0.1, 0.4, 0.9], [0.2, 0.5, 0.8]])
    assert (in_palette(own, wall) - own).abs().max() < 0.03
    ramp = torch.linspace(0, 1, 20).expand(3, 20)
    assert bool((in_palette(ramp, wall).mean(0).diff() >= -1e-4).all())
    one = in_palette(ramp, painting((0.5, 0.5, 0.5)))
    assert one.isfinite().all()
