"""Masks."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

import impasto
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.losses.wasserstein import WassersteinLoss
from impasto.synthesis.guides import read_guides
from impasto.synthesis.memory import Tiling
from impasto.synthesis.read import read_styles
from tests.conftest import drawn
from tests.jobs import stylize_job
from tests.synthesis.test_job import expect_alike

TEST = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "size": 64,
    "steps": 6,
    "scales": 1,
    "precision": "float32",
}
RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 255, 0)


def halves(left=RED, right=BLUE, height=48, width=64):
    """A label map: two colours, side by side."""
    mask = np.zeros((height, width, 3), np.uint8)
    mask[:, : width // 2], mask[:, width // 2 :] = left, right
    return mask


def guides(content=None, styles=(None,), **given):
    pictures = read_styles([drawn(1, 56, 56) for _ in styles], max_megapixels=1)
    style_mask = list(styles) if any(mask is not None for mask in styles) else None
    photo = io.read(drawn(0), name="content")
    return read_guides(
        photo, pictures, content_mask=content, style_mask=style_mask, max_megapixels=1, **given
    )


def test_no_mask_no_guides():
    assert guides() is None


def test_colours_find_each_other():
    read = guides(halves(), (halves(BLUE, RED, 56, 56),))
    red = read.names.index("#ff0000")
    assert read.canvas.shape == (1, 2, 48, 64) and read.styles[0].shape == (1, 2, 56, 56)
    assert read.canvas[0, red, :, 0].min() == 1 and read.canvas[0, red, :, -1].max() == 0
    assert read.styles[0][0, red, :, 0].max() == 0 and read.styles[0][0, red, :, -1].min() == 1


def test_a_style_that_is_all_of_one_region():
    read = guides(halves(), ("red", "#0000ff"))
    red, blue = read.names.index("#ff0000"), read.names.index("#0000ff")
    assert read.styles[0][:, red].min() == 1 and read.styles[0][:, blue].max() == 0
    assert read.styles[1][:, blue].min() == 1 and read.styles[1][:, red].max() == 0


def test_a_style_without_a_mask_paints_every_region():
    assert guides(halves(), (halves(), None)).styles[1] is None


def test_a_grey_mask_alone_says_what_is_taken_of_a_style():
    ramp = np.linspace(0, 255, 56)[None].repeat(56, 0).astype(np.uint8)
    read = guides(None, (ramp,))
    assert read.names == ("all",) and read.canvas.min() == 1
    assert_close(read.styles[0][0, 0, 5], torch.from_numpy(ramp[5] / 255).float(), atol=1e-6, rtol=0)


def test_a_soft_mask_of_the_content():
    ramp = np.linspace(0, 255, 64)[None].repeat(48, 0).astype(np.uint8)
    read = guides(ramp, ("white", "black"))
    assert read.names == ("white", "black")
    assert_close(read.canvas.sum(1), torch.ones(1, 48, 64))
    assert 0.4 < read.canvas[0, 0, 0, 32] < 0.6


def test_what_is_kept_is_painted_by_nobody():
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :16] = 255
    read = guides(None, keep=mask)
    assert read.canvas[..., :16].max() == 0 and read.canvas[..., 16:].min() == 1
    assert_close(read.keep, 1 - read.canvas)
    both = guides(halves(), (halves(),), keep=mask)
    assert both.canvas[..., :16].max() == 0 and both.canvas.sum(1)[..., 16:].min() == 1


def test_masks_of_another_size_are_resized_with_a_note():
    read = guides(halves(height=24, width=32), (halves(),))
    assert read.canvas.shape[2:] == (48, 64)
    assert "content mask: resized from 32 x 24 to the picture's 64 x 48 px" in read.notes


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        (
            (halves(RED, GREEN), (halves(),)),
            PictureError,
            r"(?s)no style has a region for #00ff00.*#0000ff \(blue\)",
        ),
        ((halves(), (None,)), SettingError, r"(?s)a content mask needs to know.*--keep MASK"),
        ((drawn(3), (halves(),)), PictureError, "looks like a photo"),
        ((None, (np.zeros((56, 56), np.uint8),)), PictureError, "leaves nothing of the style"),
    ],
)
def test_masks_that_do_not_go_together(given, kind, text):
    with pytest.raises(kind, match=text):
        guides(*given)


def test_a_mask_that_keeps_all():
    with pytest.raises(SettingError, match=r"(?s)keeps all of the photo.*no place that is darker than half"):
        guides(keep=np.full((48, 64), 255, np.uint8))


def test_a_mask_that_keeps_nothing():
    with pytest.raises(SettingError, match=r"(?s)the mask keeps nothing.*black everywhere"):
        guides(keep=np.zeros((48, 64), np.uint8))


@pytest.mark.parametrize("given", [{"keep": drawn(3)}, {"styles": (halves(),)}])
def test_grey_masks_are_grey(given):
    with pytest.raises(PictureError, match=r"(?s)is not grey.*white, black.*label maps go to --content-mask"):
        guides(**given)


def test_all_is_no_mask():
    assert guides(halves(), (halves(), "all")).styles[1] is None


def test_masks_and_styles_of_different_number():
    with pytest.raises(SettingError, match=r"(?s)2 style masks do not go with 1 styles.*red, blue.*one a"):
        impasto.stylize(drawn(0), drawn(1), content_mask=halves(), style_mask=["red", "blue"], **TEST)


def test_pooled_styles_have_no_mask():
    with pytest.raises(
        SettingError,
        match=r"(?s)several pictures has no mask.*2 pictures and a picture in memory.*a colour",
    ):
        impasto.stylize(
            drawn(0), [[drawn(1), drawn(2)]], content_mask=halves(), style_mask=[halves()], **TEST
        )
    impasto.stylize(
        drawn(0), [[drawn(1), drawn(2)], drawn(3)], content_mask=halves(), style_mask=["red", "blue"], **TEST
    )


def test_a_region_whose_styles_weigh_nothing():
    given = {"content_mask": halves(), "style_mask": ["red", "blue"], "style_weights": (1, 0), **TEST}
    with pytest.raises(SettingError, match=r"(?s)region for #0000ff \(blue\) weigh nothing.*shares 1, 0"):
        impasto.stylize(drawn(0), [drawn(1), drawn(2)], **given)
    given["style_mask"] = ["red", None]
    with pytest.raises(SettingError, match=r"region for #0000ff \(blue\) weigh nothing"):
        impasto.stylize(drawn(0), [drawn(1), drawn(2)], **given)


def test_patches_know_no_masks():
    with pytest.raises(SettingError, match="the style loss mrf compares patches and knows no masks"):
        impasto.stylize(drawn(0), drawn(1), keep=halves()[..., 0], **{**TEST, "style_loss": "mrf"})


def patchwork():
    """A style of two textures, side by side: fine stripes and broad waves of other colours."""
    style = drawn(1, 64, 64)
    style[:, :32] = np.where((np.arange(64) // 4 % 2)[:, None, None], (230, 200, 20), (120, 30, 20))
    return style


@pytest.mark.slow
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("rule", ["simple", "inside", "all"])
def test_each_region_comes_nearer_to_its_own_texture(swapped, rule):
    mask = halves(height=64, width=64)
    content = mask[:, ::-1] if swapped else mask
    options = {**TEST, "network": "compact", "content_weight": 0.1, "tv_weight": 0.0, "steps": 40,
               "guides": rule,
               "content_layers": ("relu3_1",), "style_layers": ("relu1_1", "relu2_1")}  # fmt: skip
    photo = drawn(0, 64, 64)
    result = impasto.stylize(photo, patchwork(), content_mask=content, style_mask=mask, **options)
    job = stylize_job(photo, patchwork(), **options)
    sides = (slice(0, 28), slice(36, 64))
    loss = WassersteinLoss({"relu1_1": 1.0, "relu2_1": 1.0})
    style = job.terms.styles[0].picture.pixels
    features = [job.view.features(result.pixels[..., side], loss.layers) for side in sides]
    targets = [loss.target(job.view.features(style[..., side], loss.layers)) for side in sides]
    for here in (0, 1):
        right, wrong = targets[1 - here if swapped else here], targets[here if swapped else 1 - here]
        assert loss(features[here], right) < 0.7 * loss(features[here], wrong)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["simple", "inside", "all"])
@pytest.mark.parametrize("name", ["gram", "wasserstein", "moments"])
def test_tiles_are_the_whole(name, rule):
    keep = np.zeros((170, 200), np.uint8)
    keep[60:90, 20:60] = 255
    masks = {
        "content_mask": halves(height=170, width=200),
        "style_mask": [halves(height=150, width=180)],
        "keep": keep,
    }
    options = {**TEST, "style_loss": name, "guides": rule}
    job = stylize_job(drawn(0, 170, 200), drawn(1, 150, 180), **masks, **options)
    expect_alike(job.objectives, Tiling(64), limit=2e-5)


def test_a_resumed_run_with_masks_is_the_unbroken_one(tmp_path):
    given = {"content_mask": halves(), "style_mask": halves(height=56, width=56), **TEST}
    whole = impasto.stylize(drawn(0), drawn(1, 56, 56), **given)
    steps = impasto.stylize_steps(drawn(0), drawn(1, 56, 56), checkpoint=tmp_path / "c", **given)
    for _ in range(3):
        next(steps)
    steps.close()
    resumed = impasto.stylize(drawn(0), drawn(1, 56, 56), checkpoint=tmp_path / "c", resume=True, **given)
    assert_close(resumed.pixels, whole.pixels, rtol=0, atol=0)


def test_the_identity_of_a_run_depends_on_which_style_has_the_mask():
    def identity(*masks):
        styles = [drawn(1, 56, 56), drawn(2, 56, 56)]
        return stylize_job(drawn(0), styles, style_mask=list(masks), **TEST).identity()

    white = np.full((56, 56), 255, np.uint8)
    assert identity(white, None) == identity(white, None) != identity(None, white)


def test_the_record_names_the_masks(tmp_path):
    for name, mask in (("m", halves()), ("s", halves(height=56, width=56))):
        Image.fromarray(mask).save(tmp_path / f"{name}.png")
    result = impasto.stylize(
        drawn(0), drawn(1), content_mask=tmp_path / "m.png", style_mask=tmp_path / "s.png", **TEST
    )
    controls = json.loads(json.dumps(result.record))["controls"]
    assert controls["content_mask"]["path"] == str(tmp_path / "m.png") and len(controls["style_mask"]) == 1
