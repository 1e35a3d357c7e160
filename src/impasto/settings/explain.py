"""Settings of the page that explains: what it shows, how large, and what looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.errors import SettingError
from impasto.registry import FIGURES
from impasto.settings.base import Settings, as_in, setting
from impasto.settings.presets import PAPER_LAYERS
from impasto.settings.stylize import StylizeSettings


@dataclass(frozen=True, kw_only=True)
class ExplainSettings(Settings):
    """What is explained, and on how large a picture."""

    figures: tuple[str, ...] = setting(
        tuple(FIGURES), choices=tuple(FIGURES), help="Which chapters, such as timeline,sweep."
    )
    size: int = setting(
        256,
        unit="px",
        low=32,
        high=2048,
        help="Long side of the pictures that are looked at and painted; five eighths of it in grids.",
    )
    steps: int = setting(
        60,
        low=2,
        high=10000,
        help="Steps of a run at full size; twice as many for reconstructions, three quarters in grids.",
    )
    layers: tuple[str, ...] = setting(
        PAPER_LAYERS,
        help="Layers that are shown and that hold the style, shallowest first; names without weights.",
        source="Gatys, Ecker, Bethge 2016, section 3",
    )
    content_layer: str = setting(
        "relu4_2", help="The layer that holds the photo.", source="Gatys, Ecker, Bethge 2016, section 3"
    )
    pictures: str | None = setting(
        None, help="Folder in which units look for what they like; the samples if left out."
    )
    channels: tuple[str, ...] = setting(
        (),
        help="Whose likes are shown, such as relu4_1:17,relu5_1:3; the choosiest ones if left out.",
    )
    network: str = as_in(StylizeSettings, "network")
    weights: str | None = as_in(StylizeSettings, "weights")
    pooling: str = as_in(StylizeSettings, "pooling")
    seed: int = as_in(StylizeSettings, "seed", help="Of the noise that runs start from.")
    device: str = as_in(StylizeSettings, "device")
    precision: str = as_in(
        StylizeSettings, "precision", help="Numbers inside the network while it paints; it looks in float32."
    )
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")

    def __post_init__(self) -> None:
        """Check that there is something to show.

        Raises:
            SettingError: there is no chapter, or no layer.
        """
        super().__post_init__()
        if not self.figures:
            raise SettingError(
                "no chapter is chosen",
                got="none",
                expected=", ".join(FIGURES),
                attempt="one of them at least",
            )
        if not self.layers:
            raise SettingError("at least one layer is needed", got="none", attempt="such as relu1_1,relu3_1")


class ExplainOptions(TypedDict, total=False):
    """The keywords of the figures: every field of ``ExplainSettings``."""

    figures: tuple[str, ...] | list[str]
    size: int
    steps: int
    layers: tuple[str, ...] | list[str]
    content_layer: str
    pictures: str | None
    channels: tuple[str, ...] | list[str]
    network: str
    weights: str | None
    pooling: str
    seed: int
    device: str
    precision: str
    max_megapixels: float
