"""Settings of the page that explains how style transfer works."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.errors import SettingError
from impasto.registry import FIGURES
from impasto.settings.base import as_in, setting
from impasto.settings.network import ExtractorOptions, ExtractorSettings, NetworkSettings
from impasto.settings.presets import PAPER_LAYERS


@dataclass(frozen=True, kw_only=True)
class ExplainSettings(ExtractorSettings):
    """What the page shows, and on how large a picture."""

    network: str = as_in(ExtractorSettings, "network", objects=False)
    figures: tuple[str, ...] = setting(
        tuple(FIGURES), choices=tuple(FIGURES), help="Chapters of the page, such as timeline,sweep."
    )
    size: int = setting(
        256,
        unit="px",
        low=32,
        high=2048,
        help="Long side of the pictures; five eighths of it in grids.",
        slider=(128, 2048, 32),
    )
    steps: int = setting(
        60,
        low=2,
        high=10000,
        help="Steps of a run at full size; twice as many for reconstructions, three quarters in grids.",
        slider=(2, 200, 1),
    )
    layers: tuple[str, ...] = setting(
        PAPER_LAYERS,
        help="Layers that are shown and used for the style, shallowest first; names without weights.",
        source="Gatys, Ecker, Bethge 2016, section 3",
    )
    content_layer: str = setting(
        "relu4_2", help="Layer compared with the photo.", source="Gatys, Ecker, Bethge 2016, section 3"
    )
    pictures: str | None = setting(
        None,
        help="Folder of pictures that are searched for the patches that activate a channel most. Left out: "
        "the samples.",
    )
    channels: tuple[str, ...] = setting(
        (),
        help="Channels whose top patches are shown, such as relu4_1:17,relu5_1:3. Left out: the most "
        "selective ones.",
    )
    seed: int = as_in(NetworkSettings, "seed", help="Of the noise that runs start from.")
    precision: str = as_in(
        ExtractorSettings,
        "precision",
        help="Number type inside the network while it paints; the features shown are in float32.",
    )

    def __post_init__(self) -> None:
        """Check that there is something to show.

        Raises:
            SettingError: there is no chapter, or no layer; or a value is not one the setting may have.
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


class ExplainOptions(ExtractorOptions, total=False):
    """Keywords of the figures: every field of ``ExplainSettings``."""

    figures: tuple[str, ...] | list[str]
    size: int
    steps: int
    layers: tuple[str, ...] | list[str]
    content_layer: str
    pictures: str | None
    channels: tuple[str, ...] | list[str]
    seed: int
