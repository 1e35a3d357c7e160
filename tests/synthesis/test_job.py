"""One picture to be optimised, and its loss at every canvas size, whole and in tiles."""

import logging

import pytest
import torch
from torch.testing import assert_close

import impasto
from impasto import features
from impasto.errors import OutOfMemoryError, SettingError
from impasto.features.extractor import Extractor
from impasto.losses.base import PositionSums
from impasto.optimize.schedule import Scale
from impasto.registry import LOSSES, STYLE_LOSSES, find
from impasto.synthesis.canvas_job import history_row
from impasto.synthesis.context import Context
from impasto.synthesis.job import Objectives, unfinished
from impasto.synthesis.memory import Tiling
from impasto.synthesis.network import NetworkHandle
from tests.conftest import drawn
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "size": 128,
    "enlarge": True,
    "scales": 2,
    "steps": 2,
    "precision": "float32",
}


@pytest.fixture
def job():
    return stylize_job(drawn(0), drawn(1), **TEST)


def test_the_shape_is_that_of_the_last_size(job):
    assert [(scale.height, scale.width) for scale in job.scales] == [(48, 64), (96, 128)]
    assert job.shape == (96, 128)


def test_a_run_stopped_at_a_coarse_size_gives_the_full_size(job):
    first = next(iter(job.steps()))
    result = job.result(first, [], interrupted=True)
    assert first.width == 64 and result.image.size == (128, 96) and result.record["interrupted"]


def test_the_result_says_what_the_steps_were(job):
    steps = list(job.steps())
    result = job.result(steps[-1], [history_row(step) for step in steps])
    assert result.record["steps"] == len(result.history) == len(steps) > 2
    assert result.record["size"] == [128, 96] and not result.record["interrupted"]
    assert result.history[-1]["loss"] == result.losses["total"] == steps[-1].loss
    parts = {name: value for name, value in result.losses.items() if name != "total"}
    assert parts == steps[-1].losses and sum(parts.values()) == pytest.approx(steps[-1].loss, rel=1e-5)
    assert {name: result.record[name] for name in job.record} == job.record


def test_no_step_was_made(job):
    with pytest.raises(SettingError, match="no step was made"):
        job.result(None, [])


def test_a_step_is_shown_as_the_result_will_be():
    """The chroma of every snapshot is the photo's; that of the canvas is not."""
    job = stylize_job(drawn(0), drawn(1), **{**TEST, "scales": 1}, colors="luminance")
    step = next(iter(job.steps()))
    canvas, shown = step.snapshot(), job.shown(step).snapshot()
    assert torch.equal(shown, job.finish(canvas)) and not torch.equal(shown, canvas)
    assert torch.equal(shown, job.result(step, []).pixels)


def test_unfinished_is_the_canvas(job):
    canvas = torch.rand(1, 3, 4, 4)
    assert unfinished(canvas) is canvas


HEIGHT, WIDTH = 170, 200
NET = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu3_1"),
    "strokes_weight": 0.0,  # a canvas with strokes is never painted in tiles
}
SMALL = {
    **NET,
    "size": 150,
    "enlarge": True,
    "scales": 1,
    "steps": 4,
    "precision": "float32",
    "tolerance": 0.0,
}


def sized_job(*, context=None, **options):
    options = {"precision": "float32", "size": WIDTH, **options}
    return stylize_job(drawn(0, HEIGHT, WIDTH), drawn(1, 150, 180), context=context, **options)


def objectives(**options):
    return sized_job(**options).objectives


def evaluated(loss_of, evaluation, height=HEIGHT, width=WIDTH):
    """(parts, gradient) of a canvas of noise."""
    canvas = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0)).requires_grad_()
    loss, parts = loss_of(canvas, evaluation)
    loss.backward()
    return {"total": loss.detach(), **{k: v.detach() for k, v in parts.items()}}, canvas.grad


def expect_alike(objectives, tiling, *, evaluations=range(4), height=HEIGHT, width=WIDTH, limit=1e-5):
    scale = Scale(height, width, 1)
    whole, tiled = objectives.whole(scale), objectives.tiled(scale, tiling)
    for evaluation in evaluations:
        parts, gradient = evaluated(whole, evaluation, height, width)
        tiled_parts, tiled_gradient = evaluated(tiled, evaluation, height, width)
        assert_close(tiled_parts, parts, rtol=limit, atol=1e-9)
        assert ((tiled_gradient - gradient).norm() / gradient.norm()).item() <= limit


SUMS = [name for name in STYLE_LOSSES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]


@pytest.mark.slow
@pytest.mark.parametrize("name", SUMS)
def test_tiles_are_the_whole_with_the_embedded_network(name):
    """float32; largest relative error measured: of gradients 6.4e-7, of the loss and its parts 2.1e-7."""
    expect_alike(objectives(style_loss=(name,), strokes_weight=0.0), Tiling(64), evaluations=(1,))


@pytest.mark.slow
def test_all_shifts_with_the_embedded_network():
    expect_alike(objectives(strokes_weight=0.0), Tiling(128, 10**8), evaluations=(0, 2, 3))


@pytest.mark.parametrize("normalization", ["relative", "mean", "paper"])
@pytest.mark.parametrize("cache_bytes", [0, 10**8])
def test_units_of_the_papers(normalization, cache_bytes):
    expect_alike(objectives(**NET, normalization=normalization), Tiling(64, cache_bytes))


@pytest.mark.parametrize(("height", "width"), [(160, 192), (163, 201), (49, 200), (128, 48)])
def test_sides_of_all_kinds(height, width):
    expect_alike(objectives(**NET), Tiling(48), height=height, width=width)


def test_layers_that_are_not_rectified():
    """The network then runs layer by layer."""
    options = {"content_layers": ("conv3_1",), "style_layers": ("conv1_1", "relu3_1")}
    expect_alike(objectives(**{**NET, **options}), Tiling(64), evaluations=(2,))


@pytest.mark.parametrize("name", SUMS)
def test_styles_seen_in_tiles_give_the_same_targets(name):
    styled = sized_job(**NET, style_loss=(name,)).terms
    views = styled.style_views(Scale(HEIGHT, WIDTH, 1))
    both = zip(styled.style_terms.terms(views), styled.style_terms.terms(views, 32), strict=True)
    for whole, tiled in both:
        assert whole.name == tiled.name and whole.target.keys() == tiled.target.keys()
        assert_close(tiled.target, whole.target, rtol=1e-4, atol=1e-5)


def test_no_seams():
    """Neighbours across the borders of tiles differ as much as inside tiles, as in the whole picture."""
    one = sized_job(**NET, jitter=True)
    scale = Scale(HEIGHT, WIDTH, 1)
    ratios = []
    for loss_of in (one.objectives.whole(scale), one.objectives.tiled(scale, Tiling(64))):
        canvas = one.terms.photo.clone().requires_grad_()
        optimizer = torch.optim.Adam([canvas], lr=0.03)
        for evaluation in range(12):
            optimizer.zero_grad()
            loss_of(canvas, evaluation)[0].backward()
            optimizer.step()
        borders = {
            start
            for shift in one.terms.shifts
            for tile in one.view.tile_grid((HEIGHT, WIDTH), 64, shift).tiles()
            for start in (tile.columns[0] - shift[1],)
            if 0 < start < WIDTH
        }
        differences = canvas.detach().diff(dim=3).square().mean((0, 1, 2))  # (W - 1,)
        across = differences[[start - 1 for start in sorted(borders)]].mean()
        ratios.append((across / differences.mean()).item())
    assert ratios[1] == pytest.approx(ratios[0], rel=0.02)


def test_memory_that_does_not_suffice_paints_in_tiles(caplog):
    photo, style = drawn(0, 120, 150), drawn(1, 100, 120)
    whole = impasto.stylize(photo, style, **SMALL)
    assert not caplog.records
    tiled = impasto.stylize(photo, style, **SMALL, memory="1MB")
    assert "152 x 120 px are painted in tiles of at most 128 px, as memory is short" in caplog.text
    assert "even in the smallest tiles, more than --memory 1MB" in caplog.text
    assert tiled.losses == pytest.approx(whole.losses, rel=2e-3, abs=1e-4)  # after several steps of rounding
    assert (tiled.pixels - whole.pixels).abs().mean() < 1e-3


def test_memory_that_runs_out_goes_on_in_tiles(monkeypatch, caplog):
    photo, style = drawn(0, 120, 150), drawn(1, 100, 120)
    expected = impasto.stylize(photo, style, **SMALL)
    whole = Objectives.whole

    def greedy(self, scale):
        loss_of = whole(self, scale)

        def loss(canvas, evaluation=0):
            if evaluation == 2:
                raise RuntimeError(
                    "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"
                )
            return loss_of(canvas, evaluation)

        return loss

    monkeypatch.setattr(Objectives, "whole", greedy)
    result = impasto.stylize(photo, style, **SMALL)
    assert "out of memory at 152 x 120 px; going on in tiles" in caplog.text
    assert [row["loss"] for row in result.history] == pytest.approx(
        [r["loss"] for r in expected.history], rel=1e-4
    )
    assert (result.pixels - expected.pixels).abs().mean() < 1e-3


def test_smaller_and_smaller_tiles():
    built = objectives(**NET)
    sides = []
    object.__setattr__(built, "tiled", lambda scale, tiling: sides.append(tiling.tile_px) or tiling)
    while built.smaller(Scale(8, 8, 1), len(sides) + 1) is not None:
        pass
    assert sides == [1024, 512, 256, 128]


WHOLE_ONLY = [name for name in STYLE_LOSSES if name not in SUMS]


@pytest.mark.parametrize("name", [*WHOLE_ONLY, "self-similarity"])
def test_losses_that_need_the_whole_say_so(name, caplog):
    assert name in LOSSES
    options = {"content_loss": name} if name == "self-similarity" else {"style_loss": ("gram", name)}
    built = objectives(**NET, **options, memory="1MB")
    assert built.smaller(Scale(64, 64, 1), 1) is None
    with caplog.at_level(logging.WARNING):
        parts, _ = evaluated(built.loss_at(Scale(64, 64, 1)), 0, 64, 64)
    assert parts["total"].isfinite()
    assert [record.getMessage() for record in caplog.records] == [
        f"{name} compares positions all over the picture and needs it whole; "
        "memory may not suffice for 64 x 64 px, try a smaller --size"
    ]
    caplog.clear()
    objectives(**NET, **options).loss_at(Scale(64, 64, 1))
    assert not caplog.records


def test_a_loss_that_needs_the_whole_ends_with_a_clear_error(monkeypatch):
    def whole(self, scale):
        raise MemoryError("no room")

    monkeypatch.setattr(Objectives, "whole", whole)
    with pytest.raises(OutOfMemoryError, match="does not suffice"):
        impasto.stylize(drawn(0), drawn(1), **SMALL, style_loss=("sliced",))


def test_a_network_of_unknown_geometry_needs_the_whole(caplog):
    class Own(Extractor):
        pass

    network = features.load("test-net")
    network.__class__ = Own
    context = Context(network=NetworkHandle.of(network, precision="float32"))
    objectives(**NET, context=context, memory="1MB").loss_at(Scale(64, 64, 1))
    assert "receptive fields of the network 'test-net' are unknown" in caplog.text
    caplog.clear()
    objectives(**NET, context=context).loss_at(Scale(64, 64, 1))
    assert not caplog.records
