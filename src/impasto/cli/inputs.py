"""What painting commands read: styles, masks, a record, and the weights that are not here yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import fetch_missing
from impasto.errors import SettingError

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.synthesis.guides import Controls

FromRecord = Annotated[
    Path | None, typer.Option("--from", metavar="OUT.json", help="Make a picture again from its record.")
]


def styles_argument(what: str) -> Any:
    """One or more paintings, by what the command does with them.

    Args:
        what: begins the help.
    """
    return typer.Argument(
        help=f"{what}; a folder is one style of several.", metavar="STYLE...", show_default=False
    )


def check_alone(given: Path | None) -> None:
    """A record names its own pictures.

    Raises:
        SettingError: there are others besides.
    """
    if given is not None:
        raise SettingError(
            "--from brings its own pictures", got=f"{given} as well", attempt="one or the other"
        )


def with_recorded(controls: Controls, recorded: Mapping[str, Any]) -> Controls:
    """The masks of a record, except those that are given anew."""

    def path(entry: Any) -> Any:
        if isinstance(entry, list):
            return [path(one) for one in entry]
        return None if entry is None else entry["path"]

    missing = [f.name for f in fields(controls) if getattr(controls, f.name) is None]
    return replace(controls, **{name: path(recorded[name]) for name in missing if name in recorded})


def files_of(controls: Controls) -> list[Path]:
    """The files that masks and the fine style are read from; a colour that stands for a mask is none."""
    from impasto.synthesis.guides import is_color

    masks = controls.style_mask if isinstance(controls.style_mask, list) else []
    return [
        Path(source)
        for source in (controls.content_mask, controls.keep, controls.fine_style, *masks)
        if isinstance(source, (str, Path)) and not is_color(source)
    ]


def fetch_weights(
    network: str,
    weights: str | None,
    console: Console,
    *,
    photos: Sequence[Path] = (),
    styles: Sequence[Path | list[Path]],
    style_weights: Sequence[float] | None,
    max_megapixels: float,
    quiet: bool,
) -> None:
    """Download the weights that the settings need and that are not here, with a progress bar.

    The pictures are read first: nobody wants to wait for half a gigabyte to learn of a mistyped name.

    Args:
        network: as in ``--network``.
        weights: as in ``--weights``.
        console: where the bar goes.
        photos: to be read besides the styles; masks too.
        styles: files, folders, or lists of files.
        style_weights: as in ``--style-weights``.
        max_megapixels: as in ``--max-megapixels``.
        quiet: show no bar.
    """

    def check() -> None:
        from impasto.images import io
        from impasto.synthesis.read import pictures_of, style_shares

        style_shares(style_weights, len(styles))
        for source in (one for given in (*photos, *styles) for one in pictures_of(given)):
            io.read(source, max_megapixels=max_megapixels)

    fetch_missing(network, weights, console, quiet=quiet, check=check)
