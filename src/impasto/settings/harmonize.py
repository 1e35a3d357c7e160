"""Settings of an object that joins a painting."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.loop import LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.task import Input, Task
from impasto.settings.weighted import Weighted

MOVEMENTS: dict[str, float] = {
    "baroque": 1.0,
    "renaissance": 1.0,
    "mannerism": 1.0,
    "rococo": 1.0,
    "realism": 1.2,
    "romanticism": 1.6,
    "art-nouveau": 1.2,
    "symbolism": 1.3,
    "impressionism": 4.7,
    "post-impressionism": 6.0,
    "pointillism": 6.0,
    "fauvism": 9.0,
    "expressionism": 9.0,
    "cubism": 10.0,
}
"""Stylisation level of a movement, 1 to 10.

Source: the means of the table that Luan et al. 2018 released; rococo as baroque, pointillism as
post-impressionism, fauvism as expressionism.
"""


@dataclass(frozen=True, kw_only=True)
class HarmonizeSettings(NetworkSettings):
    """How an object joins a painting."""

    at: str | None = setting(
        None,
        help="Put the first picture there: x,y in px of its upper left corner, or middle. Left out: it is a "
        "composite.",
    )
    scale: float = setting(1.0, low=0.001, high=100, help="With --at: size of the object.")
    rotate: float = setting(
        0.0,
        unit="degrees",
        low=-360,
        high=360,
        help="With --at: turn the object to the left.",
        slider=(-180, 180, 1),
    )
    cut: str | None = setting(
        None,
        help="x,y,width,height in px: the object is in that box of its photo, and is cut out by its colours.",
    )
    tau: str = setting(
        "auto",
        help="How freely it is painted, 1 to 10; or a movement, such as baroque, impressionism or cubism; "
        "auto: guessed from the painting.",
        source="Luan et al. 2018, section 3.3",
    )
    strength: float = setting(
        1.0,
        low=0,
        high=1,
        help="0 leaves the object as it is, 1 repaints it; between, a mixture.",
        slider=(0, 1, 0.05),
    )
    size: int = setting(
        700,
        unit="px",
        low=32,
        high=4096,
        help="Long side of the result. Smaller paintings keep their size.",
        source="Luan et al. 2018",
        slider=(128, 2048, 32),
    )
    steps: int = setting(25, low=1, high=100000, help="Steps of each pass, at most.", slider=(1, 200, 1))
    rate: float = setting(0.02, low=1e-6, high=10, help="Length of a step.")
    content_layers: dict[str, float] = setting(
        {"relu4_1": 1.0},
        item="layer",
        help="Layers that are compared with the object.",
        source="Luan et al. 2018, section 4",
    )
    content_weight: float = setting(1.0, low=0, help="Higher keeps more of the object.", slider=(0, 5, 0.1))
    style_layers: dict[str, float] = setting(
        {"relu1_1": 1.0, "relu2_1": 1.0, "relu3_1": 1.0, "relu4_1": 1.0},
        item="layer",
        help="Layers that are compared with the painting.",
        source="Luan et al. 2018, section 4",
    )
    style_weight: float = setting(
        1.0, low=0, help="Higher takes more of the painting's strokes.", slider=(0, 5, 0.1)
    )
    palette_weight: float = setting(
        0.1, low=0, help="Higher takes the painting's colours more exactly.", slider=(0, 5, 0.1)
    )
    tone_weight: float = setting(
        1.0,
        low=0,
        help="Higher keeps more of the object's own light and colours, as far as the painting has them.",
        slider=(0, 2, 0.05),
    )
    tolerance: float = as_in(LoopSettings, "tolerance")


class HarmonizeOptions(NetworkOptions, total=False):
    """Keywords of ``harmonize``: every field of ``HarmonizeSettings``."""

    at: str | None
    scale: float
    rotate: float
    cut: str | None
    tau: str
    strength: float
    size: int
    steps: int
    rate: float
    content_layers: Weighted
    content_weight: float
    style_layers: Weighted
    style_weight: float
    palette_weight: float
    tone_weight: float
    tolerance: float


TASK = Task(
    name="harmonize",
    summary="Repaint an object that was put into a painting, as if the same hand had painted it.",
    settings=HarmonizeSettings,
    inputs=(
        Input(
            name="content",
            kind="picture",
            label="Object",
            help="The painting with the object pasted into it; or, with --at, the object.",
            positional=True,
            metavar="COMPOSITE|OBJECT",
        ),
        Input(
            name="style",
            kind="picture",
            label="Painting",
            help="The painting without the object.",
            positional=True,
            metavar="PAINTING",
        ),
        Input(
            name="mask",
            kind="mask",
            label="Mask of the object",
            help="Grey mask: white is the object. Left out: its alpha channel, or where the composite "
            "differs.",
            required=False,
        ),
        Input(
            name="strokes",
            kind="mask",
            label="Strokes",
            help="Some strokes, white on the object, black beside it, grey elsewhere: they cut it out, or "
            "mend its mask.",
            required=False,
        ),
    ),
    main=("tau", "strength", "at", "scale", "rotate"),
)
