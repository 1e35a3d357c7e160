"""Stand-in until the lead's ``Recipe`` and rows are merged."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from impasto.images import io
from impasto.images.grid import contact_sheet
from impasto.optimize.loop import Step
from impasto.recipes import doodle as doodle_recipe
from impasto.recipes import texture as texture_recipe
from impasto.recipes.interpolate import interpolate_steps
from impasto.recipes.recolor import recolor
from impasto.result import Result
from impasto.settings import (
    DoodleSettings,
    DreamSettings,
    InterpolateSettings,
    RecolorSettings,
    Settings,
    StylizeSettings,
    TextureSettings,
)
from impasto.settings.task import Input, Inputs, Task
from impasto.synthesis.context import Context
from impasto.synthesis.dream_job import DreamJob
from impasto.synthesis.guides import Controls
from impasto.synthesis.job import Job
from impasto.synthesis.run import Run, painted

S = TypeVar("S", bound=Settings)

Steps = Generator[Step, None, Result]


@dataclass(frozen=True, kw_only=True)
class Recipe(Task[S]):
    """A task and the functions that do it."""

    steps: Callable[[Inputs, S, Context], Steps]
    job: Callable[[Inputs, S, Context], Any] | None = None
    init_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeriesStep(Step):
    """A step of one of several pictures."""

    number: int = 1
    count: int = 1
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, eq=False)
class SeriesResult(Result):
    """A strip and its pictures."""

    parts: tuple[Result, ...] = field(default=(), repr=False)


def _job_steps(job: Callable[[Inputs, Any, Context], Any]) -> Callable[[Inputs, Any, Context], Steps]:
    def steps(inputs: Inputs, settings: Any, context: Context) -> Steps:
        return (yield from painted(Run(job(inputs, settings, context))))

    return steps


def _stylize(inputs: Inputs, settings: StylizeSettings, context: Context) -> Job:
    masks: Any = {name: inputs.get(name) for name in ("content_mask", "style_mask", "keep", "fine_style")}
    return Job.prepare(inputs["content"], inputs["style"], settings, controls=Controls(**masks))


def _texture(inputs: Inputs, settings: TextureSettings, context: Context) -> Job:
    return texture_recipe.prepare(inputs["style"], settings, style_mask=inputs.get("style_mask"))


def _doodle(inputs: Inputs, settings: DoodleSettings, context: Context) -> Job:
    rest: Any = {name: inputs.get(name) for name in ("style_map", "doodle", "content")}
    return doodle_recipe.prepare(inputs["style"], settings=settings, **rest)


def _dream(inputs: Inputs, settings: DreamSettings, context: Context) -> DreamJob:
    return DreamJob.prepare(inputs["content"], settings, guide=inputs.get("guide"))


def _recolor(inputs: Inputs, settings: RecolorSettings, context: Context) -> Steps:
    yield from ()
    options: Any = settings.to_dict()
    return recolor(inputs["content"], palette=inputs.get("palette"), **options)


def _interpolate(inputs: Inputs, settings: InterpolateSettings, context: Context) -> Steps:
    options: Any = settings.to_dict()
    count = options.pop("count")
    masks: Any = {name: inputs.get(name) for name in ("content_mask", "style_mask", "keep", "fine_style")}
    steps = interpolate_steps(inputs["content"], inputs["style"], count=count, **masks, **options)
    while True:
        try:
            way = next(steps)
        except StopIteration as end:
            results: list[Result] = end.value
            break
        values = {f.name: getattr(way.step, f.name) for f in fields(Step)}
        yield SeriesStep(**values, number=way.number, count=count, results=way.results)
    pixels = io.read(contact_sheet([[result.image for result in results]])).pixels
    record = {**results[0].record, "task": "interpolate", "settings": settings.to_dict()}
    record |= {
        "size": [pixels.shape[3], pixels.shape[2]],
        "seconds": sum(r.record["seconds"] for r in results),
    }
    return SeriesResult(pixels, {}, record, parts=tuple(results))


CONTENT = Input(name="content", kind="picture", label="Photo", help="The photo.")
STYLE = Input(name="style", kind="pictures", label="Painting", help="One painting or several.")
STYLE_MASK = Input(
    name="style_mask", kind="masks", required=False, label="Style masks", help="A mask for each painting."
)
CONTROLS = (
    Input(name="content_mask", kind="mask", required=False, label="Photo mask", help="Regions of the photo."),
    STYLE_MASK,
    Input(name="keep", kind="mask", required=False, label="Keep", help="White stays as in the photo."),
    Input(name="fine_style", kind="picture", required=False, label="Strokes", help="Lends the strokes."),
)
PHOTO_WORDS = ("content", "noise", "style")
LOOK = ("preset", "size", "content_weight", "style_weight", "style_scale", "colors")

STYLIZE = Recipe(
    name="stylize",
    summary="Repaint a photo in the style of one or more paintings.",
    settings=StylizeSettings,
    inputs=(CONTENT, STYLE, *CONTROLS),
    main=LOOK,
    job=_stylize,
    steps=_job_steps(_stylize),
    init_words=PHOTO_WORDS,
)
TEXTURE = Recipe(
    name="texture",
    summary="Paint the texture of a painting.",
    settings=TextureSettings,
    inputs=(STYLE, STYLE_MASK),
    main=("size", "tile", "style_scale", "palette_weight", "steps"),
    job=_texture,
    steps=_job_steps(_texture),
    init_words=texture_recipe.STARTS,
)
DOODLE = Recipe(
    name="doodle",
    summary="Paint a doodle: every region after that region of a painting.",
    settings=DoodleSettings,
    inputs=(
        Input(name="style", kind="picture", label="Painting", help="The painting."),
        Input(name="style_map", kind="mask", label="Map of the painting", help="Its regions, a colour each."),
        Input(name="doodle", kind="mask", label="Doodle", help="What to paint, in the same colours."),
        Input(name="content", kind="picture", required=False, label="Photo", help="The doodle is its map."),
    ),
    main=("method", "size", "semantic_weight", "variety", "style_weight", "steps"),
    job=_doodle,
    steps=_job_steps(_doodle),
    init_words=doodle_recipe.STARTS,
)
DREAM = Recipe(
    name="dream",
    summary="Let what a network sees in a photo grow, until everybody sees it.",
    settings=DreamSettings,
    inputs=(
        CONTENT,
        Input(name="guide", kind="picture", required=False, label="Guide", help="Grow the forms of this."),
    ),
    main=("layer", "size", "steps", "octaves", "vividness", "rate"),
    job=_dream,
    steps=_job_steps(_dream),
)
RECOLOR = Recipe(
    name="recolor",
    summary="Give a photo the colours of a painting, of a theme or of an emotion.",
    settings=RecolorSettings,
    inputs=(
        CONTENT,
        Input(
            name="palette",
            kind="text",
            required=False,
            label="Palette",
            help="A painting, a theme's name, or 2 to 5 colours: '#112233,#aa8800', or navy,gold.",
            metavar="FILE|NAME|COLORS",
        ),
    ),
    main=("emotion", "strength", "variety", "colors", "keep_luminance"),
    steps=_recolor,
    has_steps=False,
)
INTERPOLATE = Recipe(
    name="interpolate",
    summary="Paint a photo several times, from the first style to the last.",
    settings=InterpolateSettings,
    inputs=(CONTENT, STYLE, *CONTROLS),
    main=("count", *LOOK),
    steps=_interpolate,
    init_words=PHOTO_WORDS,
)
