"""Pictures of regions: flat maps that can be edited and given again, and a sheet to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from impasto.images.color_names import Color, color_of
from impasto.images.grid import contact_sheet
from impasto.images.io import to_pil
from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize

COLORS: dict[str, Color] = {
    "sky": (0, 0, 255),
    "green": (0, 255, 0),
    "rest": (255, 255, 255),
    "all": (128, 128, 128),
}
"""Of regions that have names instead of colours. Source: Luan et al. 2017 use the same flat colours."""

CELL_PX = 640

TINT = 0.45
"""How much of a sheet is the region's colour; chosen by eye."""


def region_map(names: Sequence[str], guides: Tensor) -> Image.Image:
    """Flat colours, each where its region is strongest.

    Args:
        names: of the regions: "sky", or a colour such as "#ff0000".
        guides: (1, R, H, W).
    """
    colors = np.array([COLORS.get(name) or color_of(name) for name in names], np.uint8)
    return Image.fromarray(colors[guides[0].argmax(0).cpu().numpy()])


def region_sheet(pictures: Sequence[Tensor], names: Sequence[str], guides: Sequence[Tensor]) -> Image.Image:
    """Photos side by side, each tinted by its regions, with their names and shares below.

    Args:
        pictures: (1, 3, H, W) each, sRGB in [0, 1].
        names: of the regions.
        guides: (1, R, H, W) for each picture.
    """
    cells, texts = [], []
    for picture, masks in zip(pictures, guides, strict=True):
        shape = fit(picture.shape[2], picture.shape[3], CELL_PX)
        flat = np.asarray(region_map(names, resize_guides(masks, shape)))
        tint = torch.from_numpy(flat.copy()).movedim(-1, 0)[None] / 255
        cells.append(to_pil(torch.lerp(resize(picture, shape), tint, TINT).clamp(0, 1)))
        shares = zip(names, masks.mean((0, 2, 3)).tolist(), strict=True)
        texts.append(", ".join(f"{name} {100 * share:.0f} %" for name, share in shares))
    return contact_sheet([cells], labels=[texts], cell_px=CELL_PX)
