"""The page in docs/explained/: `impasto explain` on two samples, with its pictures as files.

python docs/pictures/chapter.py [FOLDER]

If a folder that `impasto explain` wrote to is given, its page is used instead of a new one.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageSequence

from impasto import explain, samples

CHAPTER = Path(__file__).parents[1] / "explained"

STILL_QUALITY, ANIMATION_QUALITY = 70, 55
"""Of WebP, 0 to 100: lower than on a page of one's own, to keep the repository small; chosen by eye."""

HERO = ("photo", "painting", "result")
"""File names of the pictures at the top of the page."""

EMBEDDED = re.compile(r'(src|srcset)="data:image/webp;base64,([^"]+)"')


def main() -> None:
    """Write index.html and its pictures, in place of the old ones."""
    blocks = re.split(r"(?=<figure)", new_page() if len(sys.argv) < 2 else read_page(Path(sys.argv[1])))
    CHAPTER.mkdir(exist_ok=True)
    for old in CHAPTER.glob("*.webp"):
        old.unlink()
    names = iter(HERO)
    text = blocks[0] + "".join(linked(block, names) for block in blocks[1:])
    text = text.replace("img-src data:", "img-src 'self' file: data:")
    text = re.sub(", on this computer, [^.]*", ", on two pictures", text)
    (CHAPTER / "index.html").write_text(text, encoding="utf-8")


def new_page() -> str:
    """A new page of the cat and the swirls, as HTML with embedded pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples.photo("chelsea").save(folder / "chelsea.png")
        samples.style("swirl").save(folder / "swirl.png")
        explain.page(folder / "chelsea.png", folder / "swirl.png", folder / "page")
        return read_page(folder / "page")


def read_page(folder: Path) -> str:
    """The page in a folder."""
    return (folder / "index.html").read_text(encoding="utf-8")


def linked(block: str, names: Iterator[str]) -> str:
    """A figure of the page with links to files, which are written; ``names`` name those without an id."""
    figure_id = re.search(r'id="figure-([\w-]+)"', block)
    name = figure_id[1] if figure_id else next(names)
    other = "still" if 'class="moving"' in block else "dark"

    def link(picture: re.Match[str]) -> str:
        file = f"{name}-{other}.webp" if picture[1] == "srcset" else f"{name}.webp"
        (CHAPTER / file).write_bytes(smaller(base64.b64decode(picture[2])))
        return f'{picture[1]}="{file}"'

    return EMBEDDED.sub(link, block)


def smaller(data: bytes) -> bytes:
    """A picture or an animation at the quality of the repository."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        frames = [frame.copy() for frame in ImageSequence.Iterator(picture)]
    times = [frame.info["duration"] for frame in frames] if len(frames) > 1 else []
    if times:
        first, *rest = frames
        options = {"save_all": True, "append_images": rest, "duration": times, "loop": 0, "method": 4}
        first.save(buffer, format="WEBP", quality=ANIMATION_QUALITY, **options)
    else:
        frames[0].save(buffer, format="WEBP", quality=STILL_QUALITY, alpha_quality=80, method=6)
    return min(buffer.getvalue(), data, key=len)


if __name__ == "__main__":
    main()
