"""The page: all chapters in one HTML file that needs nothing else, and every figure as a file beside it."""

from __future__ import annotations

import base64
import html
import io as streams
import json
import os
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Unpack

from PIL import Image
from torch import Tensor

from impasto import registry, runtime
from impasto.explain.animate import film, write_gif
from impasto.explain.chapter import Chapter, Plate
from impasto.explain.context import Scene
from impasto.explain.figure_style import EFFORT, QUALITY, load, on_paper, printed, webp
from impasto.explain.html_fragment import POLICY
from impasto.explain.on_picture import Watch, look_away
from impasto.explain.top_patches import check as check_preferences
from impasto.features.extractor import fingerprint
from impasto.images import io
from impasto.images.atomic_write import check_path, make_folder
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

INDEX = "index.html"

COSTS = {"feature-maps": 1.5, "gram-matrix": 2.0, "receptive-field": 0.7, "reconstruct": 17.0, "sweep": 20.0,
         "timeline": 8.0, "compare": 6.5, "preferences": 19.0}  # fmt: skip
"""What a chapter takes of the whole, for the time left; seconds of one core at the defaults."""

START_COST = 6.0
"""The same of reading the pictures and painting the page's own."""

PAPERS = (
    ("Gatys, Ecker, Bethge 2016. Image style transfer using convolutional neural networks",
     "https://openaccess.thecvf.com/content_cvpr_2016/papers/Gatys_Image_Style_Transfer_CVPR_2016_paper.pdf"),
    ("Gatys, Ecker, Bethge 2015. A neural algorithm of artistic style", "https://arxiv.org/abs/1508.06576"),
    ("Gatys, Ecker, Bethge 2015. Texture synthesis using convolutional neural networks",
     "https://arxiv.org/abs/1505.07376"),
    ("Simonyan, Zisserman 2015. Very deep convolutional networks (VGG)", "https://arxiv.org/abs/1409.1556"),
    ("Mahendran, Vedaldi 2015. Understanding deep image representations by inverting them",
     "https://arxiv.org/abs/1412.0035"),
    ("Zeiler, Fergus 2014. Visualizing and understanding convolutional networks", "https://arxiv.org/abs/1311.2901"),
    ("Luo, Li, Urtasun, Zemel 2016. Understanding the effective receptive field", "https://arxiv.org/abs/1701.04128"),
    ("Araujo, Norris, Sim 2019. Computing receptive fields of convolutional neural networks",
     "https://doi.org/10.23915/distill.00021"),
    ("Erhan, Bengio, Courville, Vincent 2009. Visualizing higher-layer features of a deep network",
     "https://www.researchgate.net/publication/265022827"),
    ("Olah, Mordvintsev, Schubert 2017. Feature visualization", "https://doi.org/10.23915/distill.00007"),
)  # fmt: skip
"""Title and address."""


@dataclass(frozen=True)
class Drawn:
    """What the page says after each chapter.

    Attributes:
        name: of the chapter, as in ``figures``.
        number: which it is, from 1.
        count: of chapters.
        files: that were written for it.
        seconds: since the beginning.
        seconds_left: estimate.
        hero: photo, painting and result, as they stand on top of the page; HTML.
        section: the chapter, as it stands on the page; HTML.
    """

    name: str
    number: int
    count: int
    files: tuple[Path, ...]
    seconds: float
    seconds_left: float
    hero: str = ""
    section: str = ""


def page(
    content: PictureSource,
    style: PictureSource,
    folder: str | os.PathLike[str],
    **options: Unpack[ExplainOptions],
) -> Path:
    """Explain neural style transfer on two pictures, as a page that works offline.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting.
        folder: for ``index.html`` and the figures as files; made if it is missing.
        **options: fields of ``ExplainSettings``.
    Returns:
        The path of ``index.html``.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if the folder cannot be written to, or matplotlib
            is not installed.
    """
    steps = page_steps(content, style, folder, **options)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            path: Path = end.value
            return path


def page_steps(
    content: PictureSource,
    style: PictureSource,
    folder: str | os.PathLike[str],
    *,
    watch: Watch = look_away,
    **options: Unpack[ExplainOptions],
) -> Generator[Drawn, None, Path]:
    """The same, chapter by chapter; after each the page is whole, with the chapters so far.

    Args:
        content: as for ``page``.
        style: as for ``page``.
        folder: as for ``page``.
        watch: sees each picture that is read or painted, as it is; what it raises ends the page, which keeps
            the chapters so far.
        **options: as for ``page``.
    Yields:
        What was drawn.
    Returns:
        The path of ``index.html``, as the value of the generator.
    Raises:
        ImpastoError: as ``page``.
    """
    start = time.monotonic()
    load("matplotlib.figure")  # before anything is read
    scene = Scene.read(content, style, watch=watch, **options)
    names = [name for name in registry.FIGURES if name in scene.settings.figures]
    if "preferences" in names:
        check_preferences(scene.lens)
    target = check_path(make_folder(folder) / INDEX, (".html",))
    hero = _hero(scene, target.parent)
    written: list[tuple[str, str, str]] = []
    plates = 0
    for number, name in enumerate(names, 1):
        chapter: Chapter = registry.find(registry.FIGURES, name, kind="figure")(scene)
        section, files = _section(chapter, name, number, target.parent, plates + 1)
        plates += len(chapter.plates)
        written.append((name, chapter.title, section))
        seconds = time.monotonic() - start
        done, left = (sum(COSTS[name] for name in part) for part in (names[:number], names[number:]))
        extent = (
            f"in {seconds:.0f} s" if number == len(names) else f"{number} of {len(names)} chapters so far"
        )
        io.write_text(target, _document(scene, hero, written, extent))
        seconds_left = seconds * left / (START_COST + done)
        yield Drawn(name, number, len(names), tuple(files), seconds, seconds_left, hero, section)
    return target


def _section(chapter: Chapter, name: str, number: int, folder: Path, first: int) -> tuple[str, list[Path]]:
    """A chapter as HTML, and the files of its figures."""
    blocks, files, pair = [], [], []
    for index, plate in enumerate(chapter.plates, first):
        block, path = _figure(plate, index, folder)
        files.append(path)
        if plate.half:
            pair.append(block)
        if pair and (len(pair) == 2 or not plate.half):
            blocks.append(f'<div class="pair">{"".join(pair)}</div>')
            pair = []
        if not plate.half:
            blocks.append(block)
    blocks += pair
    heading = f'<h2 id="{name}-title"><span class="count">Chapter {number}</span>{chapter.title}</h2>'
    body = "\n".join([heading, chapter.text, *blocks, chapter.after])
    return f'<section id="{name}" aria-labelledby="{name}-title">\n{body}\n</section>', files


def _figure(plate: Plate, number: int, folder: Path) -> tuple[str, Path]:
    """A plate as HTML with everything inside it, and its file."""
    alt = html.escape(plate.alt, quote=True)
    if isinstance(plate.picture, Sequence):
        path = write_gif(folder / f"{plate.name}.gif", plate.picture, milliseconds=plate.milliseconds)
        moving = _uri(film(plate.picture, milliseconds=plate.milliseconds))
        still, size = _uri(_webp_rgb(plate.picture[-1])), plate.picture[-1].size
        picture = _picture(moving, still, "(prefers-reduced-motion: reduce)", size, alt)
        kind = ' class="moving"'
    else:
        path, light = folder / f"{plate.name}.png", printed(plate.picture)
        io.write(path, on_paper(light))
        dark = _uri(webp(printed(plate.picture, dark=True)))
        picture = _picture(_uri(webp(light)), dark, "(prefers-color-scheme: dark)", light.size, alt)
        kind = ""
    caption = f"<figcaption><b>Figure {number}</b>{plate.caption}</figcaption>"
    return f'<figure{kind} id="figure-{plate.name}"><div class="card">{picture}</div>{caption}</figure>', path


def _picture(source: str, other: str, media: str, size: tuple[int, int], alt: str) -> str:
    """A picture, and another one where the reader's screen or wish asks for it."""
    width, height = size
    return (
        f'<picture><source media="{media}" srcset="{other}">'
        f'<img src="{source}" alt="{alt}" width="{width}" height="{height}"></picture>'
    )


def _uri(data: bytes) -> str:
    """A WebP file as an address."""
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def _webp_rgb(picture: Image.Image) -> bytes:
    buffer = streams.BytesIO()
    picture.convert("RGB").save(buffer, format="WEBP", quality=QUALITY, method=EFFORT)
    return buffer.getvalue()


def _hero(scene: Scene, folder: Path) -> str:
    """Photo, painting and result."""
    result = scene.main(filmed="timeline" in scene.settings.figures).pixels  # painted once for both
    io.write(folder / "result.png", result)
    return "\n".join(
        _hero_picture(pixels, text, alt)
        for pixels, text, alt in (
            (scene.content.pixels, "the photo", f"The photo, {scene.content.name}."),
            (scene.style.pixels, "the painting", f"The painting, {scene.style.name}."),
            (result, "the result", "The photo's motif in the painting's colours and strokes."),
        )
    )


def _hero_picture(pixels: Tensor, text: str, alt: str) -> str:
    picture = io.to_pil(pixels)
    return (
        f'<figure><img src="{_uri(_webp_rgb(picture))}" alt="{html.escape(alt, quote=True)}" '
        f'width="{picture.width}" height="{picture.height}"><figcaption>{text}</figcaption></figure>'
    )


def _document(scene: Scene, hero: str, chapters: Sequence[tuple[str, str, str]], extent: str) -> str:
    """The whole page, out of (name, title, HTML) of its chapters; ``extent`` is said at its foot."""
    here = Path(__file__)
    record = {
        "settings": scene.settings.to_dict(),
        "content": scene.content.name,
        "style": scene.style.name,
        "network": {"name": scene.lens.network.name, "fingerprint": fingerprint(scene.lens.network)},
        "versions": runtime.versions(),
    }
    return Template(here.with_name("page.html").read_text(encoding="utf-8")).substitute(
        title=f"{html.escape(scene.content.name)} after {html.escape(scene.style.name)}, explained",
        policy=POLICY,
        css=here.with_name("page.css").read_text(encoding="utf-8"),
        contents="\n".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in chapters),
        hero=hero,
        chapters="\n".join(section for _, _, section in chapters),
        papers="\n".join(_papers()),
        extent=extent,
        network=html.escape(scene.lens.network.name),
        record=html.escape(json.dumps(record, indent=1)),
    )


def _papers() -> Iterator[str]:
    for title, address in PAPERS:
        yield f'<li><a href="{address}">{html.escape(title)}</a></li>'
