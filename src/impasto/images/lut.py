"""Colour tables of video and photo editors, .cube: the change of colours between two pictures as a table."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import PictureError
from impasto.images.atomic_write import check_path, write_text
from impasto.images.bilateral_grid import LUMA

FORMATS = (".cube",)

SIDE = 33
"""Nodes along each axis. Source: what editors expect of a .cube file, most often."""

LEVELS = 8
"""Nodes along lightness of the affine maps; as many as the bilateral grid has."""

SMOOTHNESS, RIDGE = 1e-3, 1e-6
"""Weights of the difference of neighbouring levels, and of the distance to no change; by eye."""

MOST_PIXELS = 250_000
"""Pixels that are looked at, at most; chosen by time."""


def fit_table(before: Tensor, after: Tensor, *, side: int = SIDE) -> Tensor:
    """The table that comes nearest to the change of colours between two pictures.

    out = A(luma) (red, green, blue, 1), A linear between 8 levels of lightness, by least squares

    Args:
        before: (1, 3, H, W), sRGB in [0, 1].
        after: (1, 3, H, W), the same picture with other colours. What is clipped at 0 or 1 has no say.
        side: nodes along each axis.
    Returns:
        (side, side, side, 3), indexed [blue, green, red], sRGB in [0, 1]. A change that is not the same
        everywhere becomes its mean: a sky that turns red and a blue car cannot both be in one table.
    Raises:
        ShapeError: a tensor of another shape.

    Source: ours.
    """
    expect(before, "1 3 h w", name="before")
    expect(after, f"1 3 {before.shape[2]} {before.shape[3]}", name="after")
    colors, wanted = (x[0].flatten(1).mT for x in (before, after))  # (P, 3)
    step = -(-len(colors) // MOST_PIXELS)
    colors, wanted = colors[::step].double().cpu(), wanted[::step].double().cpu()
    inside = ((wanted > 1e-3) & (wanted < 1 - 1e-3)).all(1)
    if inside.sum() >= 4 * LEVELS:
        colors, wanted = colors[inside], wanted[inside]
    rows = _rows(colors)  # (P, 8 * 4)
    smooth = torch.kron(torch.diff(torch.eye(LEVELS, dtype=rows.dtype), dim=0), torch.eye(4))
    normal = rows.mT @ rows / len(rows) + SMOOTHNESS * smooth.mT @ smooth
    unchanged = torch.eye(4, 3).double().repeat(LEVELS, 1)
    ridge = RIDGE * torch.eye(len(normal)).double()
    maps = torch.linalg.solve(normal + ridge, rows.mT @ wanted / len(rows) + ridge @ unchanged)
    axis = torch.linspace(0, 1, side, dtype=torch.float64)
    blue, green, red = torch.meshgrid(axis, axis, axis, indexing="ij")
    nodes = torch.stack([red, green, blue], 3).view(-1, 3)
    table: Tensor = (_rows(nodes) @ maps).clamp(0, 1).view(side, side, side, 3).float()
    return table


def _rows(colors: Tensor) -> Tensor:
    """(P, 3) -> (P, 8 * 4), red, green, blue and 1 for the two nearest levels of lightness, 0 for others."""
    level = (colors @ torch.tensor(LUMA).to(colors)).clamp(0, 1) * (LEVELS - 1)
    near = (1 - (level[:, None] - torch.arange(LEVELS).to(level)).abs()).clamp_min(0)  # (P, 8)
    ones = torch.cat([colors, torch.ones_like(colors[:, :1])], 1)
    return (near[:, :, None] * ones[:, None]).flatten(1)


def apply_table(table: Tensor, picture: Tensor) -> Tensor:
    """Look up colours in a table, trilinear between its nodes.

    Args:
        table: (N, N, N, 3), indexed [blue, green, red].
        picture: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        (1, 3, H, W).
    Raises:
        ShapeError: a tensor of another shape.
    """
    expect(picture, "1 3 h w", name="picture")
    places = picture.movedim(1, -1)[:, None] * 2 - 1  # (1, 1, H, W, 3), red along the last axis of the table
    volume = table.movedim(-1, 0)[None].to(picture)
    return F.grid_sample(volume, places, padding_mode="border", align_corners=True)[:, :, 0]


def write_cube(path: str | Path, table: Tensor, *, title: str = "impasto") -> Path:
    """Write a table as .cube (Adobe, "Cube LUT Specification" 1.0).

    Args:
        path: where to.
        table: (N, N, N, 3), indexed [blue, green, red].
        title: what editors show.
    Returns:
        The path.
    Raises:
        OutputError: the name does not end in .cube, or the file cannot be written.
    """
    path = check_path(path, FORMATS)
    lines = [
        f'TITLE "{title}"',
        f"LUT_3D_SIZE {len(table)}",
        "DOMAIN_MIN 0.0 0.0 0.0",
        "DOMAIN_MAX 1.0 1.0 1.0",
    ]
    lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table.reshape(-1, 3).tolist()]  # red fastest
    write_text(path, "\n".join(lines) + "\n")
    return path


def read_cube(path: str | Path) -> Tensor:
    """Read a three-dimensional table.

    Args:
        path: of a .cube file.
    Returns:
        (N, N, N, 3), indexed [blue, green, red].
    Raises:
        PictureError: it is no table of that kind, or its domain is not 0 to 1.
    """
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    size = re.search(r"^LUT_3D_SIZE\s+(\d+)", text, re.MULTILINE)
    domain = [
        float(x) for line in re.findall(r"^DOMAIN_\w+\s+(.*)$", text, re.MULTILINE) for x in line.split()
    ]
    rows = re.findall(r"^\s*(-?[\d.]\S*)\s+(\S+)\s+(\S+)\s*$", text, re.MULTILINE)
    if (
        size is None
        or len(rows) != int(size[1]) ** 3
        or [float(x) for x in domain] not in ([], [0, 0, 0, 1, 1, 1])
    ):
        raise PictureError(
            "that is no colour table",
            got=f"{Path(path).name}: {len(rows)} rows",
            expected="a .cube file with LUT_3D_SIZE N, N^3 rows and a domain of 0 to 1",
        )
    side = int(size[1])
    return torch.tensor([[float(x) for x in row] for row in rows]).view(side, side, side, 3)
