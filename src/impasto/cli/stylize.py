"""``impasto stylize``: repaint a photo in the style of one or more paintings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import Outputs, carry_out, check
from impasto.cli.record import again, default_target, flat, source_of
from impasto.errors import SettingError
from impasto.settings import PRESETS, StylizeSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.recipes.controls import Controls

Source = Path | list[Path]
"""A picture, a folder, or pictures whose statistics are pooled."""


@with_settings(StylizeSettings)
def stylize(
    content: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    styles: Annotated[
        list[Path] | None,
        typer.Argument(
            help="One or more paintings; a folder is one style of several.",
            metavar="STYLE...",
            show_default=False,
        ),
    ] = None,
    from_record: Annotated[
        Path | None, typer.Option("--from", metavar="OUT.json", help="Make a picture again from its record.")
    ] = None,
    content_mask: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Regions of the photo: a colour each, or a grey mask."),
    ] = None,
    style_mask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|COLOR",
            help="The same regions of a style; once for each style. A colour gives it all of the style.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Grey mask: where it is white, the photo stays as it is."),
    ] = None,
    fine_style: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A painting that lends the fine layers: the strokes.")
    ] = None,
    interpolate: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Paint N pictures on the way from the first style to the last: OUT-1 to OUT-N, and a strip.",
            show_default=False,
        ),
    ] = None,
    *,
    outputs: Outputs,
    options: dict[str, Any],
) -> None:
    """Repaint a photo in the style of one or more paintings.

    Ctrl-C keeps the picture painted so far; if there is a checkpoint, --resume goes on from there.
    """
    with notes(quiet=outputs.silent) as console:
        from impasto.recipes.controls import Controls
        from impasto.recipes.job import Job

        controls = Controls(
            content_mask=content_mask, style_mask=style_mask or None, keep=keep, fine_style=fine_style
        )
        sources, controls, settings = plan(content, styles or [], controls, from_record, options)
        photo, read = flat(sources)[0], [*flat(sources), *files_of(controls)]
        target = outputs.out or default_target(sources, from_record)
        if interpolate is not None:
            from impasto.cli.interpolate import carry_out_way
            from impasto.recipes.interpolate import Way

            way = Way.through(photo, sources[1:], settings, count=interpolate, controls=controls)
            carry_out_way(
                outputs, target, way, console=console, read=read,
                fetch=lambda: fetch_weights(sources, settings, console, quiet=outputs.silent),
            )  # fmt: skip
            return
        check(outputs, target, read)

        def prepare() -> Job:
            fetch_weights(sources, settings, console, quiet=outputs.silent)
            return Job.prepare(photo, sources[1:], settings, controls=controls)

        carry_out(outputs, target, console=console, prepare=prepare)


def plan(
    content: Path | None,
    styles: list[Path],
    controls: Controls,
    record_file: Path | None,
    options: dict[str, Any],
) -> tuple[list[Source], Controls, StylizeSettings]:
    """The pictures, content first, the masks, and the settings; out of a record if there is one.

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
        return [content, *styles], controls, StylizeSettings.of(options)
    if content is not None:
        raise SettingError(
            "--from brings its own pictures", got=f"{content} as well", attempt="one or the other"
        )
    record = again(record_file, "stylize")
    base = {**record["settings"], **PRESETS.get(options.get("preset", ""), {})}
    settings = StylizeSettings.from_mapping({**base, **options})
    sources = [source_of(entry) for entry in (record["content"], *record["styles"])]
    return sources, with_recorded(controls, record.get("controls", {})), settings


def with_recorded(controls: Controls, recorded: Mapping[str, Any]) -> Controls:
    """The masks of a record, except those that are given anew."""
    from dataclasses import fields, replace

    def path(entry: Any) -> Any:
        if isinstance(entry, list):
            return [path(one) for one in entry]
        return None if entry is None else entry["path"]

    missing = [f.name for f in fields(controls) if getattr(controls, f.name) is None]
    return replace(controls, **{name: path(recorded[name]) for name in missing if name in recorded})


def files_of(controls: Controls) -> list[Path]:
    """The files that masks and the fine style are read from."""
    masks = controls.style_mask if isinstance(controls.style_mask, list) else []
    return [
        Path(source)
        for source in (controls.content_mask, controls.keep, controls.fine_style, *masks)
        if isinstance(source, (str, Path))
    ]


def fetch_weights(sources: list[Source], settings: StylizeSettings, console: Console, *, quiet: bool) -> None:
    """Download the weights that the settings need and that are not here, with a progress bar.

    The pictures are read first: nobody wants to wait for half a gigabyte to learn of a mistyped name.
    """

    def check() -> None:
        from impasto.images import io
        from impasto.recipes.inputs import pictures_of, style_shares

        style_shares(settings.style_weights, len(sources) - 1)
        for source in (one for given in sources for one in pictures_of(given)):
            io.read(source, max_megapixels=settings.max_megapixels)

    fetch_missing(settings.network, settings.weights, console, quiet=quiet, check=check)
