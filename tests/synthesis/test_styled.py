"""Jobs with the loss of Gatys 2016."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from impasto.images import io
from impasto.images.oklab import oklab
from impasto.images.resize import cover
from impasto.optimize.schedule import Scale
from impasto.synthesis.feature_view import JITTER
from impasto.synthesis.start import start_canvas
from tests.conftest import drawn
from tests.jobs import doodle_job, stylize_job, texture_job

TEST = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "precision": "float32",
    "size": 64,
}
PLAIN = {
    "strokes_weight": 0.0,
    "bands_weight": 0.0,
    "order_weight": 0.0,
    "evenness_weight": 0.0,
    "tv_weight": 4.0,
}
TEXTURE = {name: value for name, value in TEST.items() if name != "content_layers"}
PHOTO, STYLE = drawn(0), drawn(1, 56, 56)
FULL, HALF = Scale(48, 64, 1), Scale(24, 32, 1)


def styled(**options):
    return stylize_job(PHOTO, STYLE, **{**TEST, **options}).terms


def pixels_of(picture):
    return io.read(picture).pixels


def names(terms):
    return [term.name for term in terms]


def test_the_terms_are_those_of_weight_above_0():
    assert names(styled()(FULL, (0, 0), None)) == [
        "content",
        "order",
        "evenness",
        "style",
        "palette",
        "bands",
    ]
    assert names(styled(**PLAIN)(FULL, (0, 0), None)) == ["content", "style", "palette", "variation"]
    plain = styled(**PLAIN | {"content_weight": 0.0, "palette_weight": 0.0, "tv_weight": 0.0})
    assert names(plain(FULL, (0, 0), None)) == ["style"]


def test_a_texture_has_no_content_and_a_doodle_has_patches():
    texture = texture_job(STYLE, **TEXTURE).terms
    assert "content" not in names(texture(Scale(64, 64, 1), (0, 0), None))
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 32:] = 255
    doodle = doodle_job(STYLE, style_map=mask, doodle_map=mask, patch_layers=("relu3_1",), **TEST).terms
    of_doodle = names(doodle(FULL, (0, 0), None))
    assert "patches" in of_doodle and "content" not in of_doodle
    assert "relu3_1" in doodle.view.layers


@pytest.mark.parametrize("jitter", [True, False])
def test_jitter_moves_the_grid_of_the_network(jitter):
    """With it the same canvas is seen in four ways in turn; each compares with the photo seen likewise."""
    job = stylize_job(PHOTO, STYLE, **TEST, jitter=jitter)
    loss = job.objectives.loss_at(FULL)
    losses = [loss(job.terms.photo, evaluation) for evaluation in range(8)]
    totals = [total.item() for total, _ in losses]
    assert totals[:4] == totals[4:] and len(set(totals[:4])) == (4 if jitter else 1)
    assert all(parts["content"].item() == 0 for _, parts in losses)


def test_lbfgs_and_tiles_that_meet_have_no_jitter():
    assert styled(jitter=True).shifts == JITTER
    assert styled().shifts == ((0, 0),)
    assert styled(optimizer="lbfgs", rate=1.0).shifts == ((0, 0),)
    assert texture_job(STYLE, **TEXTURE, tile=True).terms.shifts == ((0, 0),)


def test_styles_have_as_many_pixels_as_the_canvas():
    (view,) = styled().style_views(FULL)
    assert view.shape == (1, 3, 55, 55) and abs(view.shape[2] * view.shape[3] / FULL.pixels - 1) < 0.03
    (smaller,) = styled().style_views(HALF)
    assert abs(smaller.shape[2] * smaller.shape[3] / HALF.pixels - 1) < 0.05


def test_exemplars_shrink_with_the_canvas():
    """A canvas of half the sides is compared with an exemplar of half its sides, whatever their sizes."""
    texture = texture_job(STYLE, **{**TEXTURE, "size": "200x128"}).terms
    sides = [texture.style_views(Scale(128 // ratio, 200 // ratio, 1))[0].shape[2:] for ratio in (1, 2)]
    assert sides == [(56, 56), (28, 28)]


def test_starts(painting):
    job = styled()
    assert_close(start_canvas(job, "content")(FULL), pixels_of(PHOTO))
    assert torch.equal(start_canvas(job, "style")(HALF), cover(pixels_of(STYLE), (24, 32)))
    assert torch.equal(start_canvas(job, str(painting))(HALF), cover(pixels_of(STYLE), (24, 32)))
    noise = start_canvas(job, "noise")(Scale(200, 200, 1))
    assert noise.shape == (1, 3, 200, 200) and 0 <= noise.min() < 0.05 and 0.95 < noise.max() <= 1
    assert noise.mean() == pytest.approx(0.5, abs=0.01)
    assert torch.equal(noise, start_canvas(job, "noise")(Scale(200, 200, 1)))
    assert not torch.equal(noise, start_canvas(styled(seed=1), "noise")(Scale(200, 200, 1)))


def test_targets_are_made_once_a_size():
    job = styled(**PLAIN)
    first, same = (job(FULL, shift, None) for shift in ((0, 0), (1, 2)))
    assert [a.target is b.target for a, b in zip(first, same, strict=True)] == [False, True, True, True]
    made = job.context.targets.misses
    job(HALF, (0, 0), None)
    assert job.context.targets.misses > made


def test_the_budget_knows_the_photos_layers_and_the_losses_that_need_the_whole():
    budget = styled(style_loss=("gram", "mrf"), jitter=True).budget
    assert (budget.spatial_layers, budget.shifts, budget.whole_losses) == (("relu3_1",), 4, ("mrf",))
    assert styled(content_weight=0.0).budget.spatial_layers == ()
    # six pictures of Adam, nine of its pyramid; the photo besides where it has to be resized
    for optimizer, pictures in {"adam": 6, "pyramid": 9}.items():
        budget = styled(optimizer=optimizer).budget
        assert [budget.pictures(scale) for scale in (FULL, HALF)] == [pictures, pictures + 1]
        focused = styled(optimizer=optimizer, content_focus=0.5).budget
        assert [focused.pictures(scale) for scale in (FULL, HALF)] == [pictures + 2, pictures + 3]
    assert styled(optimizer="adam", content_focus=0.5, content_weight=0.0).budget.pictures(FULL) == 6


def test_the_photo_at_the_canvas_size():
    scene = styled()._scene(HALF)
    assert scene.shape == (1, 3, 24, 32)
    assert scene.mean() == pytest.approx(pixels_of(PHOTO).mean().item(), abs=1e-3)
    assert not texture_job(STYLE, **TEXTURE).terms._scene(HALF).any()


BLUE = np.stack([np.asarray(drawn(2, 56, 56))[..., 0] // 4] * 2 + [np.asarray(drawn(3, 56, 56))[..., 0]], 2)
STROKES = {"style_layers": ("relu1_1", "relu3_1"), "strokes_size": 64}


def wanted_of(terms):
    """What the strokes of a canvas of half the size are told."""
    (strokes,) = [term for term in terms(HALF, (0, 0), None) if term.name == "strokes"]
    return strokes.target["relu3_1"].get("wanted")


def test_blue_is_wanted_as_blue_at_every_size():
    terms = stylize_job(PHOTO, BLUE, **{**TEST, **STROKES}).terms
    wanted = wanted_of(terms)
    assert wanted.shape == (1, 6 * 8, 4)
    theirs = oklab(io.read(BLUE).pixels).mean((2, 3))
    assert theirs[0, 2] < -0.05
    assert_close(wanted[:, :, :3].mean(1), theirs, atol=0.03, rtol=0)


def test_no_appearance_is_wanted_where_places_have_styles_of_their_own():
    mask = np.full((56, 56), 255, np.uint8)
    mask[:28] = 0
    masks = {"content_mask": np.kron(mask[::28, ::28], np.ones((24, 32), np.uint8)), "style_mask": mask}
    fine = {"fine_style": BLUE, "fine_layers": ("relu1_1",)}
    for options in (fine, masks):
        assert stylize_job(PHOTO, STYLE, **{**TEST, **STROKES, **options}).terms._wanted is None
    assert wanted_of(stylize_job(PHOTO, STYLE, **{**TEST, **STROKES, **fine}).terms) is None
