"""``impasto texture``: more of a painting, at any size, where there is no photo."""

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
from impasto.settings import TextureSettings

if TYPE_CHECKING:
    from impasto.synthesis.guides import Controls
    from impasto.synthesis.job import Job


@with_settings(TextureSettings)
def texture(
    styles: Annotated[list[Path] | None, styles_argument("One or more exemplars")] = None,
    from_record: FromRecord = None,
    style_mask: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Grey mask: white for what to take from an exemplar; once for each.",
            show_default=False,
        ),
    ] = None,
    *,
    outputs: Outputs,
    options: dict[str, Any],
) -> None:
    """Paint the texture of one or more paintings, at any size; --tile makes it seamless.

    Ctrl-C keeps the picture painted so far; if there is a checkpoint, --resume goes on from there.
    """
    with notes(quiet=outputs.silent) as console:
        from impasto.recipes.texture import prepare as read
        from impasto.synthesis.guides import Controls

        controls = Controls(style_mask=style_mask or None)
        sources, controls, settings = plan(styles or [], controls, from_record, options)
        target = outputs.out or texture_target(sources, from_record)
        check(outputs, target, [*flat(sources), *files_of(controls)])

        def prepare() -> Job:
            fetch_weights(
                settings.network, settings.weights, console, photos=files_of(controls), styles=sources,
                style_weights=settings.style_weights, max_megapixels=settings.max_megapixels,
                quiet=outputs.silent,
            )  # fmt: skip
            return read(sources, settings, style_mask=controls.style_mask)

        carry_out(outputs, target, console=console, prepare=prepare)


def plan(
    styles: list[Path], controls: Controls, record_file: Path | None, options: dict[str, Any]
) -> tuple[list[Source], Controls, TextureSettings]:
    """The exemplars, their masks, and the settings; out of a record if there is one.

    Raises:
        SettingError: there is no exemplar, or one beside a record that names its own.
        PictureError: a picture of the record has no file.
    """
    if record_file is None:
        if not styles:
            raise SettingError(
                "at least one exemplar is needed",
                got="no style",
                expected="impasto texture STYLE",
                attempt="impasto samples samples/  (writes some to play with)",
            )
        return [*styles], controls, TextureSettings.from_mapping(options)
    check_alone(styles[0] if styles else None)
    record = again(record_file, "texture")
    settings = TextureSettings.from_mapping({**record["settings"], **options})
    sources = [source_of(entry) for entry in record["styles"]]
    return sources, with_recorded(controls, record.get("controls", {})), settings


def texture_target(sources: list[Source], record_file: Path | None) -> Path:
    """Where the picture goes if nobody says: STYLE-texture.png here, or beside the record."""
    if record_file is not None:
        return default_target([], record_file)
    return default_target([*sources, Path("texture")], None)
