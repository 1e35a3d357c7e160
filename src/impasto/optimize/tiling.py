"""The exact gradient of a picture larger than memory: the picture in tiles, the statistics of the whole.

Gram matrices, moments, content and total variation are sums over positions. A first pass adds up the sums of
all tiles; the loss, and its gradient with respect to the sums, is that of the whole picture; a second pass
carries that gradient back through each tile. A tile is seen with a halo as wide as the network looks, so that
its activations are those of the whole picture. The result is no approximation, and no tile knows of a style
of its own: there are no seams, and strokes do not shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.base import Features, PositionSums, Target, parts_of
from impasto.losses.objective import Term, reported
from impasto.optimize.tile_grid import Tile, TileGrid
from impasto.runtime import trim_memory

Look = Callable[[Tensor, Iterable[str]], Features]
"""(picture (1, 3, h, w), layers) -> their activations; sides are multiples of the deepest layer's stride."""

Sums = dict[tuple[int, str], dict[str, Tensor]]
"""{(which term, layer): what its loss adds up over positions}."""


def tiled_target(loss: PositionSums, image: Tensor, look: Look, frame: TileGrid) -> Target:
    """What a loss keeps of a picture that is seen tile by tile; parts that lie on positions are left out.

    Args:
        loss: sums over positions.
        image: (1, 3, H, W) in [0, 1].
        look: the network.
        frame: of the picture.
    Returns:
        As ``loss.target``, without gradients.
    """
    found: dict[str, dict[str, Tensor]] = {layer: {} for layer in loss.layers}
    with torch.no_grad():
        for tile in frame.tiles():
            seen = frame.inner(look(frame.cut(image, tile), loss.target_layers), tile)
            for layer, sums in found.items():
                _add(sums, loss.sums_for_target(seen, layer))
        return {
            f"{layer}/{part}": value
            for layer, sums in found.items()
            for part, value in loss.target_of_sums(sums).items()
        }


@dataclass
class TiledObjective:
    """Several terms, added, and their gradient, with the memory of one tile.

    Attributes:
        terms: with targets that hold no parts that lie on positions.
        frame: how the canvas is cut.
        look: the network.
        photo: (1, 3, H, W), with guides (1, 3 + R, H, W), for the terms whose target lies on positions.
        strides_px: {layer: px between its positions}.
        cache_bytes: memory for the photo's activations; those that do not fit are worked out again.
    """

    terms: Sequence[Term]
    frame: TileGrid
    look: Look
    photo: Tensor
    strides_px: Mapping[str, int]
    cache_bytes: int = 0
    _cache: dict[Tile, Features] = field(default_factory=dict, repr=False)

    def __call__(self, canvas: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum of all terms, and each term by name, weighted: as ``Objective``.

        Args:
            canvas: (1, 3, H, W).
        Returns:
            (total, {name: part}); scalars. ``total.backward()`` leaves the gradient in ``canvas.grad``.
        """
        gradient = torch.zeros_like(canvas)
        values = {index: canvas.new_zeros(()) for index in range(len(self.terms))}
        pulls = self._first_pass(canvas.detach(), values)
        self._second_pass(canvas.detach(), gradient, values, pulls)
        self._on_the_picture(canvas.detach(), gradient, values)
        found = list(values.values())
        total: Tensor = _Known.apply(canvas, torch.stack(found).sum(), gradient)  # type: ignore[no-untyped-call]
        return total, reported(self.terms, found)

    def _seen_by(self, *, linear: bool) -> list[tuple[int, PositionSums]]:
        """Which terms look through the network, by whether their distance is a multiple of their sums."""
        losses = [(i, t.loss) for i, t in enumerate(self.terms) if isinstance(t.loss, PositionSums)]
        return [(i, loss) for i, loss in losses if "image" not in loss.layers and loss.linear is linear]

    def _first_pass(self, canvas: Tensor, values: dict[int, Tensor]) -> Sums:
        """The sums of all tiles; returned: the gradient of the loss with respect to each of them."""
        seen_by = self._seen_by(linear=False)
        if not seen_by:
            return {}
        totals: Sums = {(index, layer): {} for index, loss in seen_by for layer in loss.layers}
        layers = {layer for _, loss in seen_by for layer in loss.layers}
        with torch.no_grad():
            for tile in self.frame.tiles():
                seen = self.frame.inner(self.look(self.frame.cut(canvas, tile), layers), tile)
                for index, loss in seen_by:
                    for layer, target in self._targets(index, loss, tile).items():
                        _add(totals[index, layer], loss.sums(seen[layer], target))
        pulls: Sums = {}
        for index, loss in seen_by:
            term = self.terms[index]
            for layer, weight in loss.layers.items():
                sums = {name: total.requires_grad_() for name, total in totals[index, layer].items()}
                distance = loss.distance(sums, parts_of(term.target, layer)).sum() * weight * term.weight
                values[index] += distance.detach()
                names = [name for name in sums if name.rpartition("/")[2] != "positions"]
                found = gradients(distance, [sums[name] for name in names])
                pulls[index, layer] = dict(zip(names, found, strict=True))
        return pulls

    def _second_pass(self, canvas: Tensor, gradient: Tensor, values: dict[int, Tensor], pulls: Sums) -> None:
        """Carry the gradient back through each tile; terms that are multiples of their sums are met here."""
        through = [*self._seen_by(linear=False), *self._seen_by(linear=True)]
        layers = {layer for _, loss in through for layer in loss.layers}
        if not layers:
            return
        for tile in self.frame.tiles():
            leaf = self.frame.cut(canvas, tile).requires_grad_()
            seen = self.frame.inner(self.look(leaf, layers), tile)
            terms = []
            for index, loss in through:
                for layer, target in self._targets(index, loss, tile).items():
                    sums = loss.sums(seen[layer], target)
                    if loss.linear:
                        weight = self.terms[index].weight * loss.layers[layer]
                        known = sums | {"positions": self._positions(layer, leaf)}
                        terms.append(loss.distance(known, target).sum() * weight)
                        values[index] += terms[-1].detach()
                    else:
                        pulled = pulls[index, layer]
                        terms += [(pulled[name] * x).sum() for name, x in sums.items() if name in pulled]
            if terms:
                torch.stack(terms).sum().backward()  # type: ignore[no-untyped-call]
            if leaf.grad is not None:
                self.frame.fold(leaf.grad, tile, gradient)
            del leaf, seen, terms
            trim_memory()

    def _targets(self, index: int, loss: PositionSums, tile: Tile) -> dict[str, dict[str, Tensor]]:
        """{layer: target} of a term, with the piece of it that lies on a tile."""
        found = {layer: parts_of(self.terms[index].target, layer) for layer in loss.layers}
        if loss.in_place:
            photo = self._photo(tile)
            found = {layer: target | loss.placed(photo, layer) for layer, target in found.items()}
        return found

    def _positions(self, layer: str, like: Tensor) -> Tensor:
        """How many positions a layer has in the whole picture."""
        height, width = self.frame.shape
        stride = self.strides_px[layer]
        return torch.tensor(float((height // stride) * (width // stride)), device=like.device)

    def _photo(self, tile: Tile) -> Features:
        """The photo's activations in a tile, kept while there is room."""
        if tile not in self._cache:
            in_place = (t.loss for t in self.terms if isinstance(t.loss, PositionSums) and t.loss.in_place)
            layers = {layer for loss in in_place for layer in loss.placed_layers}
            with torch.no_grad():
                seen = self.frame.inner(self.look(self.frame.cut(self.photo, tile), layers), tile)
            needed = sum(x.numel() * x.element_size() for x in seen.values())
            if needed > self.cache_bytes:
                return seen
            self.cache_bytes -= needed
            self._cache[tile] = {layer: x.clone() for layer, x in seen.items()}
        return self._cache[tile]

    def _on_the_picture(self, canvas: Tensor, gradient: Tensor, values: dict[int, Tensor]) -> None:
        """The terms that see the picture itself: in strips if they are sums, else at once."""
        for index, term in enumerate(self.terms):
            if "image" not in term.loss.layers:
                continue
            own = parts_of(term.target, "image")
            weight = term.weight * term.loss.layers["image"]
            pieces = self.frame.strips(canvas.shape) if isinstance(term.loss, PositionSums) else [slice(None)]
            for rows in pieces:
                if isinstance(term.loss, PositionSums):
                    margin = term.loss.margin
                    leaf = canvas[:, :, rows.start : rows.stop + margin].clone().requires_grad_()
                    below = margin if rows.stop == canvas.shape[2] else 0
                    framed = F.pad(leaf, (0, margin, 0, below), mode="replicate") if margin else leaf
                    total = canvas.new_tensor(float(canvas.shape[2] * canvas.shape[3]))
                    loss = term.loss.distance(term.loss.sums(framed, own) | {"positions": total}, own)
                else:
                    leaf = canvas.detach().requires_grad_()
                    loss = term.loss.layer_loss(leaf, own)
                (pull,) = torch.autograd.grad(weight * loss.sum(), leaf)
                start = rows.start or 0
                gradient[:, :, start : start + leaf.shape[2]] += pull
                values[index] += weight * loss.detach().sum()


class _Known(torch.autograd.Function):
    """A number whose gradient has been worked out already."""

    @staticmethod
    def forward(ctx: Any, canvas: Tensor, value: Tensor, gradient: Tensor) -> Tensor:
        """(1, 3, H, W), (), (1, 3, H, W) -> ()."""
        ctx.gradient = gradient
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:
        """() -> (1, 3, H, W)."""
        gradient, ctx.gradient = ctx.gradient, None  # given away: one that is kept would be copied
        return gradient.mul_(upstream), None, None


def gradients(distance: Tensor, sums: Sequence[Tensor]) -> list[Tensor]:
    """Of a distance with respect to what it is made of; 0 for what it does not depend on."""
    if not distance.requires_grad:
        return [torch.zeros_like(x) for x in sums]
    return list(torch.autograd.grad(distance, sums, allow_unused=True, materialize_grads=True))


def _add(totals: dict[str, Tensor], sums: Mapping[str, Tensor]) -> None:
    for name, value in sums.items():
        totals[name] = totals[name] + value if name in totals else value
