"""Settings of a painting: one content picture, one or more styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from impasto.errors import SettingError
from impasto.registry import CONTENT_LOSSES, NETWORKS, OPTIMIZERS, STYLE_LOSSES, check
from impasto.settings.base import Settings, setting
from impasto.settings.presets import PRESETS

COLORS = ("style", "match", "histogram", "luminance", "luminance-after")
COLOR_MAPS = ("monge-kantorovich", "pca", "cholesky")

STYLE_LAYERS = ("relu1_1=4", "relu2_1=2", "relu3_1=1", "relu4_1=1", "relu5_1=0.5")


@dataclass(frozen=True, kw_only=True)
class StylizeSettings(Settings):
    """How a painting is made."""

    preset: str = setting(
        "default",
        help="A set of settings to start from; the options below change single ones.",
        choices=tuple(PRESETS),
    )
    size: int = setting(
        512,
        unit="px",
        low=32,
        high=32768,
        help="Long side of the result. Smaller photos keep their own size.",
    )
    enlarge: bool = setting(False, help="Paint at --size even if the photo is smaller.")
    style_weights: tuple[float, ...] | None = setting(
        None, low=0.0, help="Share of each style, such as 0.7,0.3. Equal shares if left out."
    )
    style_scale: tuple[float, ...] = setting(
        (1.0,),
        low=0.05,
        high=20.0,
        help="Size of the styles relative to the picture, one for all or one each: larger, broader strokes.",
    )
    colors: str = setting(
        "style",
        choices=COLORS,
        help="Whose colours the result has: the painting's, or, in four ways, the photo's.",
        source="Gatys et al. 2016, Preserving color in neural artistic style transfer",
    )
    color_map: str = setting(
        "monge-kantorovich",
        choices=COLOR_MAPS,
        help="The linear map of --colors match.",
    )
    guides: str = setting(
        "simple",
        choices=("simple", "inside", "all"),
        help="With masks: a unit of the network counts for a region by how much of it lies under the unit, "
        "only if it sees nothing else, or if it sees any of it.",
        source="Gatys et al. 2017, Controlling perceptual factors in neural style transfer",
    )
    fine_layers: tuple[str, ...] = setting(
        ("relu1_1", "relu2_1"),
        help="With a fine style: the style layers that are taken from it; image is the palette.",
        source="Gatys et al. 2017, section 6",
    )
    content_weight: float = setting(0.5, low=0.0, help="Higher keeps more of the photo.")
    style_weight: float = setting(1.0, low=0.0, help="Higher takes more of the painting's texture and forms.")
    palette_weight: float = setting(3.0, low=0.0, help="Higher takes the painting's colours more exactly.")
    tv_weight: float = setting(4.0, low=0.0, help="Higher removes grain, and fine strokes with it.")
    content_layers: tuple[str, ...] = setting(
        ("relu3_1", "relu4_1"),
        help="Layers that hold the photo, such as relu4_1 or relu3_1=0.5,relu4_1=1. Shallower is stricter.",
    )
    style_layers: tuple[str, ...] = setting(
        STYLE_LAYERS,
        help="Layers that hold the style: shallow ones grain and colour, deep ones forms. Weights as above.",
        source="Gatys, Ecker, Bethge 2016, section 3",
    )
    content_loss: str = setting(
        "correlation",
        choices=CONTENT_LOSSES,
        help="What holds the photo: activations in their places, their pattern without mean and spread, "
        "or how alike its places are.",
    )
    style_loss: tuple[str, ...] = setting(
        ("wasserstein",),
        help=f"What style is: {', '.join(STYLE_LOSSES)}; or several with shares, such as gram=2,mrf=1.",
    )
    normalization: str = setting(
        "relative",
        choices=("relative", "mean", "paper"),
        help="Losses relative to their targets, as plain means, or in the units of Gatys 2016.",
    )
    init: str = setting("content", help="Start from: content, noise, style, or a picture file.")
    optimizer: str = setting("adam", choices=tuple(OPTIMIZERS), help="Adam, or the L-BFGS of the 2016 paper.")
    rate: float = setting(
        0.05, low=1e-6, high=10.0, help="Length of a step. For Adam: of each pixel, in [0, 1]."
    )
    scales: int = setting(3, low=1, high=12, help="Paint first at this many sizes, coarse to fine.")
    scale_factor: float = setting(2.0, low=1.05, high=4.0, help="Ratio of one size to the next.")
    steps: int = setting(15, low=1, high=100000, help="Steps at full size, at most.")
    coarse_steps: float = setting(
        1.5, low=0.1, high=20.0, help="How many times more steps each coarser size gets; they are cheap."
    )
    first_steps: int | None = setting(
        None, low=1, high=100000, help="Steps at the coarsest size, if not as --coarse-steps says."
    )
    average: float = setting(
        0.85,
        low=0.0,
        high=0.9999,
        help="Memory of the running mean of the canvas that is the result; 0: the last canvas.",
    )
    jitter: bool = setting(
        True,
        help="Shift the canvas under the network by up to 3 px, so that no grid shows (Adam only).",
        source="Mordvintsev et al. 2015, DeepDream",
    )
    tolerance: float = setting(
        2e-4,
        low=0.0,
        high=1.0,
        help="End a size when the loss falls by less than this share a step. 0: never.",
    )
    network: str = setting("compact", choices=tuple(NETWORKS), help="What looks at the pictures.")
    weights: str | None = setting(None, help="For vgg19 and vgg16: a .pth or .safetensors file, or 'caffe'.")
    pooling: str = setting("max", choices=("max", "average"), help="How the network shrinks what it sees.")
    seed: int = setting(0, low=0, high=2**63 - 1, help="The same seed gives the same picture.")
    device: str = setting("auto", help="auto, cpu, cuda, cuda:1 or mps.")
    precision: str = setting(
        "auto",
        choices=("auto", "float32", "bfloat16", "float16"),
        help="Numbers inside the network; auto takes the fastest that the device is good at.",
    )
    memory: str | None = setting(
        None,
        help="Memory to stay within, such as 4GB; larger pictures are painted in tiles. Else what is free.",
    )
    max_megapixels: float = setting(
        100.0,
        unit="megapixels",
        low=0.001,
        help="Refuse larger input pictures, which may be decompression bombs.",
    )

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Settings of a preset, with single ones changed.

        Args:
            options: names and values; None stands for "as in the preset".
        Raises:
            SettingError: a name or a value is not known.
        """
        given = {name: value for name, value in options.items() if value is not None}
        preset = given.get("preset", cls.defaults()["preset"])
        check(PRESETS, str(preset), kind="preset")
        return cls.from_mapping({**PRESETS[str(preset)], **given})

    def __post_init__(self) -> None:
        """Check what one field cannot tell of itself.

        Raises:
            SettingError: a list of layers or losses, or an amount of memory, is not one.
        """
        super().__post_init__()
        layer_weights(self.content_layers)
        layer_weights(self.style_layers)
        loss_shares(self.style_loss)
        if self.memory is not None:
            bytes_of(self.memory)


class StylizeOptions(TypedDict, total=False):
    """The keywords of ``stylize``: every field of ``StylizeSettings``.

    What is left out is as in the preset.
    """

    preset: str
    size: int
    enlarge: bool
    style_weights: tuple[float, ...] | list[float] | None
    style_scale: float | tuple[float, ...] | list[float]
    colors: str
    color_map: str
    guides: str
    fine_layers: tuple[str, ...] | list[str]
    content_weight: float
    style_weight: float
    palette_weight: float
    tv_weight: float
    content_layers: tuple[str, ...] | list[str]
    style_layers: tuple[str, ...] | list[str]
    content_loss: str
    style_loss: tuple[str, ...] | list[str]
    normalization: str
    init: str
    optimizer: str
    rate: float
    scales: int
    scale_factor: float
    steps: int
    coarse_steps: float
    first_steps: int | None
    average: float
    jitter: bool
    tolerance: float
    network: str
    weights: str | None
    pooling: str
    seed: int
    device: str
    precision: str
    memory: str | None
    max_megapixels: float


def layer_weights(layers: tuple[str, ...]) -> dict[str, float]:
    """{layer: weight} of ``("relu3_1=0.5", "relu4_1")``; 1 where none is given. The weights add up to 1.

    Raises:
        SettingError: a weight is not a number above 0, or a layer stands twice, or there is none.
    """
    return _shares(layers, what="layer", example="relu3_1,relu4_1")


def loss_shares(losses: tuple[str, ...]) -> dict[str, float]:
    """{style loss: share} of ``("gram=2", "mrf")``; 1 where none is given. The shares add up to 1.

    Raises:
        SettingError: a share is not a number above 0, a loss stands twice or is not known, or there is none.
    """
    shares = _shares(losses, what="style loss", example="gram,wasserstein")
    for name in shares:
        check(STYLE_LOSSES, name, kind="style loss")
    return shares


def _shares(entries: tuple[str, ...], *, what: str, example: str) -> dict[str, float]:
    """{name: share} of entries such as "name=2"; the shares add up to 1."""
    weights: dict[str, float] = {}
    for entry in entries:
        layer, equals, number = entry.partition("=")
        try:
            weight = float(number) if equals else 1.0
        except ValueError:
            weight = -1.0
        if not 0 < weight < float("inf") or not layer or layer in weights:
            raise SettingError(
                f"a {what}'s weight is a number above 0, and a {what} stands once",
                got=",".join(entries),
                expected=f"names such as {example}, or with weights: name=0.5,name=1",
            )
        weights[layer] = weight
    if not weights:
        raise SettingError(f"at least one {what} is needed", got="none", expected=f"names such as {example}")
    total = sum(weights.values())
    return {layer: weight / total for layer, weight in weights.items()}


def bytes_of(amount: str) -> int:
    """Bytes in "4GB", "800 MB" or "1.5GiB".

    Raises:
        SettingError: that is no amount of memory.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", amount, re.IGNORECASE)
    if found is None or float(found[1]) == 0:
        raise SettingError("that is no amount of memory", got=amount, expected="such as 4GB or 800MB")
    power = " kmgt".index(found[2].lower() or " ")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)
