import numpy as np
import pytest
import torch

from impasto.images.masks import Regions
from impasto.images.swatch import CELL_PX, swatch


def test_every_color_has_a_field():
    names = ("#ff0000", "#00ff00", "#0000ff", "white", "#ffa000")
    regions = Regions(names=names, guides=torch.eye(5)[None, :, None])
    assert regions.shares == dict.fromkeys(names, pytest.approx(0.2))
    picture = np.asarray(swatch(regions))
    found, counts = np.unique(picture.reshape(-1, 3), axis=0, return_counts=True)
    for color in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (255, 160, 0)):
        assert counts[(found == color).all(1)] >= CELL_PX * CELL_PX // 2
