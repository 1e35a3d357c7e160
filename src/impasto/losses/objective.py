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
        target: to what.
        weight: >= 0.
    """

    name: str
    loss: Loss
    target: Target
    weight: float


@dataclass(frozen=True)
class Objective:
    """Several terms, added.

    Attributes:
        terms: in the order they are reported.
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
            (total, {name: part}); scalars, the total with gradients, the parts without.
        """
        found = [term.weight * term.loss(features, term.target).sum() for term in self.terms]
        return torch.stack(found).sum(), reported(self.terms, found)


def reported(terms: Sequence[Term], found: Sequence[Tensor]) -> dict[str, Tensor]:
    """What each term came to, by name; terms of one name are added."""
    parts: dict[str, Tensor] = {}
    for term, part in zip(terms, found, strict=True):
        parts[term.name] = parts[term.name] + part.detach() if term.name in parts else part.detach()
    return parts
