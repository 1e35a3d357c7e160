"""How much memory a canvas takes, and in which tiles it then is painted."""

import logging

import pytest
import torch

from impasto import features
from impasto.errors import SettingError
from impasto.optimize.schedule import Scale
from impasto.synthesis import memory
from impasto.synthesis.memory import (
    ACTIVATION_COPIES,
    RUNTIME_BYTES,
    TILE_OVERHEAD,
    TILES_PX,
    MemoryBudget,
    MemoryNeed,
    Tiling,
    need_of,
    tiling_for,
)
from tests.conftest import drawn
from tests.jobs import stylize_job

CPU = torch.device("cpu")
SCALE = Scale(1000, 2000, 1)  # 2 megapixels
NEED = MemoryNeed(evaluation_bytes_px=500.0, spatial_bytes_px=100.0, pictures=5)


def test_need_by_hand():
    """test-net: 8 channels at stride 1, 12 at 2, 16 at 4; float32."""
    network = features.load("test-net", None, "max")
    need = need_of(network, ["relu1_1", "relu3_1"], spatial_layers=["relu3_1"], shifts=4, pictures=6)
    assert need == MemoryNeed(ACTIVATION_COPIES * 4 * (8 + 12 / 4 + 16 / 16), 4 * 4.0 * 16 / 16, 6)
    need = need_of(network.bfloat16(), ["relu2_1", "conv1_1"], spatial_layers=["pool1"], shifts=1, pictures=6)
    assert need == MemoryNeed(
        ACTIVATION_COPIES * 2 * (8 + 12 / 4), 4.0 * 8 / 4, 6
    )  # what is kept is float32 still


def test_bytes_by_hand():
    assert NEED.fixed(SCALE) == RUNTIME_BYTES + 5 * 12 * 2e6
    assert NEED.whole(SCALE) == RUNTIME_BYTES + 120e6 + 1200e6
    assert NEED.tile(512, 64, SCALE) == TILE_OVERHEAD * 500 * 640**2
    assert NEED.tile(2048, 64, SCALE) == TILE_OVERHEAD * 500 * 2e6  # no more than the whole


def test_whole_if_it_fits_else_the_largest_tiles_that_do():
    whole = NEED.whole(SCALE)
    assert tiling_for(NEED, SCALE, available=whole, halo_px=64) is None
    sides = []
    for available in (whole - 1, whole - 4e8, whole - 1e9, RUNTIME_BYTES + 121e6, 0.0, -1e9):
        tiling = tiling_for(NEED, SCALE, available=available, halo_px=64)
        sides.append(tiling.tile_px)
        needed = NEED.fixed(SCALE) + NEED.tile(tiling.tile_px, 64, SCALE)
        if tiling.tile_px > TILES_PX[-1]:
            assert needed + tiling.cache_bytes <= available
    assert sides == [1024, 768, 384, 128, 128, 128]
    assert tiling_for(NEED, SCALE, available=0.0, halo_px=64) == Tiling(128, 0)


def test_half_of_what_tiles_leave_is_for_the_photo():
    available = NEED.fixed(SCALE) + NEED.tile(1024, 64, SCALE) + 1e8
    assert tiling_for(NEED, SCALE, available=available, halo_px=64) == Tiling(1024, 50_000_000)


def test_available_bytes(monkeypatch):
    def budget(**options):
        return MemoryBudget(device=CPU, pictures=lambda scale: 5, **options)

    assert budget(limit="4GB", held_bytes=10**9).available_bytes == 3e9
    monkeypatch.setattr(memory, "free_bytes", lambda device: 10**9)
    assert budget(held_bytes=10**9).available_bytes == 8e8
    monkeypatch.setattr(memory, "free_bytes", lambda device: None)
    assert budget().available_bytes is None


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, []),
        ({"style_loss": ("gram", "mrf", "sliced")}, ["mrf", "sliced"]),
        ({"content_loss": "self-similarity"}, ["self-similarity"]),
        ({"style_loss": ("mrf",), "style_weight": 0.0}, []),
        ({"content_loss": "self-similarity", "content_weight": 0.0}, []),
    ],
)
def test_losses_that_need_the_whole(options, names):
    assert sorted(prepared(**options).budget.whole_losses) == names


def prepared(**options):
    layers = {"content_layers": ("relu3_1",), "style_layers": ("relu1_1",)}
    return stylize_job(
        drawn(0), drawn(1), **{"network": "test-net", "precision": "float32", "size": 64, **layers, **options}
    )


def tiling(job, scale):
    return job.budget.tiling(scale, job.view.network, job.view.layers, halo_px=job.view.halo_px)


def test_what_a_painting_plans(monkeypatch, caplog):
    """48 bytes a pixel of layers, several times; four times 4 of the photo's; seven pictures of 12."""
    large = Scale(4000, 5000, 1)
    job = prepared(memory="30GB")
    assert job.budget.held_bytes > 0 and tiling(job, large) is None
    need = MemoryNeed(ACTIVATION_COPIES * 48, 16.0, 7)
    tight = (job.budget.held_bytes + need.whole(large)) / 1e6 - 100
    assert tiling(prepared(memory=f"{tight:.0f}MB"), large) is not None and not caplog.records
    monkeypatch.setattr(memory, "free_bytes", lambda device: None)
    assert tiling(prepared(), large) is None
    monkeypatch.setattr(memory, "free_bytes", lambda device: 10**9)
    assert tiling(prepared(), large).tile_px == TILES_PX[-1] and not caplog.records  # no limit was given


def test_a_limit_below_the_smallest_tiles_is_told(caplog):
    job = prepared(memory="500MB")
    with caplog.at_level(logging.WARNING):
        assert tiling(job, Scale(4000, 5000, 1)) == Tiling(128, 0)
    assert "5000 x 4000 px take about" in caplog.text and "more than --memory 500MB" in caplog.text


def test_an_optimizer_that_remembers_needs_more():
    large = Scale(4000, 5000, 1)
    limits = {"memory": "12GB"}
    assert tiling(prepared(**limits), large) is None
    assert tiling(prepared(**limits, optimizer="lbfgs", rate=1.0), large) is not None


def test_an_amount_that_is_none():
    with pytest.raises(SettingError, match="that is no amount of memory"):
        prepared(memory="much")
