"""Sky and green of a photo."""

import numpy as np
import torch

from impasto.images.region_sheet import region_map, region_sheet
from impasto.images.scene_regions import scene_regions


def scene(height=96, width=128, horizon=40):
    """A smooth sky with a white cloud in it, over green ground with texture."""
    rng = np.random.default_rng(0)
    picture = np.zeros((height, width, 3), np.float32)
    picture[:horizon] = np.linspace(0.55, 0.75, horizon)[:, None, None] * np.array([0.6, 0.8, 1.2])
    picture[8:20, 30:60] = 0.95
    picture[horizon:] = np.array([0.2, 0.5, 0.15]) + rng.normal(0, 0.08, (height - horizon, width, 1))
    return torch.from_numpy(picture.clip(0, 1)).movedim(-1, 0)[None]


def test_sky_with_its_clouds_and_green_are_found():
    found = scene_regions(scene())
    assert set(found) == {"sky", "green"}
    sky, green = (found[name][0, 0] for name in ("sky", "green"))
    assert sky[:36].mean() > 0.97 and sky[44:].mean() < 0.02
    assert green[48:].mean() > 0.9 and green[:38].mean() == 0
    assert float((sky * green).max()) == 0


def test_a_photo_without_them_has_none():
    noise = torch.rand(1, 3, 80, 80, generator=torch.Generator().manual_seed(0))
    assert scene_regions(noise) == {}
    assert scene_regions(torch.full((1, 3, 40, 40), 0.4)) == {}
    assert scene_regions(torch.zeros(1, 3, 2, 3)) == {}


def test_a_map_can_be_read_again_and_a_sheet_has_both_photos():
    from impasto.images.masks import read_regions

    found = scene_regions(scene())
    guides = torch.cat([found["sky"], 1 - found["sky"]], 1)
    again = read_regions(np.asarray(region_map(("sky", "rest"), guides)))
    assert set(again.names) == {"#0000ff", "#ffffff"}
    assert abs(again.shares["#0000ff"] - float(found["sky"].mean())) < 0.01
    sheet = region_sheet([scene(), scene()], ("sky", "rest"), [guides, guides])
    assert sheet.width > 2 * 600
