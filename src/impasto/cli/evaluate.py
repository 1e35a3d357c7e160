"""``impasto evaluate``: how far a painting is from its style and from its photo, and how clean it is."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.errors import SettingError
from impasto.images.picture_file import check_file
from impasto.settings import EvaluateSettings, StylizeSettings

MEASURES = {
    "gram": ("lower", "style: do the same channels fire together"),
    "sliced": ("lower", "style: how far must activations be moved"),
    "palette": ("lower", "style: colours and how much there is of each"),
    "content": ("lower", "photo: does what was there stand where it stood"),
    "grain": ("at most 1", "fine detail of colour, over the style's"),
    "light": ("near 1", "fine detail of lightness, over the style's"),
    "order": ("higher", "is light what is light in the photo (1: all)"),
}
"""Measure -> which values are better, and what it says."""


VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".gif", ".apng")
"""Endings of what is measured as a video."""


@with_settings(EvaluateSettings)
def evaluate(
    result: Annotated[Path | None, typer.Argument(help="The painting.", show_default=False)] = None,
    content: Annotated[
        Path | None,
        typer.Option(
            "--content", "--photo", metavar="FILE", help="The photo it is made from.", show_default=False
        ),
    ] = None,
    style: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The style it is made with.", show_default=False)
    ] = None,
    slice_file: Annotated[
        Path | None,
        typer.Option(
            "--slice",
            metavar="FILE",
            help="Of a video: write its middle column over time, where flicker shows as stripes.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Measure how far a painting is from its style and from its photo, and how clean it is."""
    if result is not None and content is not None and (is_video(result) or is_video(content)):
        evaluate_video(result, content, slice_file, EvaluateSettings.from_mapping(options), json=json)
        return
    if result is None or content is None or style is None:
        missing = [
            name
            for name, file in (("OUT", result), ("--content", content), ("--style", style))
            if file is None
        ]
        raise SettingError(
            "a painting, its photo and its style are needed",
            got=f"no {', no '.join(missing)}",
            expected="impasto evaluate OUT --content PHOTO --style PAINTING",
        )
    settings = EvaluateSettings.from_mapping(options)
    for path in (result, content, style):
        check_file(path)
    with notes(quiet=json) as console:
        from impasto.images import io
        from impasto.metrics.evaluate import evaluate as measure

        def check() -> None:
            for source in (result, content, style):
                io.read(source, max_megapixels=settings.max_megapixels)

        fetch_missing(settings.network, settings.weights, console, quiet=json, check=check)
        marks = measure(result, content=content, style=style, **options).to_dict()
        if json:
            pictures = {"picture": str(result), "content": str(content), "style": str(style)}
            record = {**pictures, "settings": settings.to_dict(), "marks": marks}
            print(json_format.dumps(record, indent=1))
            return
        show(marks)
        if settings.network == StylizeSettings.defaults()["network"]:
            console.print(
                f"[yellow]note[/] {settings.network} is what impasto paints with, and flatters its own "
                "paintings; to compare methods use another --network"
            )


def is_video(path: Path) -> bool:
    """Whether a path is a video rather than a picture: by its ending, or a folder or pattern of frames."""
    return path.suffix.lower() in VIDEOS or path.is_dir() or "%" in path.name


def evaluate_video(
    result: Path, content: Path, slice_file: Path | None, settings: EvaluateSettings, *, json: bool
) -> None:
    """Print how much a video flickers, and write its slice."""
    from rich.console import Console
    from rich.table import Table

    from impasto.images import io
    from impasto.video.evaluate import evaluate_clip
    from impasto.video.time_slice import slice_of_clip

    if slice_file is not None:
        io.check_output(slice_file)
    scores = evaluate_clip(result, content=content, settings=settings)
    if slice_file is not None:
        io.write(slice_file, slice_of_clip(result, widen=2))
    if json:
        rows = [score.to_dict() for score in scores]
        record = {"video": str(result), "content": str(content), "settings": settings.to_dict()}
        print(json_format.dumps({**record, "flicker": rows}, indent=1))
        return
    table = Table("frames apart", "warping", "features", "original", box=None, header_style="bold")
    for score in scores:
        row = (score.warping, score.features, score.original)
        table.add_row(str(score.distance), *(f"{value:.4f}" for value in row))
    Console().print(table)


def show(marks: dict[str, float]) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "value", "better", "what it says", box=None, header_style="bold")
    for name, value in marks.items():
        table.add_row(name, f"{value:.4f}", *MEASURES[name])
    Console().print(table)
