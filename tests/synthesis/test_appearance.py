"""Colour and detail, and those that a canvas should have."""

import torch

from impasto.images.io import Picture
from impasto.images.oklab import oklab
from impasto.synthesis.appearance import DETAIL, appearance, target_appearance
from impasto.synthesis.styles import Style


def noise(seed, height=40, width=60):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def of(picture, share=1.0, **options):
    return Style(Picture(pixels=picture, name=""), share, **options)


def test_light_places_stay_light_in_the_palette_of_the_style():
    photo = torch.linspace(0, 1, 60).expand(1, 3, 40, 60)
    blue = torch.tensor([0.1, 0.2, 0.8]).view(1, 3, 1, 1) + 0.1 * noise(0)
    wanted = target_appearance(photo, [of(blue)])
    assert wanted.shape == (1, 4, 40, 60)
    assert (wanted[:, 0, :, 45:].mean() - wanted[:, 0, :, :15].mean()) > 0.02
    theirs = oklab(blue).mean((2, 3))
    assert torch.allclose(wanted[:, :3].mean((2, 3)), theirs, atol=0.03)


def test_several_styles_count_by_their_shares():
    dark, light = (value + 0.02 * noise(seed) for seed, value in enumerate((0.1, 0.9)))
    means = [
        target_appearance(noise(2), [of(dark, 1 - share), of(light + noise(3) / 9, share)]).mean((0, 2, 3))
        for share in (0.1, 0.5, 0.9)
    ]
    assert means[0][0] + 0.1 < means[1][0] < means[2][0] - 0.1
    assert means[0][3] * 1.5 < means[1][3] < means[2][3] / 1.2  # the light one is rougher


def test_the_photo_itself_and_fine_styles_do_not_count():
    styles = [of(noise(0)), of(noise(1) / 4, own=True), of(noise(2) / 4, fine=True)]
    assert target_appearance(noise(3), styles).equal(target_appearance(noise(3), styles[:1]))
    assert target_appearance(noise(3), styles[1:]) is None
    assert target_appearance(noise(3), [of(noise(0), 0.0)]) is None


def test_large_photos_are_read_small():
    assert target_appearance(noise(0, 200, 800), [of(noise(1))]).shape == (1, 4, 96, 384)


def half_plain(noisy, plain):
    """A picture with noise on the left and one grey on the right."""
    picture = torch.full((1, 3, 48, 96), 0.5)
    picture[..., :48] += noisy * (noise(0, 48, 48) - 0.5)
    return picture + plain * (noise(1, 48, 96) - 0.5)


def test_detail_is_where_the_picture_varies():
    detail = appearance(half_plain(1.0, 0.0))[0, 3]
    assert detail[:, :40].min() > 0.8 * DETAIL
    assert detail[:, 56:].max() < 0.01 * DETAIL


def test_plain_places_get_the_plainest_of_the_style():
    """A style that is rough everywhere leaves nothing plain, but the order stays."""
    wanted = target_appearance(half_plain(0.5, 0.0), [of(half_plain(1.0, 0.2))])[0, 3]
    theirs = appearance(half_plain(1.0, 0.2))[0, 3]
    assert wanted[:, 60:].max() < wanted[:, :36].min()
    assert torch.allclose(wanted.sort().values.mean(), theirs.mean(), atol=0.02)
    assert wanted.min() >= theirs.min() - 1e-6
