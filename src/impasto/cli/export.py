"""``impasto export``: a style as ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.errors import OutputError, SettingError
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
    target = out or Path(f"{network.stem}.onnx")
    if target.suffix != ".onnx":
        raise OutputError(
            "an exported style is an .onnx file",
            got=str(target),
            expected="a name that ends in .onnx",
            attempt=str(target.with_suffix(".onnx")),
        )
    ApplySettings.from_mapping(options)
    with notes(quiet=quiet) as console:
        from impasto.fast.apply import StylePainter
        from impasto.fast.export import export_onnx
        from impasto.images.atomic_write import check_path

        check_path(target, (".onnx",))
        painter = StylePainter(network, **options)
        difference = export_onnx(
            painter.network,
            painter.style,
            target,
            name=network.stem,
            strength=painter.settings.strength,
        )
        size = f"{target.stat().st_size / 1e6:.1f} MB"
        console.print(
            f"{target} ({size}); its pictures differ from the network's by at most {difference:.1g}"
        )
