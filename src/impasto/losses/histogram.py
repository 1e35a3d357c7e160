"""Style as the histogram of every channel."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision
from impasto.losses.sliced import at_ranks, quantile_distance


def channel_quantiles(features: Tensor, *, ranks: int) -> Tensor:
    """The sorted activations of every channel, brought to a fixed number.

    Args:
        features: (N, C, H, W).
        ranks: number of values kept of each channel.
    Returns:
        (N, C, ranks), rising along the last axis.
    """
    return at_ranks(full_precision(features).flatten(2).sort(dim=2).values, ranks)


class HistogramLoss(Loss):
    """Distance of each channel to itself after its histogram has been matched to the style's.

    |F - R(F)|^2 / (C * H * W), where R gives each activation the style's value of the same rank; relative:
    the root of it, divided by the target's root mean square

    A blend averages values of the same rank. Needs the whole picture: ranks do not add up over tiles.

    Args:
        layers: {layer: weight}.
        ranks: values kept of each channel; more see finer shades of a histogram.
        relative: relative to the target's size, about 1 for a grey picture (ours), or not (the paper).

    Source: Risser, Wilmot, Barnes 2017, "Stable and controllable neural texture synthesis and style
    transfer using histogram losses".
    Differs: ranks instead of 256 bins. The paper takes R(F) for a constant, so that its gradient points along
    F - R(F); as a distance of quantiles the loss has that gradient by itself, as a small change of F changes
    no rank. A mean instead of a sum, so that it does not grow with the picture.
    """

    def __init__(self, layers: Mapping[str, float], *, ranks: int = 1024, relative: bool = True) -> None:
        super().__init__(layers)
        self.ranks = ranks
        self.relative = relative

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"ordered": (1, C, ranks)}, rising."""
        expect(features, "n c h w", name="features")
        return {"ordered": channel_quantiles(features, ranks=self.ranks)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        expect(features, f"n {target['ordered'].shape[1]} h w", name="features")
        quantiles = channel_quantiles(features, ranks=self.ranks)
        return quantile_distance(quantiles, target["ordered"], relative=self.relative)
