import numpy as np
import torch

from impasto.images.collage import collage


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def stripes(*names, height=30, width=40):
    """Guides of regions side by side, in the order of their numbers: (1, R, H, W)."""
    labels = torch.tensor(names).repeat_interleave(width // len(names))[None].expand(height, width)
    return torch.stack([labels == region for region in range(max(names) + 1)])[None].float()


def test_every_pixel_comes_from_its_region():
    own, wanted = stripes(0, 1, 2, width=60), stripes(2, 0, 1, 0)
    painting = torch.cat([own * torch.rand(1, 1, 30, 60, generator=generator()).clamp(min=0.1)], 1)
    laid = collage(painting, own, wanted, generator=generator())
    assert laid.shape == (1, 3, 30, 40)
    assert (laid > 0).float().equal(wanted)  # channel r is above 0 in region r only


def test_pieces_are_pieces():
    """Most neighbours in the result were neighbours in the painting."""
    numbers = torch.arange(40 * 60).float().view(1, 1, 40, 60).expand(1, 3, -1, -1)
    laid = collage(numbers, torch.ones(1, 1, 40, 60), torch.ones(1, 1, 50, 50), generator=generator())
    assert (laid[0, 0].diff(dim=1) == 1).float().mean() > 0.75
    assert (laid[0, 0].diff(dim=0) == 60).float().mean() > 0.75


def test_it_grows_lighter_where_the_painting_does():
    ramp = torch.linspace(0, 1, 80).view(1, 1, 80, 1).expand(1, 3, 80, 90)
    laid = collage(ramp, torch.ones(1, 1, 80, 90), torch.ones(1, 1, 60, 60), generator=generator())
    rows = laid[0, 0].mean(1)
    assert np.corrcoef(rows.numpy(), np.arange(60))[0, 1] > 0.9


def test_the_seed_decides():
    painting, own = torch.rand(1, 3, 30, 40, generator=generator()), stripes(0, 1)
    before = painting.clone()
    one, same, other = (collage(painting, own, stripes(1, 0), generator=generator(s)) for s in (1, 1, 2))
    assert one.equal(same) and not one.equal(other) and painting.equal(before)


def test_regions_that_are_missing():
    """What a style lacks at this size is something of it; what the canvas lacks is not used."""
    painting = torch.rand(1, 3, 30, 40, generator=generator())
    own = stripes(0, 1)
    own[:, 1] = 0
    assert collage(painting, own, stripes(0, 1), generator=generator()).isfinite().all()
    assert collage(painting, stripes(0, 1), stripes(0, 0)[:, :1], generator=generator()).isfinite().all()
    tiny = collage(painting, stripes(0, 1), stripes(0, 1, height=1, width=2), generator=generator())
    assert tiny.shape == (1, 3, 1, 2)
