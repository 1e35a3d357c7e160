"""``impasto apply``: a trained style on photos and folders."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes, stderr
from impasto.cli.options import with_settings
from impasto.errors import ImpastoError, OutputError, SettingError
from impasto.images.picture_file import SUFFIXES
from impasto.settings.apply import ApplySettings

if TYPE_CHECKING:
    from impasto.fast.apply import StylePainter


@with_settings(ApplySettings)
def apply(
    network: Annotated[
        Path | None,
        typer.Argument(metavar="STYLE", help="A trained style, or a painting.", show_default=False),
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PHOTO...", help="Photos, and folders of photos.", show_default=False),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the results; it is made if needed.")
    ] = Path("painted"),
    suffix: Annotated[str, typer.Option(metavar=".png|.jpg", help="Format of the results.")] = ".png",
    force: Annotated[bool, typer.Option("--force", help="Paint again what is there already.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Paint photos in one style, in one pass each; what is done already is skipped."""
    if network is None or not photos:
        raise SettingError(
            "a style and at least one photo are needed",
            got="no style" if network is None else "no photo",
            expected="impasto apply STYLE.safetensors PHOTO... -o DIR",
            attempt="impasto apply PAINTING.jpg PHOTO... -o DIR",
        )
    ApplySettings.from_mapping(options)
    targets = output_paths(expand_folders(photos), out, suffix)
    for target, photo in targets.items():
        if target.resolve() == photo.resolve():
            raise OutputError(
                "a result would replace its photo", got=str(photo), attempt="another folder for -o"
            )
    with notes(quiet=quiet) as console:
        from rich.markup import escape
        from rich.progress import track

        from impasto.fast.apply import StylePainter
        from impasto.images.atomic_write import make_folder

        painter = StylePainter(network, **options)
        make_folder(out)
        counts = Counter[str]()
        bar = track(targets.items(), "painting", console=console, transient=True, disable=quiet)
        interrupted = False
        try:
            for target, photo in bar:
                if not force and is_done(target, painter):
                    counts["there already"] += 1
                    continue
                try:
                    painter(photo).save(target)
                    counts["painted"] += 1
                except OutputError:
                    raise  # the next picture could not be written either
                except ImpastoError as error:
                    counts["failed"] += 1
                    stderr().print(f"[red]failed[/] {escape(str(photo))}: {escape(str(error))}")
        except KeyboardInterrupt:
            interrupted = True
        said = ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing painted"
        console.print(f"{escape(str(out))}: {said}{'; stopped' if interrupted else ''}")
        if interrupted:
            raise typer.Exit(INTERRUPTED)
        if counts["failed"]:
            raise typer.Exit(1)


def is_done(target: Path, painter: StylePainter) -> bool:
    """Whether a result is there that was made in the same style, with the same settings."""
    from impasto.result import read_record, record_path

    if not target.exists():
        return False
    try:
        record = read_record(record_path(target))
    except SettingError:
        return False
    settings = {name: record["settings"].get(name) for name in ("styles", "strength", "size")}
    wanted = {name: value for name, value in painter.settings.to_dict().items() if name in settings}
    same_style = record["styles"][0]["sha256"] == painter.source["sha256"]
    return same_style and settings == wanted and record.get("network") == painter.about_network


def expand_folders(photos: list[Path]) -> list[Path]:
    """The photos that are named, and those in folders that are named, by name.

    Raises:
        SettingError: a folder has none, or cannot be read.
    """
    paths: list[Path] = []
    for path in photos:
        if not path.is_dir():
            paths.append(path)
            continue
        try:
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] != ".")
        except OSError as error:
            raise SettingError("the folder cannot be read", got=f"{path}: {error.strerror}") from error
        if not inside:
            raise SettingError("the folder has no picture", got=str(path), expected=", ".join(SUFFIXES))
        paths += inside
    return paths


def output_paths(photos: list[Path], folder: Path, suffix: str) -> dict[Path, Path]:
    """{result: photo}; photos of the same name from several folders get numbers."""
    names: dict[Path, Path] = {}
    for photo in photos:
        target, number = folder / f"{photo.stem}{suffix}", 2
        while target in names:
            target, number = folder / f"{photo.stem}-{number}{suffix}", number + 1
        names[target] = photo
    return names
