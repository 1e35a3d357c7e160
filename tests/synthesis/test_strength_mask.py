"""How strongly each place is painted."""

import numpy as np
import pytest
import torch

import impasto
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.synthesis.strength_mask import STRENGTHS, by_strength
from tests.jobs import stylize_job
from tests.synthesis.test_styles import TEST


def halves(path, *, left, right):
    """A grey mask as large as a picture."""
    height, width = io.read(path).pixels.shape[2:]
    mask = np.full((height, width), right, np.uint8)
    mask[:, : width // 2] = left
    return mask


def guides_of(photo, mask):
    return by_strength(None, mask, io.read(photo), styles=1, max_megapixels=10)


def test_the_parts_share_every_place(photo):
    ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (48, 1))
    guides = guides_of(photo, ramp)
    assert guides.strengths == STRENGTHS
    torch.testing.assert_close(guides.canvas.sum(1), torch.ones_like(guides.canvas[:, 0]))
    grey = (guides.canvas * torch.tensor(STRENGTHS)[None, :, None, None]).sum(1)
    torch.testing.assert_close(grey[0], io.read(ramp).pixels[0, 0])


def test_strengths_that_no_place_has_are_left_out(photo):
    assert guides_of(photo, halves(photo, left=0, right=255)).strengths == (0.0, 1.0)


def test_regions_are_divided_too(photo, painting):
    masks = {
        "content_mask": halves(photo, left=0, right=255),
        "style_mask": halves(painting, left=0, right=255),
        "strength_mask": halves(photo, left=255, right=0),
    }
    terms = stylize_job(photo, painting, **{**TEST, **masks}).terms
    assert terms.guides.strengths == (0.0, 0.0, 1.0, 1.0)
    assert [tuple(style.guides.shape[1:2]) for style in terms.styles] == [(4,), (4,)]


def test_the_black_part_changes_less(photo, painting):
    mask = halves(photo, left=0, right=255)
    before = np.asarray(io.to_pil(io.read(photo).pixels), float)
    masked, plain = (
        np.abs(np.asarray(impasto.stylize(photo, painting, **masks, **TEST).image, float) - before).mean(2)
        for masks in ({"strength_mask": mask}, {})
    )
    left, right = (slice(0, before.shape[1] // 2 - 8), slice(before.shape[1] // 2 + 8, None))
    assert masked[:, left].mean() < 0.6 * plain[:, left].mean()
    assert masked[:, right].mean() > 0.8 * plain[:, right].mean()


def test_a_white_mask_paints_as_strongly_as_without(photo, painting):
    """One region of full strength is the whole picture."""
    white = np.full((48, 64), 255, np.uint8)
    masked, plain = (
        stylize_job(photo, painting, **{**TEST, **masks, "jitter": False})
        for masks in ({"strength_mask": white}, {})
    )
    scale = plain.scales[-1]
    canvas = plain.loop.resize(plain.start(scale), (scale.height, scale.width))
    losses = [job.objectives.loss_at(scale)(canvas)[0].item() for job in (masked, plain)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_grey_that_is_nearly_a_part_makes_no_other(photo):
    for grey, strength in ((128, 0.5), (254, 1.0), (1, 0.0)):
        assert guides_of(photo, np.full((48, 64), grey, np.uint8)).strengths == (strength,)


def test_another_strength_is_another_run(photo, painting):
    """Their canvases are the same ones."""
    identities = [
        stylize_job(
            photo, painting, **{**TEST, "strength_mask": np.full((48, 64), grey, np.uint8)}
        ).identity()
        for grey in (0, 255)
    ]
    assert identities[0] != identities[1]


def test_patches_know_no_mask(photo, painting):
    with pytest.raises(SettingError, match="knows no masks"):
        stylize_job(
            photo,
            painting,
            **{**TEST, "strength_mask": halves(photo, left=0, right=255), "style_loss": "mrf"},
        )


def test_a_mask_that_is_none(photo, painting, tmp_path):
    (tmp_path / "mask.png").write_bytes(b"no picture")
    with pytest.raises(PictureError, match=r"mask\.png"):
        impasto.stylize(photo, painting, strength_mask=tmp_path / "mask.png", **TEST)
