"""The exact gradient of a picture larger than memory: the picture in tiles, the statistics of the whole.

Gram matrices, moments, content and total variation are sums over positions. A first pass adds up the sums of
all tiles; the loss, and its gradient with respect to the sums, is that of the whole picture; a second pass
carries that gradient back through each tile. The network reads a tile with a halo as wide as its receptive
field needs, so the activations are those of the whole picture. The result is no approximation, and no tile
has a style of its own: there are no seams, and strokes do not shrink.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.base import Features, Guides, LayerTarget, PositionSums, Target
from impasto.losses.objective import Term, reported
from impasto.optimize.tile_grid import Tile, TileGrid
from impasto.runtime import trim_memory

Sums = dict[tuple[int, str], dict[str, Tensor]]
"""{(index of the term, layer): what its loss adds up over positions}."""


class TileView(Protocol):
    """Features and guides of a tile; its sides are multiples of the deepest layer's stride."""

    def tile_features(self, tile: Tensor, layers: Iterable[str]) -> Features:
        """(1, 3 or more, h, w) -> {layer: (1, C, h', w')}."""
        ...

    def tile_guides(self, tile: Tensor, layers: Iterable[str]) -> Guides:
        """(1, 3 + R, h, w) -> {layer: (1, R, h', w')}."""
        ...

    def tile_focus(self, tile: Tensor, layers: Iterable[str]) -> Guides:
        """(1, 4, h, w) -> {layer: (1, 1, h', w')}."""
        ...


def tiled_target(loss: PositionSums, image: Tensor, view: TileView, grid: TileGrid) -> Target:
    """A loss's target of a picture that is read tile by tile, without the parts that lie on positions.

    Args:
        loss: sums over positions.
        image: (1, 3, H, W) in [0, 1]; of a guided loss (1, 3 + R, H, W), with guides.
        view: the network.
        grid: tiles of the picture.
    Returns:
        As ``loss.target``, without gradients.
    """
    totals: dict[str, dict[str, Tensor]] = {layer: {} for layer in loss.layers}
    with torch.no_grad():
        for tile in grid.tiles():
            seen = grid.cut(image, tile)
            features = grid.inner(view.tile_features(seen, loss.layers), tile)
            guides = grid.inner(view.tile_guides(seen, loss.layers), tile) if loss.guided else {}
            for layer, sums in totals.items():
                _add(sums, loss.target_sums(features[layer], guides.get(layer)))
        return {layer: loss.target_of_sums(sums) for layer, sums in totals.items()}


@dataclass
class TiledObjective:
    """The sum of several terms, and its gradient, with the memory of one tile.

    Attributes:
        terms: with a scene where the target has parts that lie on positions.
        grid: tiles of the canvas.
        view: the network.
        strides_px: {layer: px between its positions}.
        cache_bytes: memory for the activations of scenes; those that do not fit are worked out again.
    """

    terms: Sequence[Term]
    grid: TileGrid
    view: TileView
    strides_px: Mapping[str, int]
    cache_bytes: int = 0
    _cache: dict[tuple[int, Tile], tuple[Features, Guides]] = field(default_factory=dict, repr=False)

    def __call__(self, canvas: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum of all terms, and each term by name, weighted: as ``Objective``.

        Args:
            canvas: (1, 3, H, W).
        Returns:
            (total, {name: value}); scalars. ``total.backward()`` leaves the gradient in ``canvas.grad``.
        """
        gradient = torch.zeros_like(canvas)
        values = {index: canvas.new_zeros(()) for index in range(len(self.terms))}
        sum_gradients = self._first_pass(canvas.detach(), values)
        self._second_pass(canvas.detach(), gradient, values, sum_gradients)
        self._image_terms(canvas.detach(), gradient, values)
        parts = list(values.values())
        total: Tensor = _WithGradient.apply(canvas, torch.stack(parts).sum(), gradient)  # type: ignore[no-untyped-call]
        return total, reported(self.terms, parts)

    def _network_losses(self, *, linear: bool) -> list[tuple[int, PositionSums]]:
        """(index, loss) of the terms that need the network, by whether they are multiples of their sums."""
        losses = [(i, term.loss) for i, term in enumerate(self.terms) if isinstance(term.loss, PositionSums)]
        return [(i, loss) for i, loss in losses if "image" not in loss.layers and loss.linear is linear]

    def _first_pass(self, canvas: Tensor, values: dict[int, Tensor]) -> Sums:
        """Add up the sums of all tiles; returned: the gradient of the loss with respect to each sum."""
        losses = self._network_losses(linear=False)
        if not losses:
            return {}
        totals: Sums = {(index, layer): {} for index, loss in losses for layer in loss.layers}
        layers = {layer for _, loss in losses for layer in loss.layers}
        with torch.no_grad():
            for tile in self.grid.tiles():
                features = self._features(self.grid.cut(canvas, tile), tile, layers)
                for index, loss in losses:
                    for layer, target in self._tile_targets(index, loss, tile).items():
                        _add(totals[index, layer], loss.sums(features[layer], target))
        sum_gradients: Sums = {}
        for index, loss in losses:
            term = self.terms[index]
            for layer in loss.layers:
                weight = self._weight(loss, layer, features[layer])
                sums = {name: total.requires_grad_() for name, total in totals[index, layer].items()}
                distance = loss.distance(sums, term.target.get(layer, {})).sum() * weight * term.weight
                values[index] += distance.detach()
                names = [name for name in sums if name != "positions"]
                by_sum = gradients(distance, [sums[name] for name in names])
                sum_gradients[index, layer] = dict(zip(names, by_sum, strict=True))
        return sum_gradients

    def _second_pass(
        self, canvas: Tensor, gradient: Tensor, values: dict[int, Tensor], sum_gradients: Sums
    ) -> None:
        """Carry the gradient back through each tile; add the terms that are multiples of their sums."""
        losses = [*self._network_losses(linear=False), *self._network_losses(linear=True)]
        layers = {layer for _, loss in losses for layer in loss.layers}
        if not layers:
            return
        for tile in self.grid.tiles():
            leaf = self.grid.cut(canvas, tile).requires_grad_()
            features = self._features(leaf, tile, layers)
            terms = []
            for index, loss in losses:
                for layer, target in self._tile_targets(index, loss, tile).items():
                    sums = loss.sums(features[layer], target)
                    if loss.linear:
                        weight = self.terms[index].weight * self._weight(loss, layer, features[layer])
                        height, width = self._size(layer)
                        count = torch.tensor(float(height * width), device=leaf.device)
                        terms.append(loss.distance(sums | {"positions": count}, target).sum() * weight)
                        values[index] += terms[-1].detach()
                    else:
                        known = sum_gradients[index, layer]
                        terms += [(known[name] * x).sum() for name, x in sums.items() if name in known]
            if terms:
                torch.stack(terms).sum().backward()  # type: ignore[no-untyped-call]
            if leaf.grad is not None:
                self.grid.fold(leaf.grad, tile, gradient)
            del leaf, features, terms
            trim_memory()

    def _features(self, seen: Tensor, tile: Tile, layers: Iterable[str]) -> Features:
        """Activations of a tile alone, from the tile with its halo."""
        return self.grid.inner(self.view.tile_features(seen, layers), tile)

    def _tile_targets(self, index: int, loss: PositionSums, tile: Tile) -> dict[str, LayerTarget]:
        """{layer: target} of a term, with the spatial parts of a tile."""
        term = self.terms[index]
        targets = {layer: term.target.get(layer, {}) for layer in loss.layers}
        if term.scene is None:
            return targets
        features, guides = self._scene(term.scene, tile)
        if loss.guided:
            return {layer: {**x, **loss.layer_spatial(guides[layer])} for layer, x in targets.items()}
        return {
            layer: {**x, **loss.layer_spatial(features[layer], guides.get(layer))}
            for layer, x in targets.items()
        }

    def _scene(self, scene: Tensor, tile: Tile) -> tuple[Features, Guides]:
        """Activations and guides of a scene in a tile, kept while there is room."""
        key = id(scene), tile
        if key in self._cache:
            return self._cache[key]
        losses = [term.loss for term in self.terms if term.scene is scene]
        layers = {layer for loss in losses if not loss.guided for layer in loss.layers}
        guided = {layer for loss in losses if loss.guided for layer in loss.layers}
        focused = layers if scene.shape[1] == 4 else set()  # of a content loss
        with torch.no_grad():
            seen = self.grid.cut(scene, tile)
            features = self._features(seen, tile, layers) if layers else {}
            guides = self.grid.inner(self.view.tile_guides(seen, guided), tile) if guided else {}
            if focused:
                guides = self.grid.inner(self.view.tile_focus(seen, focused), tile)
        needed = sum(x.numel() * x.element_size() for x in (*features.values(), *guides.values()))
        if needed > self.cache_bytes:
            return features, guides
        self.cache_bytes -= needed
        kept = ({layer: x.clone() for layer, x in maps.items()} for maps in (features, guides))
        self._cache[key] = next(kept), next(kept)
        return self._cache[key]

    def _size(self, layer: str) -> tuple[int, int]:
        """(h, w) of a layer in the whole canvas."""
        height, width = self.grid.shape
        stride = self.strides_px[layer]
        return height // stride, width // stride

    def _weight(self, loss: PositionSums, layer: str, features: Tensor) -> float:
        return loss.layer_weight(layer, (features.shape[1], *self._size(layer)))

    def _image_terms(self, canvas: Tensor, gradient: Tensor, values: dict[int, Tensor]) -> None:
        """The terms that read the picture itself: in strips if they are sums, else at once."""
        for index, term in enumerate(self.terms):
            if "image" not in term.loss.layers:
                continue
            target = term.target.get("image", {})
            weight = term.weight * term.loss.layer_weight("image", canvas.shape[1:])
            strips = self.grid.strips(canvas.shape) if isinstance(term.loss, PositionSums) else [slice(None)]
            for rows in strips:
                if isinstance(term.loss, PositionSums):
                    margin = term.loss.margin
                    leaf = canvas[:, :, rows.start : rows.stop + margin].clone().requires_grad_()
                    below = margin if rows.stop == canvas.shape[2] else 0
                    padded = F.pad(leaf, (0, margin, 0, below), mode="replicate") if margin else leaf
                    count = canvas.new_tensor(float(canvas.shape[2] * canvas.shape[3]))
                    loss = term.loss.distance(term.loss.sums(padded, target) | {"positions": count}, target)
                else:
                    leaf = canvas.detach().requires_grad_()
                    loss = term.loss.layer_loss(leaf, target)
                (leaf_gradient,) = torch.autograd.grad(weight * loss.sum(), leaf)
                start = rows.start or 0
                gradient[:, :, start : start + leaf.shape[2]] += leaf_gradient
                values[index] += weight * loss.detach().sum()


class _WithGradient(torch.autograd.Function):
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
        gradient, ctx.gradient = ctx.gradient, None  # given away: autograd would copy one that is kept
        return gradient.mul_(upstream), None, None


def gradients(distance: Tensor, sums: Sequence[Tensor]) -> list[Tensor]:
    """Gradients of a distance with respect to its sums; 0 for sums that it does not depend on."""
    if not distance.requires_grad:
        return [torch.zeros_like(x) for x in sums]
    return list(torch.autograd.grad(distance, sums, allow_unused=True, materialize_grads=True))


def _add(totals: dict[str, Tensor], sums: Mapping[str, Tensor]) -> None:
    for name, value in sums.items():
        totals[name] = totals[name] + value if name in totals else value
