"""``impasto export``: a style as ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.errors import SettingError
from impasto.images.atomic_write import check_path, make_parent
from impasto.images.file_names import beside
from impasto.settings.apply import ApplySettings


@with_settings(ApplySettings)
def export(
    network: Annotated[
        Path | None,
        typer.Argument(metavar="STYLE", help="A trained style, or a painting.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to write: an .onnx file.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Write a style as ONNX: photos of any size in, paintings out, without Python."""
    if network is None:
        raise SettingError(
            "there is no style to export",
            got="no file",
            expected="impasto export STYLE.safetensors -o STYLE.onnx",
            attempt="impasto export PAINTING.jpg -o STYLE.onnx",
        )
    target = out or beside(Path(network.name), ".onnx")
    check_path(target, (".onnx",))
    ApplySettings.from_mapping(options)
    with notes(quiet=quiet) as console:
        from rich.markup import escape

        from impasto.fast.apply import StylePainter
        from impasto.fast.export import export_onnx

        painter = StylePainter(network, **options)
        make_parent(target)
        difference = export_onnx(
            painter.network,
            painter.style,
            target,
            name=network.stem,
            strength=painter.settings.strength,
        )
        size = f"{target.stat().st_size / 1e6:.1f} MB"
        shown = escape(str(target))
        console.print(f"{shown} ({size}); its pictures differ from the network's by {difference:.1g} at most")
