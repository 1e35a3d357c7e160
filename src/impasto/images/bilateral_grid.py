"""A bilateral grid of affine colour maps: colours change by place and lightness, and edges cannot bend."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from scipy.sparse import linalg
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.guided_masks import GuidedMasks
from impasto.images.strips import strips

CELLS, DEPTH, NUMBERS = 16, 8, 12
"""Nodes along each side and along lightness, and numbers of a node: a 3 x 4 matrix.

Source: Xia et al. 2020, "Joint bilateral learning for real-time universal photorealistic style transfer"; the
same as in Gharbi et al. 2017, HDRnet.
"""

LUMA = (0.299, 0.587, 0.114)
"""Rec. 601: lightness of sRGB."""

FAINT = 1 / 512
"""A pixel that belongs to a region by less than this is not computed for it: half a level of 8 bits."""

FIT_SMOOTHNESS, FIT_RIDGE = 2e-3, 1e-5
"""Weights of the differences between nodes and of the distance to the prior in ``fit_grid``; by eye."""


def affine_grid(matrices: Tensor) -> Tensor:
    """The grid that does the same everywhere in a region.

    Args:
        matrices: (R, 3, 4), an affine map of colour for each region: output = matrix @ (red, green, blue, 1).
    Returns:
        (1, R * 12 * 8, 16, 16); see ``slice_grid``.
    """
    flat = matrices.flatten(1)[:, :, None, None, None]  # (R, 12, 1, 1, 1)
    return flat.expand(-1, -1, DEPTH, CELLS, CELLS).reshape(1, -1, CELLS, CELLS).contiguous()


def slice_grid(
    grid: Tensor, photo: Tensor, masks: Tensor, *, top: float = 0.0, bottom: float = 1.0
) -> Tensor:
    """Look up, for each pixel, its affine map by place and lightness, and apply it.

    out_p = sum over regions r of m_r(p) A_r(x, y, luma(I_p)) (I_p, 1), A trilinear between nodes

    Args:
        grid: (1, R * 12 * 8, 16, 16): of each region 12 numbers on 8 levels of lightness and 16 x 16 places;
            the outermost nodes lie on the picture's edges, on black and on white.
        photo: (1, 3, h, w), sRGB in [0, 1]; rows ``top`` to ``bottom`` of a picture.
        masks: (1, R, h, w) in [0, 1], sum 1 over R.
        top: where the first row lies in the whole picture, 0 to 1.
        bottom: where the last row lies.
    Returns:
        (1, 3, h, w), not clipped; differentiable with respect to the grid.
    Raises:
        ShapeError: a tensor of another shape.

    Source: Chen, Paris, Durand 2007, "Real-time edge-aware image processing with the bilateral grid"; affine
        maps: Gharbi et al. 2017.
    Differs: the lightness is the photo's luma; each region has a grid of its own.
    """
    expect(photo, "1 3 h w", name="photo")
    height, width = photo.shape[2:]
    regions = masks.shape[1]
    expect(masks, f"1 r {height} {width}", name="masks")
    expect(grid, f"1 {regions * NUMBERS * DEPTH} {CELLS} {CELLS}", name="grid")
    nodes = grid.view(regions, NUMBERS, DEPTH, CELLS, CELLS)
    weights = photo.new_tensor(LUMA)
    luma = torch.einsum("c,chw->hw", weights, photo[0]).clamp(0, 1) * 2 - 1
    x = torch.linspace(-1, 1, width, device=photo.device).expand(height, width)
    y = torch.linspace(2 * top - 1, 2 * bottom - 1, height, device=photo.device)[:, None].expand(
        height, width
    )
    places = torch.stack([x, y, luma], 2)  # (h, w, 3)
    if regions == 1:
        return _applied(nodes[0], photo[0].flatten(1), places.flatten(0, 1)).view_as(photo)
    result = torch.zeros_like(photo[0].flatten(1))  # (3, P)
    for region, mask in zip(nodes, masks[0].flatten(1), strict=True):
        chosen = (mask > FAINT).nonzero()[:, 0]
        if len(chosen):
            part = _applied(region, photo[0].flatten(1)[:, chosen], places.flatten(0, 1)[chosen])
            result = result.index_add(1, chosen, part * mask[chosen])
    return result.view_as(photo)


def _applied(nodes: Tensor, colors: Tensor, places: Tensor) -> Tensor:
    """(12, 8, 16, 16), (3, P), (P, 3) in [-1, 1] -> (3, P)."""
    maps = F.grid_sample(nodes[None], places[None, None, None], padding_mode="border", align_corners=True)
    matrix = maps.view(3, 4, -1)
    return (matrix[:, :3] * colors).sum(1) + matrix[:, 3]


def apply_grid(grid: Tensor, photo: Tensor, masks: GuidedMasks | None = None) -> Tensor:
    """``slice_grid`` of a large picture, some rows at a time, clipped to [0, 1].

    Args:
        grid: as for ``slice_grid``.
        photo: (1, 3, H, W), sRGB in [0, 1].
        masks: of R regions; None: one region.
    Returns:
        (1, 3, H, W).
    Raises:
        ShapeError: as ``slice_grid``.
    """
    expect(photo, "1 3 h w", name="photo")
    height, width = photo.shape[2:]
    result = torch.empty_like(photo)
    last = max(1, height - 1)
    with torch.no_grad():
        for rows in strips(height, width):
            strip = photo[:, :, rows]
            ones = torch.ones_like(strip[:, :1])
            mask = ones if masks is None else masks.of(strip, top=rows.start, height=height)
            ends = {"top": rows.start / last, "bottom": (rows.stop - 1) / last}
            result[:, :, rows] = slice_grid(grid, strip, mask, **ends).clamp_(0, 1)
    return result


def fit_grid(photo: Tensor, target: Tensor, masks: Tensor, prior: Tensor) -> Tensor:
    """The grid whose slice comes nearest to a picture, in least squares.

    minimises sum over pixels of |slice(G) - target|^2 / P + 2e-3 * sum over neighbouring nodes of |G_i -
    G_j|^2 / nodes + 1e-5 * |G - prior|^2 / nodes

    Args:
        photo: (1, 3, h, w), sRGB in [0, 1]; at most about 256 px, as the system has a row for each pixel.
        target: (1, 3, h, w), what the photo shall become.
        masks: (1, R, h, w) in [0, 1], sum 1 over R.
        prior: (1, R * 12 * 8, 16, 16), what a node is where no pixel says anything.
    Returns:
        (1, R * 12 * 8, 16, 16).
    Raises:
        ShapeError: a tensor of another shape.

    Source: the fit of a bilateral grid to an operator's output: Chen et al. 2016, "Bilateral guided
        upsampling", section 3.
    Differs: by conjugate gradients; a grid for each region.
    """
    regions = masks.shape[1]
    expect(photo, "1 3 h w", name="photo")
    expect(target, f"1 3 {photo.shape[2]} {photo.shape[3]}", name="target")
    matrix = _slicing_matrix(photo, masks)  # (P, R * 8 * 16 * 16 * 4)
    pixels = matrix.shape[0]
    nodes = regions * DEPTH * CELLS * CELLS
    smooth = _neighbour_differences(regions)
    normal = (matrix.T @ matrix) / pixels
    normal = normal + sparse.kron(smooth.T @ smooth, sparse.identity(4)) * (FIT_SMOOTHNESS / nodes * 16)
    normal = (normal + sparse.identity(nodes * 4) * (FIT_RIDGE / nodes * 16)).tocsr()
    inverse = sparse.diags_array(1 / normal.diagonal())
    start = prior.view(regions, 3, 4, DEPTH, CELLS, CELLS).permute(1, 0, 3, 4, 5, 2).reshape(3, -1)
    begin = start.double().cpu().numpy()
    wanted = target[0].flatten(1).double().cpu().numpy()
    solved = []
    for channel in range(3):
        right = matrix.T @ wanted[channel] / pixels + FIT_RIDGE / nodes * 16 * begin[channel]
        right = right - normal @ begin[channel]
        change, _ = linalg.cg(normal, right, rtol=1e-5, maxiter=400, M=inverse)
        solved.append(begin[channel] + change)
    grid = torch.from_numpy(np.stack(solved)).view(3, regions, DEPTH, CELLS, CELLS, 4)
    return grid.permute(1, 0, 5, 2, 3, 4).reshape(1, -1, CELLS, CELLS).to(prior).contiguous()


def _slicing_matrix(photo: Tensor, masks: Tensor) -> sparse.csr_array:
    """Row p: what each number of the nodes adds to a channel of pixel p; (P, R * nodes * 4)."""
    height, width = photo.shape[2:]
    colors = photo[0].flatten(1).double().cpu().numpy()
    luma = np.clip(np.array(LUMA) @ colors, 0, 1) * (DEPTH - 1)
    rows = np.repeat(np.linspace(0, CELLS - 1, height), width)
    columns = np.tile(np.linspace(0, CELLS - 1, width), height)
    low = [
        np.clip(np.floor(v).astype(int), 0, n - 2)
        for v, n in ((luma, DEPTH), (rows, CELLS), (columns, CELLS))
    ]
    part = [v - b for v, b in zip((luma, rows, columns), low, strict=True)]
    ones = np.concatenate([colors, np.ones((1, colors.shape[1]))])  # (4, P)
    index, values, pixel = [], [], []
    for region, mask in enumerate(masks[0].flatten(1).double().cpu().numpy()):
        chosen = np.flatnonzero(mask > FAINT)
        for corner in np.ndindex(2, 2, 2):
            weight = mask[chosen]
            for c, share in zip(corner, part, strict=True):
                weight = weight * (share[chosen] if c else 1 - share[chosen])
            z, y, x = (b[chosen] + c for b, c in zip(low, corner, strict=True))
            node = ((region * DEPTH + z) * CELLS + y) * CELLS + x
            for number in range(4):
                index.append(node * 4 + number)
                values.append(weight * ones[number, chosen])
                pixel.append(chosen)
    shape = (colors.shape[1], masks.shape[1] * DEPTH * CELLS * CELLS * 4)
    places = (np.concatenate(pixel), np.concatenate(index))
    return sparse.coo_array((np.concatenate(values), places), shape=shape).tocsr()


def _neighbour_differences(regions: int) -> sparse.csr_array:
    """Row: the difference of two neighbouring nodes; (pairs, R * nodes)."""
    ids = np.arange(regions * DEPTH * CELLS * CELLS).reshape(regions, DEPTH, CELLS, CELLS)
    ends = [np.moveaxis(ids, axis, 0) for axis in (1, 2, 3)]
    first = np.concatenate([x[:-1].ravel() for x in ends])
    second = np.concatenate([x[1:].ravel() for x in ends])
    count = len(first)
    signs = np.concatenate([np.ones(count), -np.ones(count)])
    places = (np.tile(np.arange(count), 2), np.concatenate([first, second]))
    return sparse.coo_array((signs, places), shape=(count, ids.size)).tocsr()
