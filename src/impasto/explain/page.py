"""The page: all chapters in one HTML file that works offline, and every figure as a file beside it."""

from __future__ import annotations

import base64
import html
import json
import os
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Unpack

from torch import Tensor

from impasto import registry, runtime
from impasto.explain.animate import webp_animation, write_gif
from impasto.explain.chapter import TITLES, Chapter, ChapterFigure
from impasto.explain.context import ExplainContext
from impasto.explain.figure_style import on_white, render, webp
from impasto.explain.html_fragment import POLICY
from impasto.explain.on_picture import OnPicture, ignore_picture
from impasto.explain.optional_imports import load
from impasto.explain.top_patches import check_settings
from impasto.features.extractor import fingerprint
from impasto.images import io
from impasto.images.atomic_write import check_path, make_folder
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

INDEX = "index.html"

COSTS = {"feature-maps": 1.5, "gram-matrix": 2.0, "receptive-field": 0.7, "reconstruct": 17.0, "sweep": 20.0,
         "timeline": 8.0, "compare": 6.5, "preferences": 19.0, "sentence": 1.5, "sound": 14.0}  # fmt: skip
"""Chapter -> seconds on one core at the defaults; for the estimate of the time left."""

START_COST = 6.0
"""The same for reading the pictures and painting the page's own result."""

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
    ("Ulyanov, Lebedev 2016. Audio texture synthesis and style transfer",
     "https://dmitryulyanov.github.io/audio-texture-synthesis-and-style-transfer/"),
    ("McDermott, Simoncelli 2011. Sound texture perception via statistics of the auditory periphery",
     "https://doi.org/10.1016/j.neuron.2011.06.032"),
    ("Olah, Mordvintsev, Schubert 2017. Feature visualization", "https://doi.org/10.23915/distill.00007"),
)  # fmt: skip
"""Title and address of each paper."""


@dataclass(frozen=True)
class PageStep:
    """What ``page_steps`` yields after each chapter.

    Attributes:
        name: of the chapter, as in ``figures``.
        number: of the chapter, from 1.
        count: of all chapters.
        files: that were written for it.
        seconds: since the beginning.
        seconds_left: estimate.
        hero: photo, painting and result, as they stand at the top of the page; HTML.
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
        ImpastoError: as ``ExplainContext.read``; an OutputError if the folder cannot be written to, or
            matplotlib or latex2mathml is not installed.
    """
    for _ in page_steps(content, style, folder, **options):
        pass
    return Path(folder) / INDEX


def page_steps(
    content: PictureSource,
    style: PictureSource,
    folder: str | os.PathLike[str],
    *,
    on_picture: OnPicture = ignore_picture,
    **options: Unpack[ExplainOptions],
) -> Generator[PageStep, None, Path]:
    """Write the page chapter by chapter; after each, the page is complete, with the chapters so far.

    Args:
        content: as for ``page``.
        style: as for ``page``.
        folder: as for ``page``.
        on_picture: called with each picture that is read or painted; an exception it raises ends the page,
            which keeps the chapters so far.
        **options: as for ``page``.
    Yields:
        A step for each chapter.
    Returns:
        The path of ``index.html``, as the value of the generator.
    Raises:
        ImpastoError: as ``page``.
    """
    start = time.monotonic()
    for module in ("matplotlib.figure", "latex2mathml.converter"):  # before anything is read
        load(module)
    context = ExplainContext.read(content, style, on_picture=on_picture, **options)
    names = [name for name in registry.FIGURES if name in context.settings.figures]
    if "preferences" in names:
        check_settings(context.view)
    target = check_path(make_folder(folder) / INDEX, (".html",))
    hero = _hero(context, target.parent)
    sections: dict[str, str] = {}
    figures = 0
    for number, name in enumerate(names, 1):
        chapter: Chapter = registry.find(registry.FIGURES, name, kind="figure")(context)
        sections[name], files = _section(chapter, name, number, target.parent, figures + 1)
        figures += len(chapter.figures)
        seconds = time.monotonic() - start
        done, left = (sum(COSTS[name] for name in part) for part in (names[:number], names[number:]))
        extent = f"in {seconds:.0f} s" if not left else f"{number} of {len(names)} chapters so far"
        io.write_text(target, _document(context, hero, sections, extent))
        seconds_left = seconds * left / (START_COST + done)
        yield PageStep(name, number, len(names), tuple(files), seconds, seconds_left, hero, sections[name])
    return target


def _section(chapter: Chapter, name: str, number: int, folder: Path, first: int) -> tuple[str, list[Path]]:
    """A chapter as HTML, and the files of its figures, which are numbered from ``first``."""
    blocks: list[str] = []
    files, half = [], False
    for index, figure in enumerate(chapter.figures, first):
        block, path = _figure(figure, index, folder)
        files.append(path)
        if half and figure.half:
            blocks[-1], half = f'<div class="pair">{blocks[-1]}{block}</div>', False
        else:
            blocks.append(block)
            half = figure.half
    heading = f'<h2 id="{name}-title"><span class="count">Chapter {number}</span>{TITLES[name]}</h2>'
    body = "\n".join([heading, chapter.text, *blocks, chapter.after])
    return f'<section id="{name}" aria-labelledby="{name}-title">\n{body}\n</section>', files


def _figure(figure: ChapterFigure, number: int, folder: Path) -> tuple[str, Path]:
    """A figure as HTML with its pictures embedded, and its file, which is written."""
    if isinstance(figure.picture, Sequence):
        kind, media, last = ' class="moving"', "(prefers-reduced-motion: reduce)", figure.picture[-1]
        path = write_gif(folder / f"{figure.name}.gif", figure.picture, milliseconds=figure.milliseconds)
        shown = webp_animation(figure.picture, milliseconds=figure.milliseconds)
        other, (width, height) = webp(last.convert("RGB")), last.size
    else:
        kind, media, light = "", "(prefers-color-scheme: dark)", render(figure.picture)
        path = folder / f"{figure.name}.png"
        io.write(path, on_white(light))
        shown, other = webp(light), webp(render(figure.picture, dark=True))
        width, height = light.size
    return (
        f'<figure{kind} id="figure-{figure.name}"><div class="card"><picture>'
        f'<source media="{media}" srcset="{_uri(other)}"><img src="{_uri(shown)}" '
        f'alt="{html.escape(figure.alt)}" width="{width}" height="{height}"></picture></div>'
        f"<figcaption><b>Figure {number}</b>{figure.caption}</figcaption></figure>"
    ), path


def _uri(data: bytes) -> str:
    """A WebP file as a data URI."""
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def _hero(context: ExplainContext, folder: Path) -> str:
    """Photo, painting and result, for the top of the page; the result is also written as a file."""
    result = context.page_run(record="timeline" in context.settings.figures).pixels  # painted once for both
    io.write(folder / "result.png", result)
    return "\n".join(
        _hero_picture(pixels, text, alt)
        for pixels, text, alt in (
            (context.content.pixels, "the photo", f"The photo, {context.content.name}."),
            (context.style.pixels, "the painting", f"The painting, {context.style.name}."),
            (result, "the result", "The photo, repainted in the style of the painting."),
        )
    )


def _hero_picture(pixels: Tensor, text: str, alt: str) -> str:
    picture = io.to_pil(pixels)
    return (
        f'<figure><img src="{_uri(webp(picture))}" alt="{html.escape(alt)}" '
        f'width="{picture.width}" height="{picture.height}"><figcaption>{text}</figcaption></figure>'
    )


def _document(context: ExplainContext, hero: str, sections: dict[str, str], extent: str) -> str:
    """The whole page, from {name: HTML} of its chapters; its foot says ``extent``."""
    folder, network = Path(__file__).parent, context.view.network
    record = {
        "settings": context.settings.to_dict(),
        "content": context.content.name,
        "style": context.style.name,
        "network": {"name": network.name, "fingerprint": fingerprint(network)},
        "versions": runtime.versions(),
    }
    return Template((folder / "page.html").read_text(encoding="utf-8")).substitute(
        title=f"{html.escape(context.content.name)} after {html.escape(context.style.name)}, explained",
        policy=POLICY,
        css=(folder / "page.css").read_text(encoding="utf-8"),
        contents="\n".join(f'<li><a href="#{name}">{TITLES[name]}</a></li>' for name in sections),
        hero=hero,
        chapters="\n".join(sections.values()),
        papers="\n".join(f'<li><a href="{url}">{html.escape(title)}</a></li>' for title, url in PAPERS),
        extent=extent,
        network=html.escape(network.name),
        record=html.escape(json.dumps(record, indent=1)),
    )
