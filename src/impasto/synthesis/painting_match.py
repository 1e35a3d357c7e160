"""Which places of a painting an object in it should look like: nearest features, made consistent."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.nearest import best_match

PATCH = 3
"""Side of the patches that are compared, positions. Source: Luan et al. 2018, section 3."""

REACH = 2
"""Half the side of the neighbourhood that must agree; theirs is 5 x 5."""

COLOR_WEIGHT = 0.5
"""Weight of half the squared difference of colour against a correlation of features; chosen by eye."""

RING = 1
"""Painting positions around a match that belong to it too: 3 x 3."""

MOST_POSITIONS = 4096
"""Positions of a painting that are compared, at most; a finer layer is thinned out. Chosen by time."""


def patch_rows(features: Tensor) -> Tensor:
    """Patches of 3 x 3 unit vectors: (1, C, h, w) -> (h * w, 9 C)."""
    unit = F.normalize(features.float(), dim=1)
    return F.unfold(F.pad(unit, (1,) * 4, mode="replicate"), PATCH)[0].mT


def nearest_positions(
    features: Tensor,
    painting: Tensor,
    chosen: Tensor,
    *,
    pictures: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """For each chosen position the most similar one of the painting.

    The largest normalised cross-correlation of patches of 3 x 3 positions, brute force; with pictures, less
    0.25 |difference of their colours|^2 there, so that a red flower finds red strokes if there are any.

    Args:
        features: (1, C, h, w), of the picture with the object.
        painting: (1, C, H, W), of the painting, same layer.
        chosen: (P,), indices of positions, rows first.
        pictures: the two in colours, (1, 3, ...), of any size; None: colours do not count.
    Returns:
        (P,), indices of the painting's positions.

    Source: Luan et al. 2018, "Deep painterly harmonization", algorithm 2.
    Differs: colours; a layer of more than 4096 positions is thinned to every second row and column, or fewer.
    """
    height, width = painting.shape[2:]
    step = 1
    while -(-height // step) * -(-width // step) > MOST_POSITIONS:
        step += 1
    index = torch.arange(height * width, device=painting.device).view(height, width)[::step, ::step].flatten()
    rows, candidates = (F.normalize(patch_rows(x), dim=1) for x in (features, painting))
    rows, candidates = rows[chosen], candidates[index]
    if pictures is None:
        return index[best_match(rows, candidates)]
    mine, theirs = (
        COLOR_WEIGHT**0.5 * _colors(picture, (x.shape[2], x.shape[3]))
        for picture, x in zip(pictures, (features, painting), strict=True)
    )
    rows = torch.cat([rows, mine[chosen]], 1)
    penalty = theirs[index].square().sum(1) / 2
    return index[best_match(rows, torch.cat([candidates, theirs[index]], 1), penalty=penalty)]


def _colors(picture: Tensor, shape: tuple[int, int]) -> Tensor:
    """(1, 3, H, W) -> (h * w, 3), means of the positions' squares."""
    small = F.interpolate(picture, size=shape, mode="bilinear", antialias=True, align_corners=False)
    return small[0].flatten(1).mT


def consistent_positions(
    matches: Tensor, chosen: Tensor, width: int, painting: Tensor, shape: tuple[int, int]
) -> Tensor:
    """Make the matches of neighbours agree: each takes the place that its neighbours' matches point to.

    Candidates of a position are its neighbours' matches, shifted back by the way to the neighbour. The one
    wins whose colour in the painting is nearest, on average, to that of all other candidates.

    Args:
        matches: (P,), indices in the painting.
        chosen: (P,), indices in the picture.
        width: of the picture's layer, positions.
        painting: (1, 3, H, W), the painting in colours, at the size of its layer.
        shape: (H, W) of the painting's layer.
    Returns:
        (P,), indices in the painting.

    Source: Luan et al. 2018, algorithm 3, one round, 5 x 5 neighbours.
    Differs: nothing.
    """
    rows, columns = shape
    where = {int(position): number for number, position in enumerate(chosen.tolist())}
    lists: list[list[int]] = []
    found = matches.tolist()
    for position in chosen.tolist():
        y, x = divmod(position, width)
        candidates = []
        for dy in range(-REACH, REACH + 1):
            for dx in range(-REACH, REACH + 1):
                number = where.get((y + dy) * width + x + dx) if 0 <= x + dx < width else None
                if number is None:
                    continue
                row, column = divmod(found[number], columns)
                row, column = row - dy, column - dx
                if 0 <= row < rows and 0 <= column < columns:
                    candidates.append(row * columns + column)
        lists.append(candidates)
    colors = painting[0].flatten(1).mT  # (H * W, 3)
    result = []
    for number, candidates in enumerate(lists):
        if not candidates:
            result.append(found[number])
            continue
        index = torch.tensor(candidates, device=colors.device)
        among = colors[index]
        result.append(candidates[int(torch.cdist(among, among).mean(1).argmin())])
    return torch.tensor(result, device=matches.device)


def counted_once(matches: Tensor, shape: tuple[int, int]) -> Tensor:
    """The map of all matched positions and their rings on a painting: a place counts once.

    Args:
        matches: (P,), indices in the painting.
        shape: (H, W) of the painting's layer.
    Returns:
        (1, 1, H, W), 0 or 1.

    Source: Luan et al. 2018, section 3.2: "avoids overly repeating patterns".
    Differs: nothing.
    """
    flat = torch.zeros(shape[0] * shape[1], device=matches.device)
    flat[matches] = 1
    return F.max_pool2d(flat.view(1, 1, *shape), 2 * RING + 1, stride=1, padding=RING)
