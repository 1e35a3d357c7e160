"""Stand-in until the lead's ``Recipe`` rows are merged."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from impasto.recipes import doodle as doodle_recipe
from impasto.recipes import texture as texture_recipe
from impasto.recipes.interpolate import interpolate_steps
from impasto.recipes.recolor import recolor
from impasto.settings import (
    DoodleSettings,
    DreamSettings,
    RecolorSettings,
    Settings,
    StylizeSettings,
    TextureSettings,
)
from impasto.settings.base import setting
from impasto.synthesis.context import Context
from impasto.synthesis.dream_job import DreamJob
from impasto.synthesis.guides import Controls
from impasto.synthesis.job import Job
from impasto.synthesis.run import Run, painted

S = TypeVar("S", bound=Settings)

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """One picture, mask or text of a task."""

    name: str
    kind: str
    help: str
    required: bool = True
    label: str = ""


@dataclass(frozen=True)
class Recipe(Generic[S]):
    """One task."""

    name: str
    summary: str
    settings: type[S]
    inputs: tuple[Input, ...]
    main: tuple[str, ...]
    job: Callable[[Inputs, S, Context], Any] | None
    steps: Callable[[Inputs, S, Context], Generator[Any, None, Any]]
    starts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InterpolateSettings(StylizeSettings):
    """As ``StylizeSettings``, for several pictures."""

    count: int = setting(
        5, low=2, high=1000, help="Pictures, with those of the first and the last style alone."
    )


CONTENT = Input("content", "picture", "What is painted.", label="Photo")
STYLE = Input("style", "pictures", "Painted after their style.", label="Paintings")
MASKS = (
    Input(
        "content_mask",
        "mask",
        "Regions of the photo, by colour or white and black.",
        required=False,
        label="Photo mask",
    ),
    Input("style_mask", "masks", "The same regions of each painting.", required=False, label="Style masks"),
    Input("keep", "mask", "What is white stays as in the photo.", required=False, label="Keep"),
    Input("fine_style", "picture", "A painting that lends the strokes.", required=False, label="Strokes"),
)


def _controls(inputs: Inputs) -> Controls:
    names = ("content_mask", "style_mask", "keep", "fine_style")
    given: Any = {name: inputs.get(name) or None for name in names}
    return Controls(**given)


def _steps(
    job: Callable[[Inputs, Any, Context], Any],
) -> Callable[[Inputs, Any, Context], Generator[Any, None, Any]]:
    def steps(inputs: Inputs, settings: Any, context: Context) -> Generator[Any, None, Any]:
        return (yield from painted(Run(job(inputs, settings, context))))

    return steps


def _stylize(inputs: Inputs, settings: StylizeSettings, context: Context) -> Job:
    return Job.prepare(inputs["content"], inputs["style"], settings, controls=_controls(inputs))


def _texture(inputs: Inputs, settings: TextureSettings, context: Context) -> Job:
    return texture_recipe.prepare(inputs["style"], settings, style_mask=inputs.get("style_mask") or None)


def _doodle(inputs: Inputs, settings: DoodleSettings, context: Context) -> Job:
    return doodle_recipe.prepare(
        inputs["style"],
        style_map=inputs["style_map"],
        doodle=inputs["doodle"],
        content=inputs.get("content"),
        settings=settings,
    )


def _dream(inputs: Inputs, settings: DreamSettings, context: Context) -> DreamJob:
    return DreamJob.prepare(inputs["content"], settings, guide=inputs.get("guide"))


def _recolor(inputs: Inputs, settings: RecolorSettings, context: Context) -> Generator[Any, None, Any]:
    yield from ()
    return recolor(inputs["content"], palette=inputs.get("palette"), **settings.to_dict())


def _interpolate(
    inputs: Inputs, settings: InterpolateSettings, context: Context
) -> Generator[Any, None, Any]:
    options: Any = settings.to_dict()
    count = options.pop("count")
    masks: Any = {
        name: inputs.get(name) or None for name in ("content_mask", "style_mask", "keep", "fine_style")
    }
    return interpolate_steps(inputs["content"], inputs["style"], count=count, **masks, **options)


STYLIZE = Recipe(
    "stylize", "Repaint a photo in the style of one or more paintings.", StylizeSettings, (CONTENT, STYLE, *MASKS),
    ("preset", "size", "content_weight", "style_weight", "style_scale", "colors"), _stylize, _steps(_stylize),
    ("content", "noise", "style"),
)  # fmt: skip
TEXTURE = Recipe(
    "texture", "Paint the texture of a painting.", TextureSettings, (STYLE, MASKS[1]),
    ("size", "tile", "style_scale", "palette_weight", "steps"), _texture, _steps(_texture), texture_recipe.STARTS,
)  # fmt: skip
DOODLE = Recipe(
    "doodle", "Paint a doodle: every region after that region of a painting.", DoodleSettings,
    (
        Input("style", "picture", "The painting.", label="Painting"),
        Input("style_map", "mask", "Its regions, a colour each.", label="Map of the painting"),
        Input("doodle", "mask", "What to paint, in the same colours.", label="Doodle"),
        Input("content", "picture", "A photo that the doodle is a map of.", required=False, label="Photo"),
    ),
    ("method", "size", "semantic_weight", "variety", "style_weight", "steps"), _doodle, _steps(_doodle),
    doodle_recipe.STARTS,
)  # fmt: skip
DREAM = Recipe(
    "dream", "Let what a network sees in a photo grow.", DreamSettings,
    (CONTENT, Input("guide", "picture", "Grow the forms of this picture.", required=False, label="Guide")),
    ("layer", "size", "steps", "octaves", "vividness", "rate"), _dream, _steps(_dream),
)  # fmt: skip
RECOLOR = Recipe(
    "recolor", "Give a photo the colours of a painting, of a theme or of an emotion.", RecolorSettings,
    (
        CONTENT,
        Input("palette", "picture or text", "A theme's name, 2 to 5 colours with commas, or a painting.",
              required=False, label="Palette"),
    ),
    ("emotion", "strength", "variety", "colors", "keep_luminance"), None, _recolor,
)  # fmt: skip
INTERPOLATE = Recipe(
    "interpolate", "Paint a photo several times, on the way from one style to the next.", InterpolateSettings,
    (CONTENT, STYLE, *MASKS), ("count", "preset", "size", "content_weight", "style_weight", "colors"), None,
    _interpolate, ("content", "noise", "style"),
)  # fmt: skip
