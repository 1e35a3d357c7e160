"""``impasto harmonize PAINTING --object CUTOUT``: ``impasto harmonize CUTOUT PAINTING --at middle``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from impasto.cli.options import keyword
from impasto.cli.recipe_command import Extra
from impasto.errors import SettingError


def put_into(item: Path, inputs: dict[str, Any], options: dict[str, Any]) -> None:
    """The object is the first input, and the picture that was given is the painting.

    Raises:
        SettingError: a second picture is given as well.
    """
    if inputs.get("style"):
        raise SettingError(
            "--object goes with one picture",
            got=f"{inputs['content']} and {inputs['style']}",
            expected="PAINTING --object CUTOUT",
        )
    inputs["style"], inputs["content"] = inputs.get("content"), item
    options.setdefault("at", "middle")


OBJECT = Extra(
    keyword(
        "object",
        Path | None,
        typer.Option(
            "--object",
            metavar="FILE",
            help="What is put into the painting, the only other picture then: a cut-out with an alpha "
            "channel; or a photo, with --mask, --cut or --strokes.",
        ),
    ),
    rewrite=put_into,
)
