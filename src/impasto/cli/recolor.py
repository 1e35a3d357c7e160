"""``impasto recolor``: a photo in the colours of a theme."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.inputs import FromRecord, check_alone
from impasto.cli.options import with_settings
from impasto.cli.record import again
from impasto.cli.record import default_target as default_again
from impasto.cli.run_command import check_names
from impasto.errors import SettingError
from impasto.settings import RecolorSettings
from impasto.settings.themes import EMOTIONS, THEMES

if TYPE_CHECKING:
    from rich.text import Text


@with_settings(RecolorSettings)
def recolor(
    photo: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    palette: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME|COLORS",
            help="A painting, a theme's name, or 2 to 5 colours: '#112233,#aa8800' in quotes, or navy,gold.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="Result: .png, .jpg, .webp or .tiff. (default: PHOTO-THEME.png)",
        ),
    ] = None,
    bits: Annotated[
        int, typer.Option(metavar="8|16", help="Bits a channel; 16 for .png and .tiff, for print.")
    ] = 8,
    dpi: Annotated[
        int | None, typer.Option(metavar="N", help="Pixels an inch, for programs that print.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the themes and emotions with their colours.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    from_record: FromRecord = None,
    *,
    options: dict[str, Any],
) -> None:
    """Give a photo the colours of a painting, of a theme or of an emotion."""
    from rich.markup import escape

    if listed:
        show_list(json=json)
        return
    with notes(quiet=quiet or json):
        if from_record is not None:
            check_alone(photo)
            photo, palette, options = recorded(from_record, palette, options)
            out = out or default_again([], from_record)
    if photo is None:
        raise SettingError(
            "a photo is needed",
            got="none",
            expected="impasto recolor PHOTO --palette FILE|NAME|COLORS, or --emotion NAME",
            attempt="impasto recolor --list  (shows themes and emotions)",
        )
    settings = RecolorSettings.from_mapping(options)
    target = out or default_target(photo, palette, settings)
    with notes(quiet=quiet or json) as console:
        from impasto.images import io
        from impasto.images.atomic_write import check_path
        from impasto.recipes.recolor import is_path
        from impasto.recipes.recolor import recolor as give_colours
        from impasto.result import record_path

        record_file = record_path(target)
        io.check_output(target, bits=bits, dpi=dpi)
        check_path(record_file, ())
        read = [photo, Path(palette)] if palette and is_path(palette) else [photo]
        check_names({"picture": target, "record": record_file}, read)
        result = give_colours(photo, palette=palette, **options)
        for entry in (result.record["content"], result.record["palette"]):
            for note in entry["notes"] if entry else ():
                console.print(f"[yellow]note[/] {escape(entry['name'] + ': ' + note)}")
        result.save(target, bits=bits, dpi=dpi)
        if json:
            print(json_format.dumps({**result.record, "picture": str(target)}))
            return
        took = f"{result.record['seconds']:.1f} s"
        console.print(f"[green]recoloured[/] {escape(str(target))} ({took}), record beside it")
        console.print(swatches(result.record["theme"]["colors"]))


def recorded(
    record_file: Path, palette: str | None, options: dict[str, Any]
) -> tuple[Path, str | None, dict[str, Any]]:
    """Photo, palette and settings of a record; what is given anew stands instead."""
    record = again(record_file, "recolor")
    settings = {**record["settings"], **options}
    if palette is not None:
        settings["emotion"] = None
    elif settings["emotion"] is None:
        painted = record["palette"]
        palette = painted["path"] if painted else ",".join(record["theme"]["colors"])
    return Path(record["content"]["path"]), palette, {k: v for k, v in settings.items() if v is not None}


def default_target(photo: Path, palette: str | None, settings: RecolorSettings) -> Path:
    """Where the picture goes if nobody says: PHOTO-THEME.png here."""
    if settings.emotion is not None:
        name = settings.emotion
    else:
        plain = palette is not None and all(letter.isalnum() or letter in "-_ ./\\" for letter in palette)
        name = Path(palette).stem if palette is not None and plain else "colors"
    return Path(f"{photo.stem}-{name}.png")


def swatches(colors: list[str] | tuple[str, ...]) -> Text:
    """Colours as the terminal draws them, each with its name."""
    from rich.text import Text

    drawn = Text()
    for color in colors:
        drawn.append("   ", style=f"on {color}").append(f" {color} ")
    return drawn


def show_list(*, json: bool) -> None:
    """Print the themes and emotions."""
    if json:
        print(json_format.dumps({"themes": THEMES, "emotions": EMOTIONS}, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    themes = Table("--palette", "colours", box=None, header_style="bold")
    for name, colors in THEMES.items():
        themes.add_row(name, swatches(colors))
    emotions = Table("--emotion", "the one that fits the photo best of", box=None, header_style="bold")
    for name, combinations in EMOTIONS.items():
        for row, colors in enumerate(combinations):
            emotions.add_row("" if row else name, swatches(colors))
    console = Console()
    console.print(themes)
    console.print()
    console.print(emotions)
