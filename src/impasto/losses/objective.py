"""The weighted sum of losses that a picture is optimised for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from impasto.losses.base import Features, Loss, Target


@dataclass(frozen=True)
class Term:
    """One loss with its target and its weight.

    Attributes:
        name: how it is reported: "content", "style", "palette", ...
        loss: the distance.
        target: the loss's target; where there is a scene, without the parts that lie on positions.
        weight: >= 0; alpha or beta in Gatys 2016.
        scene: (1, 3 + R, H, W), the content image and the canvas' guides, or of a content loss the focus; the
            spatial parts of the target are made from it tile by tile. None: the target is complete.
        gain: reported with its sign changed: a dream makes the loss small and shows what grows.
    """

    name: str
    loss: Loss
    target: Target
    weight: float
    scene: Tensor | None = None
    gain: bool = False


@dataclass(frozen=True)
class Objective:
    """The sum of several terms: alpha * L_content + beta * L_style + ...

    Attributes:
        terms: in the order they are reported; their targets are complete.

    Source: Gatys, Ecker, Bethge 2016, eq. 7.
    """

    terms: Sequence[Term]

    @property
    def layers(self) -> set[str]:
        """The layers that a network must return; the picture itself is not among them."""
        return {layer for term in self.terms for layer in term.loss.layers} - {"image"}

    def __call__(self, features: Features) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum of all terms, and each term by name, weighted.

        Args:
            features: {layer: (1, C, h, w)}, with ``"image"``: (1, 3, H, W).
        Returns:
            (total, {name: value}); scalars, the total with gradients, the values without.
        """
        values = [term.weight * term.loss(features, term.target).sum() for term in self.terms]
        return torch.stack(values).sum(), reported(self.terms, values)


def reported(terms: Sequence[Term], values: Sequence[Tensor]) -> dict[str, Tensor]:
    """The value of each term by name, detached; gains with their sign changed, terms of one name added."""
    parts: dict[str, Tensor] = {}
    for term, value in zip(terms, values, strict=True):
        part = -value.detach() if term.gain else value.detach()
        parts[term.name] = parts[term.name] + part if term.name in parts else part
    return parts
