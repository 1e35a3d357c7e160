"""What a network sees grows: more than by chance, where and what was asked for, on the photo's own forms."""

import json
import logging

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

import impasto
from impasto import features
from impasto.errors import CheckpointError, LayerError, PictureError, SettingError, ShapeError
from impasto.features.custom import wrap
from impasto.images import io
from impasto.images.resize import resize
from impasto.losses.activation import GuidedLoss
from impasto.optimize.schedule import Scale
from impasto.recipes.dream import color_mix, with_detail
from impasto.synthesis.context import Context
from impasto.synthesis.job import Objectives
from impasto.synthesis.memory import Tiling
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.run import Run, drain
from tests.conftest import drawn
from tests.jobs import dream_job

TEST = {
    "network": "test-net",
    "layer": "relu3_1",
    "size": 128,
    "enlarge": True,
    "octaves": 2,
    "steps": 6,
    "precision": "float32",
}


def seen(picture, layer="relu3_1"):
    """(C, h, w), the activations of test-net."""
    pixels = picture if isinstance(picture, torch.Tensor) else io.read(picture).pixels
    with torch.no_grad():
        return features.load("test-net", None, "max")(resize(pixels, (96, 128)), [layer])[layer][0]


def dreamt(photo, **options):
    return impasto.dream(photo, **{**TEST, **options})


def test_what_it_is_asked_for_grows(photo):
    before, after = seen(photo), seen(dreamt(photo).pixels)
    assert after.square().mean() > 2 * before.square().mean()
    history = dreamt(photo).history
    for scale in (1, 2):
        grown = [row["activation"] for row in history if row["scale"] == scale]
        assert grown[-1] > 1.2 * grown[0]
    assert all(row["loss"] == -row["activation"] for row in history)


def test_a_channel_grows_more_than_others_make_it(photo):
    channels = (1, 4, 7)
    grown = torch.stack(
        [seen(dreamt(photo, channel=c).pixels).mean((1, 2))[list(channels)] for c in channels]
    )
    assert grown.argmax(0).tolist() == [0, 1, 2]


def test_the_objective_is_what_grows(photo):
    mean, squares = (dreamt(photo, objective=name) for name in ("mean", "squares"))
    assert seen(mean.pixels).mean() > seen(squares.pixels).mean()
    assert seen(squares.pixels).square().mean() > seen(mean.pixels).square().mean()


def test_a_guide_pulls_towards_itself(photo, painting, other_painting):
    """The mean product with the best-matching activations of a guide is largest with that guide."""
    guides = (painting, other_painting)
    pictures = [None, *guides]
    loss = GuidedLoss({"relu3_1": 1.0})
    pulls = [
        [
            -loss({"relu3_1": seen(dreamt(photo, guide=guide, steps=12).pixels)[None]},
                  loss.target({"relu3_1": seen(target)[None]})).item()
            for guide in pictures
        ]
        for target in guides
    ]  # fmt: skip
    still = -loss({"relu3_1": seen(photo)[None]}, loss.target({"relu3_1": seen(painting)[None]})).item()
    assert pulls[0][1] > 1.5 * still
    assert pulls[0][1] > pulls[0][2] and pulls[1][2] > pulls[1][1]


def test_the_same_again_and_another_seed(photo):
    first, second, other = dreamt(photo), dreamt(photo), dreamt(photo, seed=1)
    assert torch.equal(first.pixels, second.pixels)
    assert not torch.equal(first.pixels, other.pixels)


@pytest.mark.parametrize("options", [{}, {"memory": "1MB", "size": 160}])
@pytest.mark.parametrize("after", [2, 6, 9])
def test_a_stopped_dream_goes_on_to_the_same_picture(photo, painting, tmp_path, options, after):
    path = tmp_path / "run.checkpoint"
    options = {**TEST, **options, "guide": painting}
    whole = impasto.dream(photo, **options)
    steps = impasto.dream_steps(photo, checkpoint=path, **options)
    for _ in range(after):
        next(steps)
    steps.close()
    resumed = impasto.dream(photo, checkpoint=path, resume=True, **options)
    assert torch.equal(whole.pixels, resumed.pixels) and whole.history == resumed.history


def test_a_checkpoint_of_another_dream(photo, tmp_path):
    path = tmp_path / "run.checkpoint"
    next(steps := impasto.dream_steps(photo, checkpoint=path, **TEST))
    steps.close()
    with pytest.raises(CheckpointError, match=r"(?s)of another painting.*rate 0\.02.*rate 0\.007"):
        dreamt(photo, checkpoint=path, resume=True, rate=0.02)


def test_the_photos_detail_is_put_back(photo):
    """What coarse sizes cannot hold is there at the last one, as it is in the photo."""
    pixels = io.read(photo).pixels
    coarse = resize(pixels, (12, 16))
    assert_close(with_detail(coarse, (48, 64), photo=pixels), pixels)
    assert_close(with_detail(coarse, (12, 16), photo=pixels), coarse, rtol=0, atol=0)
    changed = (coarse * 0.5 + 0.25).contiguous()
    shown = with_detail(changed, (48, 64), photo=pixels)
    assert 0 <= shown.min() and shown.max() <= 1
    detail = [x - resize(resize(x, (12, 16)), (48, 64)) for x in (shown, pixels)]
    assert (detail[0] * detail[1]).sum() / (detail[0].norm() * detail[1].norm()) > 0.9


def test_an_interrupted_dream_has_the_full_size_and_the_detail(photo):
    job = dream_job(photo, **{**TEST, "octave_scale": 2.0, "rate": 1e-6})
    run = Run(job)
    next(steps := run.steps())
    steps.close()
    result = run.result(interrupted=True)
    assert result.record["interrupted"] and result.pixels.shape == (1, 3, 96, 128)
    assert (result.pixels - resize(io.read(photo).pixels, (96, 128))).abs().max() < 1e-4
    with pytest.raises(SettingError, match="no step was made"):
        Run(job).result()


@pytest.mark.parametrize("guided", [False, True])
def test_tiles_are_the_whole(photo, painting, guided):
    job = dream_job(photo, guide=painting if guided else None, **{**TEST, "layer": "relu4_1"})
    scale = Scale(150, 197, 1)
    canvas = torch.rand(1, 3, 150, 197, generator=torch.Generator().manual_seed(0))
    results = []
    for loss_of in (job.objectives.whole(scale), job.objectives.tiled(scale, Tiling(64))):
        leaf = canvas.clone().requires_grad_()
        loss, parts = loss_of(leaf, 3)
        loss.backward()
        results.append((loss.detach(), parts["activation"], leaf.grad))
    for one, other in zip(*results, strict=True):
        assert_close(one, other, rtol=1e-3, atol=1e-7)
    assert results[0][0] == -results[0][1]


def test_when_memory_runs_out_it_goes_on_in_tiles(photo, monkeypatch, caplog):
    whole = dreamt(photo)

    def out(self, scale):
        raise RuntimeError("can't allocate memory: you tried to allocate 99 bytes")

    monkeypatch.setattr(Objectives, "whole", out)
    with caplog.at_level(logging.WARNING):
        tiled = dreamt(photo)
    assert "going on in tiles" in caplog.text
    assert (tiled.pixels - whole.pixels).abs().mean() < 1e-3


def test_tiles_get_smaller_and_then_end(photo):
    smaller = dream_job(photo, **TEST).objectives.smaller
    exists = [smaller(Scale(96, 128, 1), times) is not None for times in range(1, 8)]
    assert exists[0] and not exists[-1] and exists == sorted(exists, reverse=True)


def test_memory_is_kept_to(photo, caplog):
    with caplog.at_level(logging.WARNING):
        dreamt(photo, memory="1MB", steps=1)
    assert "are painted in tiles of at most 128 px, as memory is short" in caplog.text


def test_shifts_lie_evenly_and_within_the_picture(photo):
    shift = dream_job(photo, **TEST, jitter=16).shift
    shifts = {shift((96, 8), evaluation) for evaluation in range(300)}
    assert {row for row, _ in shifts} == set(range(17)) and {col for _, col in shifts} == set(range(8))
    still = dream_job(photo, **TEST, jitter=0).shift
    assert {still((96, 8), evaluation) for evaluation in range(9)} == {(0, 0)}


def test_colours_are_those_of_the_photo():
    grey = torch.rand(1, 1, 9, 9).expand(1, 3, 9, 9)
    assert_close(color_mix(grey, 0.0), torch.full((3, 3), 1 / 3))
    assert_close(color_mix(grey, 1.0), torch.eye(3) / 3)
    assert_close(color_mix(torch.full((1, 3, 9, 9), 0.3), 0.0), torch.eye(3) / 3)
    assert color_mix(torch.rand(1, 3, 9, 9), 0.4).trace().item() == pytest.approx(1.0)


def test_a_grey_photo_dreams_in_grey(tmp_path):
    Image.fromarray(drawn(0)[..., :1].repeat(3, 2)).save(tmp_path / "grey.png")
    grey, vivid = (dreamt(tmp_path / "grey.png", vividness=v).pixels for v in (0.0, 1.0))
    assert (grey.amax(1) - grey.amin(1)).max() < 1e-3 < (vivid.amax(1) - vivid.amin(1)).mean()


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_photo_of_one_colour(value):
    flat = np.full((64, 64, 3), value, np.float32)
    assert impasto.dream(flat, **TEST).pixels.isfinite().all()


def test_the_record_makes_it_again(photo, painting):
    result = dreamt(photo, guide=painting)
    record = json.loads(json.dumps(result.record))
    assert record["task"] == "dream" and record["styles"] == [] and record["size"] == [128, 96]
    assert record["content"]["path"] == str(photo)
    assert record["controls"]["guide"]["path"] == str(painting)
    recipe, inputs, settings = impasto.from_record(record)
    again = drain(recipe.steps(inputs, settings, Context()))
    assert torch.equal(again.pixels, result.pixels)
    assert result.losses["total"] == -result.losses["activation"]


def test_any_network_can_dream(photo, caplog):
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 3, padding=1), torch.nn.ReLU())
    network = wrap(module, name="mine")
    layer = network.layer_names[-1]
    context = Context(network=NetworkHandle.of(network))
    options = {**TEST, "layer": layer, "context": context}
    with caplog.at_level(logging.WARNING):
        impasto.dream(photo, **options, channel=5, memory="1MB")
    assert "the receptive fields of the network 'mine' are unknown" in caplog.text
    with pytest.raises(SettingError, match="has 6 channels"):
        impasto.dream(photo, **options, channel=6)


def test_notes_and_a_small_photo(photo, tmp_path, caplog):
    clear = tmp_path / "clear.png"
    Image.fromarray(np.dstack([drawn(0), np.full((48, 64), 199, np.uint8)])).save(clear)
    with caplog.at_level(logging.WARNING):
        job = dream_job(clear, guide=clear, **{**TEST, "enlarge": False})
    assert len(job.notes) == 2 and job.notes[0].startswith("clear: ")
    assert "dreaming at its own 64 x 48 px" in caplog.text


ERRORS = {
    "unknown layer": ({"layer": "relu9_1"}, LayerError, r"(?s)has no layer 'relu9_1'.*relu3_1"),
    "no such channel": (
        {"channel": 16}, SettingError, r"(?s)relu3_1 of 'test-net' has 16 channels.*channel 16.*0 to 15"),
    "guide and channel": (
        {"channel": 1, "guide": "painting"}, SettingError, r"(?s)says what grows.*guide and a channel"),
    "guide and objective": (
        {"objective": "mean", "guide": "painting"}, SettingError, r"(?s)what grows.*guide and an objective"),
    "no guide": ({"guide": "nowhere.png"}, PictureError, "nowhere.png"),
    "small size": (
        {"layer": "relu4_1", "size": 32, "photo": (16, 640)}, ShapeError,
        r"(?s)would be too small for relu4_1.*32 x 1 px.*at least \d+ px.*a larger --size"),
    "small photo": ({"layer": "relu4_1", "photo": (3, 4)}, ShapeError, "photo is too small for the layers"),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, photo, painting):
    given, kind, text = ERRORS[case]
    options = dict(given)
    if options.get("guide") == "painting":
        options["guide"] = painting
    source = drawn(0, *options.pop("photo")) if "photo" in options else photo
    with pytest.raises(kind, match=text):
        dreamt(source, **options)


@pytest.mark.slow
def test_compact_dreams_of_eyes_without_burning_out():
    """Forms grow, the photo stays, colours are not driven to the ends, and there is more form than grain."""
    from impasto import samples

    photo = samples.photo("chelsea")
    result = impasto.dream(photo, size=256)
    before = resize(io.read(photo).pixels, tuple(result.pixels.shape[2:]))
    after = result.pixels
    last = result.history[-1]["scale"]
    grown = [row["activation"] for row in result.history if row["scale"] == last]
    assert grown[-1] > 1.5 * grown[0]
    change = after - before
    assert 0.03 < change.abs().mean() < 0.2
    burnt = ((after < 0.004) | (after > 0.996)).float().mean()
    assert burnt < 0.03 + ((before < 0.004) | (before > 0.996)).float().mean()
    half = resize((change / 2 + 0.5).clamp(0, 1), (after.shape[2] // 2, after.shape[3] // 2))
    coarse = (resize(half, tuple(after.shape[2:])) - 0.5) * 2
    assert (change - coarse).square().mean() < 0.35 * change.square().mean()
