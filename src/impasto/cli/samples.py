"""``impasto samples``: photos and paintings to play with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from PIL.Image import Image


def samples(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("samples"),
) -> None:
    """Write the sample photos, a mask, the sample styles and label maps as PNG files, and sounds as WAV."""
    from impasto import samples as pictures
    from impasto.cli.console import stderr
    from impasto.images import io
    from impasto.images.atomic_write import atomic_write, make_folder
    from impasto.samples.sounds import SOUNDS, wav_bytes

    make_folder(folder)
    for kind, names, draw in (
        ("photo", pictures.PHOTOS, pictures.photo),
        ("style", pictures.STYLES, pictures.style),
        ("mask", pictures.MASKS, pictures.mask),
        ("map", pictures.MAPS, pictures.label_map),
    ):
        for name in names:
            path = folder / (f"{name}-mask.png" if kind == "mask" else f"{name}.png")
            picture = draw(name)
            if is_other(path, picture):
                stderr().print(f"[yellow]note[/] {kind} {path} is there and another picture; it stays")
                continue
            io.write(path, picture)
            stderr().print(f"{kind} {path}")
    for name in SOUNDS:
        path, content = folder / f"{name}.wav", wav_bytes(name)
        if path.exists() and path.read_bytes() != content:
            stderr().print(f"[yellow]note[/] sound {path} is there and another sound; it stays")
            continue
        with atomic_write(path) as temporary:
            temporary.write_bytes(content)
        stderr().print(f"sound {path}")


def is_other(path: Path, picture: Image) -> bool:
    """Whether a file is there that is not that picture."""
    from impasto.errors import PictureError
    from impasto.images import io

    if not path.exists():
        return False
    try:
        return not io.read(path).pixels.equal(io.to_tensor(picture))
    except PictureError:
        return True
