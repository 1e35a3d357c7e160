"""The sample pictures as files: each is drawn once, in a background process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from PIL import Image, ImageOps

from impasto import samples
from impasto.images import io
from impasto.images.atomic_write import atomic_write
from impasto.samples.sounds import SOUNDS, wav_bytes

THUMBNAILS = Path(__file__).with_name("thumbnails")
"""Small pictures of the sample styles: drawn at this size they look different, at full size it takes long."""

THUMBNAIL_PX = (240, 180)
"""Width and height of the pictures on the buttons."""

BLANK_PX = 512
"""Side of the white sheet."""

NICE = 15
"""Priority of the drawing process; visitors' runs have 0, which goes first."""

NAMES = (*samples.PHOTOS, *samples.STYLES, *samples.MAPS)
"""All sample pictures, in the order in which they are drawn."""


class SampleFiles:
    """Sample pictures, each written when it is first asked for.

    Args:
        folder: where they lie; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._locks = {name: threading.Lock() for name in (*NAMES, *SOUNDS)}

    def picture(self, name: str) -> Path:
        """The file of a sample; drawn now, in one to three seconds, if it is missing."""
        path = self.folder / f"{name}.png"
        with self._locks[name]:
            if not path.exists():
                io.write(path, draw(name))
        return path

    def sound(self, name: str) -> Path:
        """The file of a sample sound; made now if it is missing."""
        path = self.folder / f"{name}.wav"
        with self._locks[name]:
            if not path.exists():
                with atomic_write(path) as temporary:
                    temporary.write_bytes(wav_bytes(name))
        return path

    def thumbnail(self, name: str) -> Path:
        """The file of a sample's button."""
        path = self.folder / f"{name}-small.jpg"
        if not path.exists() and name in samples.STYLES:
            # Copied, because gradio copies files of other folders to its uploads.
            shutil.copyfile(THUMBNAILS / f"{name}.jpg", path)
        if not path.exists():
            io.write(path, ImageOps.fit(samples.photo(name), THUMBNAIL_PX, Image.Resampling.LANCZOS))
        return path

    def blank(self) -> Path:
        """The file of a white sheet to draw on."""
        path = self.folder / "blank.png"
        if not path.exists():
            io.write(path, Image.new("RGB", (BLANK_PX, BLANK_PX), "white"))
        return path

    def draw_in_background(self) -> subprocess.Popen[bytes]:
        """Draw all samples in a process of low priority; the caller ends it."""
        code = "import sys; from impasto.studio.sample_files import draw_all; draw_all(sys.argv[1])"
        return subprocess.Popen([sys.executable, "-c", code, str(self.folder)])


def draw(name: str) -> Image.Image:
    """A sample picture."""
    if name in samples.STYLES:
        return samples.style(name)
    return samples.label_map(name) if name in samples.MAPS else samples.photo(name)


def draw_all(folder: str) -> None:
    """Draw every sample picture into a folder."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    files = SampleFiles(Path(folder))
    for name in NAMES:
        files.picture(name)
