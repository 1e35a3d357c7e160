"""Types of what a caller may write: names to choose from, for editors and type checkers, and objects.

The names stand where they are checked, too: in ``registry`` and in ``choices`` of each setting. A test holds
both to be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

from impasto.settings.weighted import Weighted


class NetworkObject(Protocol):
    """A network: ``features.extractor.FeatureNetwork``, or ``synthesis.network.NetworkHandle``."""

    @property
    def name(self) -> str:
        """What errors and records call it."""


class SoundNetworkObject(Protocol):
    """A network for sounds: ``audio.network.SoundNetwork``."""

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of its features."""

    def __call__(self, spectrogram: Any) -> Any:
        """The features of a spectrogram, by layer."""


class LossObject(Protocol):
    """A loss: an instance of a class derived from ``losses.base.Loss``."""

    layers: dict[str, float]


Loss = type[LossObject] | LossObject
"""A class of losses, or a loss."""

Network = Literal["compact", "vgg19", "vgg16", "test-net"]
Pooling = Literal["max", "average"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Optimizer = Literal["pyramid", "adam", "lbfgs"]
OptimizerObject = type[Any] | Callable[[Any, float], Any]
"""A class of ``torch.optim``, or a function (canvas, rate) -> optimiser."""

ContentLoss = Literal["content", "correlation", "self-similarity"]
StyleLoss = Weighted | Loss | list[Loss] | dict[Any, float]
"""Names with or without weights; or losses, or {loss: weight}."""

Normalization = Literal["relative", "mean", "paper"]
Guides = Literal["simple", "inside", "all"]
Colors = Literal["style", "match", "histogram", "luminance", "luminance-after"]
ColorMap = Literal["monge-kantorovich", "pca", "cholesky"]
Preset = Literal["default", "fast", "instant", "best", "painterly", "nnst", "gatys", "crowson"]
Method = Literal["patches", "statistics"]
Objective = Literal["squares", "mean"]
Emotion = Literal[
    "joyful",
    "romantic",
    "tender",
    "dreamy",
    "serene",
    "fresh",
    "natural",
    "cosy",
    "nostalgic",
    "elegant",
    "melancholic",
    "mysterious",
    "passionate",
    "dramatic",
    "cold",
]
