"""``impasto stylize``: repaint a photo in the style of one or more paintings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.inputs import (
    FromRecord,
    check_alone,
    fetch_weights,
    files_of,
    styles_argument,
    with_recorded,
)  # fmt: skip
from impasto.cli.options import with_settings
from impasto.cli.outputs import Outputs, carry_out, check
from impasto.cli.record import Source, again, default_target, flat, source_of
from impasto.errors import SettingError
from impasto.settings import PRESETS, StylizeSettings

if TYPE_CHECKING:
    from impasto.synthesis.guides import Controls


@with_settings(StylizeSettings)
def stylize(
    content: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    styles: Annotated[list[Path] | None, styles_argument("One or more paintings")] = None,
    from_record: FromRecord = None,
    content_mask: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Regions of the photo: a colour each, or a grey mask."),
    ] = None,
    style_mask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|COLOR|all",
            help="The same regions of a style; once for each style. A colour: all of the style is for that "
            "region. all: no mask.",
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
        from impasto.synthesis.guides import Controls
        from impasto.synthesis.job import Job

        controls = Controls(
            content_mask=content_mask, style_mask=style_mask or None, keep=keep, fine_style=fine_style
        )
        sources, controls, settings = plan(content, styles or [], controls, from_record, options)
        masks = files_of(controls)
        photo, read = flat(sources)[0], [*flat(sources), *masks]
        target = outputs.out or default_target(sources, from_record)

        def fetch() -> None:
            fetch_weights(
                settings.network, settings.weights, console, photos=[photo, *masks], styles=sources[1:],
                style_weights=settings.style_weights, max_megapixels=settings.max_megapixels,
                quiet=outputs.silent,
            )  # fmt: skip

        if interpolate is not None:
            from impasto.cli.interpolate import carry_out_way
            from impasto.recipes.interpolate import Way

            way = Way.through(photo, sources[1:], settings, count=interpolate, controls=controls)
            carry_out_way(outputs, target, way, console=console, read=read, fetch=fetch)
            return
        check(outputs, target, read)

        def prepare() -> Job:
            fetch()
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
    check_alone(content)
    record = again(record_file, "stylize")
    base = {**record["settings"], **PRESETS.get(options.get("preset", ""), {})}
    settings = StylizeSettings.from_mapping({**base, **options})
    sources = [source_of(entry) for entry in (record["content"], *record["styles"])]
    return sources, with_recorded(controls, record.get("controls", {})), settings
