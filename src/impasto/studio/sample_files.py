"""The sample pictures as files: drawn once, behind the visitors' backs."""

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

THUMBNAILS = Path(__file__).with_name("thumbnails")
"""Small pictures of the sample styles: drawn small they look otherwise, drawn large they take seconds."""

THUMBNAIL_PX = (240, 180)
"""Width and height of the pictures on the buttons."""

BLANK_PX = 512
"""Side of the white sheet."""

NICE = 15
"""How far the drawing stands back for a visitor's painting."""

NAMES = (*samples.PHOTOS, *samples.STYLES, *samples.MAPS)
"""Of all sample pictures, in the order in which they are drawn."""


class SampleFiles:
    """Sample pictures, each a file from when it is first wanted.

    Args:
        folder: where they lie; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._locks = {name: threading.Lock() for name in NAMES}

    def picture(self, name: str) -> Path:
        """The file of a sample; drawn now, in one to three seconds, if it is not there."""
        path = self.folder / f"{name}.png"
        with self._locks[name]:
            if not path.exists():
                io.write(path, drawn(name))
        return path

    def thumbnail(self, name: str) -> Path:
        """A small one for a button."""
        path = self.folder / f"{name}-small.jpg"
        if not path.exists() and name in samples.STYLES:
            # Copied: what lies elsewhere gradio would put among the uploads.
            shutil.copyfile(THUMBNAILS / f"{name}.jpg", path)
        if not path.exists():
            io.write(path, ImageOps.fit(samples.photo(name), THUMBNAIL_PX, Image.Resampling.LANCZOS))
        return path

    def blank(self) -> Path:
        """A white sheet to draw on."""
        path = self.folder / "blank.png"
        if not path.exists():
            io.write(path, Image.new("RGB", (BLANK_PX, BLANK_PX), "white"))
        return path

    def fill(self) -> subprocess.Popen[bytes]:
        """Draw everything in a process of its own, which steps back for others; the caller ends it."""
        code = "import sys; from impasto.studio.sample_files import draw_all; draw_all(sys.argv[1])"
        return subprocess.Popen([sys.executable, "-c", code, str(self.folder)])


def drawn(name: str) -> Image.Image:
    """A sample picture, drawn now."""
    if name in samples.STYLES:
        return samples.style(name)
    return samples.label_map(name) if name in samples.MAPS else samples.photo(name)


def draw_all(folder: str) -> None:
    """Draw every sample picture into a folder."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    shelf = SampleFiles(Path(folder))
    for name in NAMES:
        shelf.picture(name)
