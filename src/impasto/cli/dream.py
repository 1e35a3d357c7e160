"""``impasto dream``: let what a network sees in a photo grow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import fetch_missing, notes
from impasto.cli.inputs import FromRecord, check_alone
from impasto.cli.options import with_settings
from impasto.cli.outputs import Outputs, carry_out, check
from impasto.cli.record import again, default_target
from impasto.errors import SettingError
from impasto.settings import DreamSettings

if TYPE_CHECKING:
    from impasto.synthesis.dream_job import DreamJob


@with_settings(DreamSettings)
def dream(
    photo: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    guide: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="Grow the forms of this picture.", show_default=False),
    ] = None,
    from_record: FromRecord = None,
    *,
    outputs: Outputs,
    options: dict[str, Any],
) -> None:
    """Let what a network sees in a photo grow, until everybody sees it (DeepDream)."""
    with notes(quiet=outputs.silent) as console:
        sources, settings = plan(photo, guide, from_record, options)
        target = outputs.out or default_target([*sources, Path("dream")], from_record)
        check(outputs, target, sources)

        def read() -> None:
            from impasto.images import io

            for source in sources:
                io.read(source, max_megapixels=settings.max_megapixels)

        def prepare() -> DreamJob:
            from impasto.synthesis.dream_job import DreamJob

            fetch_missing(settings.network, settings.weights, console, quiet=outputs.silent, check=read)
            return DreamJob.prepare(sources[0], settings, guide=sources[1] if len(sources) > 1 else None)

        carry_out(outputs, target, console=console, prepare=prepare)


def plan(
    photo: Path | None, guide: Path | None, record_file: Path | None, options: dict[str, Any]
) -> tuple[list[Path], DreamSettings]:
    """The photo, with the guide if there is one, and the settings; out of a record if there is one.

    Raises:
        SettingError: the photo is missing, or stands beside a record that names its own.
        PictureError: a picture of the record has no file.
    """
    if record_file is None:
        if photo is None:
            raise SettingError(
                "a photo is needed",
                got="none",
                expected="impasto dream PHOTO",
                attempt="impasto samples samples/  (writes some to play with)",
            )
        return [source for source in (photo, guide) if source is not None], DreamSettings.from_mapping(
            options
        )
    check_alone(photo)
    record = again(record_file, "dream")
    recorded = (record.get("controls") or {}).get("guide")
    shown = guide or (Path(recorded["path"]) if recorded else None)
    sources = [Path(record["content"]["path"]), *([] if shown is None else [shown])]
    return sources, DreamSettings.from_mapping({**record["settings"], **options})
