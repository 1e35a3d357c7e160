"""Pieces of the page that change while a picture is painted."""

from __future__ import annotations

import base64
import html
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL.Image import Image

from impasto.errors import ImpastoError
from impasto.optimize.loop import Step
from impasto.studio.preview_stream import PreviewEvent

QUALITY = 88
"""Of the JPEG of a live picture; the painting itself is a PNG."""

CORNERS = (
    '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" '
    'aria-hidden="true"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>'
)
"""The drawing on the button for the whole screen."""


def empty(words: str) -> str:
    """The place of the picture before there is one."""
    return f'<div class="canvas empty"><p>{html.escape(words)}</p></div>'


def canvas(moment: PreviewEvent) -> str:
    """The live picture and how far it is."""
    kind = "sketch" if moment.sketch else "painting"
    step = moment.step
    alt = f"The {kind} so far, {step.width} by {step.height} pixels"
    return f'<div class="canvas"><img src="{data_url(moment.picture)}" alt="{alt}"></div>' + progress(
        "Painting", moment.share, where(moment), left(moment)
    )


def progress(label: str, share: float, where: str, left: str) -> str:
    """A bar, and words below it: where the work is, and the time left."""
    percent = round(100 * share)
    return (
        f'<div class="bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}"><span style="width:{percent}%"></span></div>'
        f'<p class="numbers"><span>{html.escape(where)}</span><span>{html.escape(left)}</span></p>'
    )


def finished_picture(picture: Path, *, size: tuple[int, int], before: Path | None, tile: bool) -> str:
    """A painting, to look at: with its photo, a slider lays the photo over it; a tile can be four.

    Args:
        picture: the file, in the folder that gradio serves.
        size: width and height in px.
        before: the photo at the same size; None for none.
        tile: whether copies side by side are one.
    """
    width, height = size
    sheet, under = f'<img src="{address(picture)}" alt="The painting, {width} by {height} pixels">', ""
    if before is not None:
        sheet += f'<img class="photo" src="{address(before)}" alt="The photo"><span class="edge"></span>'
        under = (
            '<div class="under"><span>Painting</span><input class="wipe" type="range" min="0" max="100" '
            'value="0" aria-label="How much of the photo is laid over the painting"><span>Photo</span></div>'
        )
    tiles = ""
    if tile:
        tiles = (
            '<div class="tiles" role="img" aria-label="Four copies of the painting, side by side" '
            f"style=\"background-image:url('{address(picture)}')\"></div>"
        )
        under += '<p class="under"><label><input type="checkbox"> Four side by side</label></p>'
    return (
        f'<div class="shown"><div class="work" style="--wide:{width / height:.4f}">'
        f'<div class="sheet">{sheet}</div>{tiles}'
        f'<button class="grow" aria-label="Whole screen" title="Whole screen">{CORNERS}</button></div>'
        f"{under}</div>"
    )


def address(file: Path) -> str:
    """Where the page finds a file that gradio serves."""
    return f"gradio_api/file={quote(file.as_posix())}"


def where(moment: PreviewEvent) -> str:
    """Which step of which size."""
    step = moment.step
    if moment.sketch:
        return f"a quick sketch, {max(step.width, step.height)} px"
    return (
        f"{max(step.width, step.height)} px (size {step.scale} of {step.scales}), "
        f"step {step.step} of {step.steps}"
    )


def left(moment: PreviewEvent) -> str:
    """Time left, in words."""
    return "" if moment.sketch else f"{clock(moment.step.seconds_left)} left"


def clock(seconds: float) -> str:
    """Seconds as people say them: 8 s, 2:05 min."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02} min"


def finished(step: Step, *, interrupted: bool, notes: tuple[str, ...]) -> str:
    """What is said when a painting is there."""
    word = "Stopped; this is the picture so far." if interrupted else "Done."
    said = [note.replace("--", "") for note in notes]  # flags are inputs here
    return status(f"{word} {clock(step.seconds)} of painting.", *(f"{n[:1].upper()}{n[1:]}." for n in said))


def status(*lines: str) -> str:
    """A message that screen readers read out."""
    inside = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
    return f'<div class="status" role="status" aria-live="polite">{inside}</div>'


def alert(error: ImpastoError) -> str:
    """What is wrong, and what to try."""
    notes = (("Got", error.got), ("Expected", error.expected), ("Try", error.attempt))
    rows = "".join(f"<dt>{word}</dt><dd>{html.escape(text)}</dd>" for word, text in notes if text)
    return (
        f'<div class="status alert" role="alert"><p>{html.escape(sentence(error))}</p><dl>{rows}</dl></div>'
    )


def sentence(error: ImpastoError) -> str:
    """What is wrong, as a sentence of its own."""
    return f"{error.problem[:1].upper()}{error.problem[1:]}."


def data_url(picture: Image) -> str:
    """A picture inside the page, so that no file is left behind."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
