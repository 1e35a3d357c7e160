"""OKLab against published values and against itself."""

import pytest
import torch

from impasto.errors import ShapeError
from impasto.images.oklab import chroma_limits, compress_chroma, to_oklab, to_srgb


def columns(*colors):
    return torch.tensor(colors, dtype=torch.float32).mT.contiguous()


def test_known_colors():
    """White, black and the primaries, as in CSS Color 4 and Ottosson's page (3 digits)."""
    lab = to_oklab(columns((1, 1, 1), (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)))
    expected = columns(
        (1, 0, 0), (0, 0, 0), (0.628, 0.225, 0.126), (0.866, -0.234, 0.179), (0.452, -0.032, -0.312)
    )
    assert (lab - expected).abs().max() < 1e-3


def test_there_and_back_again():
    colors = torch.rand(3, 5000, generator=torch.Generator().manual_seed(0))
    assert (to_srgb(to_oklab(colors)) - colors).abs().max() < 2e-4
    levels = torch.arange(256)[None].expand(3, -1) / 255
    assert torch.equal((to_srgb(to_oklab(levels)) * 255).round(), (levels * 255).round())


def test_greys_have_no_chroma():
    greys = torch.linspace(0, 1, 50)[None].expand(3, -1)
    lab = to_oklab(greys)
    assert lab[1:].abs().max() < 1e-3 and (lab[0].diff() > 0).all()


def test_what_no_screen_shows_keeps_lightness_and_hue():
    generator = torch.Generator().manual_seed(1)
    lab = torch.cat(
        [
            torch.rand(1, 4000, generator=generator) * 0.9 + 0.05,
            (torch.rand(2, 4000, generator=generator) - 0.5) * 0.8,
        ]
    )
    back = compress_chroma(lab, chroma_limits())
    shown = to_oklab(to_srgb(back))
    assert torch.equal(back[0], lab[0])
    assert (back[1] * lab[2] - back[2] * lab[1]).abs().max() < 1e-5  # same hue
    assert (shown - back).norm(dim=0).mean() < 1e-3  # hardly anything is left for clipping
    assert (shown[0] - lab[0]).abs().max() < 0.01


def test_weak_colors_are_left_alone_and_strong_ones_keep_their_order():
    hue = torch.full((200,), 0.7)
    chroma = torch.linspace(0, 0.4, 200)
    lab = torch.stack([torch.full((200,), 0.6), chroma * hue.cos(), chroma * hue.sin()])
    back = compress_chroma(lab, chroma_limits())
    new = torch.hypot(back[1], back[2])
    assert torch.equal(back[:, :50], lab[:, :50])
    assert (new.diff() > 0).all()


@pytest.mark.parametrize("function", [to_oklab, to_srgb, lambda x: compress_chroma(x, chroma_limits())])
def test_other_shapes(function):
    with pytest.raises(ShapeError, match="has the wrong shape"):
        function(torch.zeros(4, 3))
