"""``impasto apply``: a trained style on photos and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.errors import ImpastoError, OutputError, SettingError
from impasto.images.picture_file import SUFFIXES
from impasto.settings.apply import ApplySettings


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
    targets = names_of(listed(photos), out, suffix)
    with notes(quiet=quiet) as console:
        from rich.progress import track

        from impasto.fast.apply import StylePainter
        from impasto.images.atomic_write import make_folder

        painter = StylePainter(network, **options)
        make_folder(out)
        failed, skipped = 0, 0
        bar = track(targets.items(), "painting", console=console, transient=True, disable=quiet)
        for target, photo in bar:
            if target.exists() and not force:
                skipped += 1
                continue
            try:
                painter(photo).save(target)
            except OutputError:
                raise  # the next picture could not be written either
            except ImpastoError as error:
                failed += 1
                console.print(f"[red]failed[/] {photo}: {error}")
        done = len(targets) - failed - skipped
        parts = [f"{done} painted", *([f"{skipped} there already"] if skipped else []),
                 *([f"{failed} failed"] if failed else [])]  # fmt: skip
        console.print(f"{out}: {', '.join(parts)}")
        if failed:
            raise typer.Exit(1)


def listed(photos: list[Path]) -> list[Path]:
    """The photos that are named, and those in folders that are named, by name.

    Raises:
        SettingError: a folder has none.
    """
    found: list[Path] = []
    for path in photos:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(".")
        )
        if not inside:
            raise SettingError("the folder has no picture", got=str(path), expected=", ".join(SUFFIXES))
        found += inside
    return found


def names_of(photos: list[Path], folder: Path, suffix: str) -> dict[Path, Path]:
    """{result: photo}; photos of the same name from several folders get numbers."""
    names: dict[Path, Path] = {}
    for photo in photos:
        target, number = folder / f"{photo.stem}{suffix}", 2
        while target in names:
            target, number = folder / f"{photo.stem}-{number}{suffix}", number + 1
        names[target] = photo
    return names
