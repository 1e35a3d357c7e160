"""``impasto stylize``: repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, clock, notes, progress
from impasto.cli.options import with_settings
from impasto.errors import PictureError, SettingError
from impasto.settings import StylizeSettings

if TYPE_CHECKING:
    from impasto.cli.film import Film
    from impasto.recipes.stylize import Job
    from impasto.result import Result


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
    json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Repaint a photo in the style of one or more paintings.

    Ctrl-C keeps the picture painted so far.
    """
    with notes(quiet=quiet or json) as console:
        sources, settings = plan(content, styles or [], from_record, options)
        target = out or default_target(sources, from_record)
        from impasto.images import io

        io.check_output(target)
        film = open_film(animate)
        from impasto.recipes.stylize import Job

        job = Job.prepare(sources[0], sources[1:], settings)
        for picture in (job.content, *job.styles):
            for note in picture.notes:
                console.print(f"[yellow]note[/] {picture.name}: {note}")
        with progress(console, quiet=quiet or json) as show:
            result, interrupted = paint(job, show, film)
        result.save(target)
        if film is not None:
            film.write()
        if json:
            print(json_format.dumps({**result.record, "picture": str(target)}))
        elif not quiet:
            what = "stopped; the picture so far is" if interrupted else "painted"
            console.print(f"[green]{what}[/] {target} ({clock(result.record['seconds'])}), record beside it")
            if film is not None:
                console.print(f"[green]animation[/] {film.path}")
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
    warn_of_changes(inputs)
    return [Path(entry["path"]) for entry in inputs], StylizeSettings.of({**record["settings"], **options})


def warn_of_changes(inputs: list[dict[str, Any]]) -> None:
    """Log which files are no longer what they were when the record was written."""
    import logging

    from impasto.weights import file_sha256

    for entry in inputs:
        path = Path(entry["path"])
        if path.is_file() and entry["sha256"] != file_sha256(path):
            logging.getLogger(__name__).warning("%s has changed since the record was written", path)


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


def paint(job: Job, show: Any, film: Film | None) -> tuple[Result, bool]:
    """Run a job to its end or to Ctrl-C.

    Returns:
        The result so far, and whether Ctrl-C ended it.
    Raises:
        KeyboardInterrupt: it came before the first step.
    """
    history: list[dict[str, Any]] = []
    last, interrupted = None, False
    try:
        for step in job.steps():
            last = step
            history.append({"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses})
            show(step)
            if film is not None:
                film.see(step)
    except KeyboardInterrupt:
        if last is None:
            raise
        interrupted = True
    return job.result(last, history, interrupted=interrupted), interrupted
