"""The guided filter: planes as affine functions of a picture's colours, which change slowly over it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect


@dataclass(frozen=True, eq=False)
class GuidedMaps:
    """Planes as affine functions of a picture's colours.

    Attributes:
        slope: (1, K * 3, h, w).
        offset: (1, K, h, w).
    """

    slope: Tensor
    offset: Tensor

    @property
    def planes(self) -> int:
        """K."""
        return self.offset.shape[1]

    def of(self, picture: Tensor, *, top: int = 0, height: int | None = None) -> Tensor:
        """The planes of a picture of any size, or of some of its rows: it may be a larger copy.

        Args:
            picture: (1, 3, h, w), sRGB in [0, 1].
            top: number of its first row in the whole picture.
            height: of the whole picture, px; None: these rows are the whole.
        Returns:
            (1, K, h, w).
        """
        rows, width = picture.shape[2:]
        whole = height or rows
        both = torch.cat([self.slope, self.offset], 1)
        if (whole, rows, width) != (rows, *both.shape[2:]):
            y = (torch.arange(top, top + rows, device=picture.device) + 0.5) * (2 / whole) - 1
            x = (torch.arange(width, device=picture.device) + 0.5) * (2 / width) - 1
            places = torch.stack([x.expand(rows, width), y[:, None].expand(rows, width)], 2)[None]
            both = F.grid_sample(both, places, padding_mode="border", align_corners=False)
        slope = _split(both[:, : 3 * self.planes])
        planes: Tensor = (slope * picture[:, None]).sum(2) + both[:, 3 * self.planes :]
        return planes


def _split(planes: Tensor) -> Tensor:
    """(1, K * 3, H, W) -> (1, K, 3, H, W)."""
    return planes.view(1, -1, 3, *planes.shape[2:])


def guided_maps(planes: Tensor, guide: Tensor, *, radius_px: int, edge: float) -> GuidedMaps:
    """In each window, the affine function of the guide's colours that comes nearest to each plane.

    Args:
        planes: (1, K, H, W), any range.
        guide: (1, 3, H, W), sRGB in [0, 1].
        radius_px: half the side of a window.
        edge: differences of the guide's colour much below this are no edge.
    Returns:
        The maps, each the mean over the windows that contain the pixel; ``of(guide)`` is the filtered planes.
    Raises:
        ShapeError: a tensor of another shape.

    Source: He, Sun, Tang 2010, "Guided image filtering", eq. 14 to 17.
    Differs: at the picture's edge, windows hold the pixels that there are.
    """
    expect(guide, "1 3 h w", name="guide")
    expect(planes, f"1 k {guide.shape[2]} {guide.shape[3]}", name="planes")
    wide, rough = (x.cpu().double() for x in (guide, planes))

    def mean(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2 * radius_px + 1, stride=1, padding=radius_px, count_include_pad=False)

    average, rough_average = mean(wide), mean(rough)
    squares = _split(mean((wide[:, :, None] * wide[:, None]).flatten(1, 2)))
    squares = squares - average[:, :, None] * average[:, None]
    products = _split(mean((rough[:, :, None] * wide[:, None]).flatten(1, 2)))
    products = products - rough_average[:, :, None] * average[:, None]  # (1, K, 3, h, w)
    ridge = squares.movedim((1, 2), (-2, -1)) + edge**2 * torch.eye(3).to(squares)
    slope = torch.linalg.solve(ridge, products.movedim((1, 2), (-1, -2)))  # (1, h, w, 3, K)
    slope = slope.movedim((-1, -2), (1, 2))  # (1, K, 3, h, w)
    offset = rough_average - (slope * average[:, None]).sum(2)
    return GuidedMaps(mean(slope.flatten(1, 2)).to(guide), mean(offset).to(guide))
