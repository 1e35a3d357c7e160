"""Small good files, from which the search for bad ones begins; all drawn by our own code."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin


def pictures() -> Iterator[bytes]:
    """Every kind of picture that is read, 9 x 7 px."""
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (7, 9, 4), np.uint8)
    rgb, rgba = Image.fromarray(colors[..., :3]), Image.fromarray(colors)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("impasto", '{"task": "stylize"}')
    yield saved(rgb, "PNG")
    yield saved(rgba, "PNG", pnginfo=text, icc_profile=profile)
    yield saved(rgb.convert("P"), "PNG", transparency=0)
    yield saved(rgb.convert("1"), "PNG")
    yield saved(Image.fromarray(colors[..., 0].astype(np.uint16) * 257), "PNG")
    yield saved(rgb, "JPEG", icc_profile=profile)
    yield saved(rgb.convert("L"), "JPEG", progressive=True)
    yield saved(rgb.convert("CMYK"), "JPEG")
    yield saved(rgba, "WEBP", lossless=True)
    yield saved(rgb, "GIF")
    yield saved(rgb, "GIF", save_all=True, append_images=[rgb.rotate(180)])
    yield saved(rgb, "BMP")
    yield saved(rgba, "TIFF", compression="tiff_deflate")
    yield saved(rgb.convert("L"), "TIFF")
    yield saved(Image.fromarray(colors[..., 0].astype(np.float32) / 255), "TIFF")


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a picture's file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def tensors() -> Iterator[bytes]:
    """Weights, as safetensors and as a pickle."""
    import torch
    from safetensors.torch import save

    state = {"a.weight": torch.arange(6.0).view(2, 3), "a.bias": torch.zeros(2)}
    yield save(state)
    yield save(state, metadata={"format": "pt"})
    stream = io.BytesIO()
    torch.save(state, stream)
    yield stream.getvalue()


def runs() -> Iterator[tuple[str, bytes]]:
    """(reader, file) of a tiny run: its record, its picture and its checkpoint."""
    import impasto

    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("photo.png", "painting.png"):
            Image.fromarray(rng.integers(0, 256, (32, 32, 3), np.uint8)).save(folder / file)
        small = {"size": 32, "steps": 2, "scales": 1, "network": "test-net"}
        layers = {"style_layers": "relu1_1,relu2_1", "content_layers": "relu2_1", "strokes_weight": 0.0}
        run = impasto.stylize_steps(
            folder / "photo.png",
            folder / "painting.png",
            checkpoint=folder / "run.checkpoint",
            **small,
            **layers,
        )
        next(run)
        run.close()
        yield "checkpoint", (folder / "run.checkpoint").read_bytes()
        result = impasto.stylize(folder / "photo.png", folder / "painting.png", **small, **layers)
        result.save(folder / "out.png")
        yield "record", (folder / "out.json").read_bytes()
        yield "picture", (folder / "out.png").read_bytes()


def words() -> Iterator[bytes]:
    """What may be typed."""
    yield from (b"relu1_1=4,relu2_1", b"gram=2,mrf=1", b"#ff0000,#00f", b"red, sea green", b"1e-3=0")


def seeds() -> Iterator[tuple[str, bytes]]:
    """(reader, file) of everything above."""
    for data in pictures():
        yield "picture", data
        yield "mask", data
    for data in tensors():
        for reader in ("weights", "style", "checkpoint"):
            yield reader, data
    yield from runs()
    for data in words():
        yield "words", data
