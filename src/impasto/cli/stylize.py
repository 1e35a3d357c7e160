"""``impasto stylize``: repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import json as json_format
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, clock, fetch_missing, notes, progress
from impasto.cli.options import with_settings
from impasto.cli.paint import check_names, paint
from impasto.errors import PictureError, SettingError
from impasto.settings import PRESETS, StylizeSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.cli.film import Film
    from impasto.cli.preview import Preview

log = logging.getLogger(__name__)


@with_settings(StylizeSettings)
def stylize(
    content: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    styles: Annotated[
        list[Path] | None,
        typer.Argument(help="One or more paintings.", metavar="STYLE...", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="Result: .png, .jpg, .webp or .tiff. (default: PHOTO-STYLE.png)",
        ),
    ] = None,
    from_record: Annotated[
        Path | None, typer.Option("--from", metavar="OUT.json", help="Make a picture again from its record.")
    ] = None,
    animate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the run as an animation: .gif, .webp or .mp4.")
    ] = None,
    bits: Annotated[
        int, typer.Option(metavar="8|16", help="Bits a channel; 16 for .png and .tiff, for print.")
    ] = 8,
    dpi: Annotated[
        int | None, typer.Option(metavar="N", help="Pixels an inch, for programs that print.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the run here. (default: OUT.checkpoint, for runs over two minutes)"
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint, if there is one.")
    ] = False,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refresh this picture while painting.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Repaint a photo in the style of one or more paintings.

    Ctrl-C keeps the picture painted so far; if there is a checkpoint, --resume goes on from there.
    """
    from rich.markup import escape

    with notes(quiet=quiet or json) as console:
        sources, settings = plan(content, styles or [], from_record, options)
        target = out or default_target(sources, from_record)
        from impasto.result import record_path

        written = {"picture": target, "record": record_path(target), "animation": animate,
                   "preview": preview, "checkpoint": checkpoint}  # fmt: skip
        check_target(target, checkpoint, bits=bits, dpi=dpi)
        check_names(written, sources)
        film, shown = open_film(animate), open_preview(preview)
        fetch_weights(sources, settings, console, quiet=quiet or json)
        from impasto.recipes.job import Job
        from impasto.recipes.run import Run

        job = Job.prepare(sources[0], sources[1:], settings)
        for picture in (job.content, *job.styles):
            for note in picture.notes:
                console.print(f"[yellow]note[/] {escape(f'{picture.name}: {note}')}")
        with progress(console, quiet=quiet or json) as show:
            run = Run(
                job,
                checkpoint=checkpoint or target.with_suffix(".checkpoint"),
                resume=resume,
                automatic=checkpoint is None,
            )
            result, interrupted = paint(run, show, film, shown)
        result.save(target, bits=bits, dpi=dpi)
        if film is not None:
            film.finish(result.image)
        if shown is not None:
            shown.finish(result.image)
        if json:
            print(json_format.dumps({**result.record, "picture": str(target)}))
        elif not quiet:
            what = "stopped; the picture so far is" if interrupted else "painted"
            took = clock(result.record["seconds"])
            console.print(f"[green]{what}[/] {escape(str(target))} ({took}), record beside it")
            if film is not None:
                console.print(f"[green]animation[/] {escape(str(film.path))}")
            if interrupted and run.kept:
                again = "the same command with --resume goes on from it"
                console.print(f"[green]checkpoint[/] {escape(str(run.path))}; {again}")
        if interrupted:
            raise typer.Exit(INTERRUPTED)


def plan(
    content: Path | None, styles: list[Path], record_file: Path | None, options: dict[str, Any]
) -> tuple[list[Path], StylizeSettings]:
    """The pictures, content first, and the settings; out of a record if there is one.

    Raises:
        SettingError: pictures are missing, or stand beside a record that names its own.
        PictureError: a picture of the record has no file.
    """
    if record_file is None:
        if content is None or not styles:
            raise SettingError(
                "a photo and at least one style are needed",
                got="no photo" if content is None else "no style",
                expected="impasto stylize PHOTO STYLE",
                attempt="impasto samples samples/  (writes some to play with)",
            )
        return [content, *styles], StylizeSettings.of(options)
    if content is not None:
        raise SettingError(
            "--from brings its own pictures", got=f"{content} as well", attempt="one or the other"
        )
    from impasto.result import read_record

    record = read_record(record_file)
    inputs = [record["content"], *record["styles"]]
    for entry in inputs:
        if not entry["path"]:
            raise PictureError(
                "the record's pictures were given in memory, not as files",
                got=entry["name"],
                attempt="impasto.stylize with the same arrays and settings",
            )
    warn_of_changes(record)
    base = {**record["settings"], **PRESETS.get(options.get("preset", ""), {})}
    return [Path(entry["path"]) for entry in inputs], StylizeSettings.from_mapping({**base, **options})


def warn_of_changes(record: Mapping[str, Any]) -> None:
    """Log what is no longer as it was when the record was written: then the picture will not be the same."""
    from impasto.runtime import versions
    from impasto.weights import file_sha256

    for entry in (record["content"], *record["styles"]):
        path = Path(entry["path"])
        if path.is_file() and entry["sha256"] != file_sha256(path):
            log.warning("%s has changed since the record was written", path)
    changed = [name for name, version in versions().items() if record["versions"].get(name) != version]
    if changed:
        log.warning("made with another version of %s: pixels may differ", ", ".join(changed))
    if record.get("interrupted"):
        log.warning("the record is of a run that was stopped; this one goes on to its end")


def default_target(sources: list[Path], record_file: Path | None) -> Path:
    """Where the picture goes if nobody says: PHOTO-STYLE.png here, or beside the record."""
    if record_file is not None:
        return record_file.with_name(f"{record_file.stem}-again.png")
    return Path("-".join(source.stem for source in sources) + ".png")


def open_film(path: Path | None) -> Film | None:
    """The animation to be written, its name already checked."""
    if path is None:
        return None
    from impasto.cli.film import Film

    return Film(path)


def open_preview(path: Path | None) -> Preview | None:
    """The preview to be refreshed, its name already checked."""
    if path is None:
        return None
    from impasto.cli.preview import Preview

    return Preview(path)


def check_target(target: Path, checkpoint: Path | None, *, bits: int, dpi: int | None) -> None:
    """Look, before any work is done, whether the picture, its record and a checkpoint can be written.

    Raises:
        OutputError: the folder is missing or closed, or the format is unknown or cannot hold that.
        SettingError: there are no such bits or dpi.
    """
    from impasto.images import io
    from impasto.images.output import check_path
    from impasto.result import record_path

    io.check_output(target, bits=bits, dpi=dpi)
    check_path(record_path(target), ())
    if checkpoint is not None:
        check_path(checkpoint, ())


def fetch_weights(sources: list[Path], settings: StylizeSettings, console: Console, *, quiet: bool) -> None:
    """Download the weights that the settings need and that are not here, with a progress bar.

    The pictures are read first: nobody wants to wait for half a gigabyte to learn of a mistyped name.
    """

    def check() -> None:
        from impasto.images import io
        from impasto.recipes.inputs import style_shares

        style_shares(settings.style_weights, len(sources) - 1)
        for source in sources:
            io.read(source, max_megapixels=settings.max_megapixels)

    fetch_missing(settings.network, settings.weights, console, quiet=quiet, check=check)
