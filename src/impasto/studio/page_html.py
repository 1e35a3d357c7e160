"""HTML of the parts of the page that change during a run: picture, progress, messages."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL.Image import Image

from impasto.errors import ImpastoError
from impasto.optimize.timing import duration_text
from impasto.studio.preview_stream import PreviewEvent
from impasto.studio.session import Entry

QUALITY = 88
"""JPEG quality of a live picture; the result itself is a PNG."""

CORNERS = (
    '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" '
    'aria-hidden="true"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>'
)
"""Icon of the full-screen button."""


def empty(words: str) -> str:
    """The place of the picture before there is one."""
    return f'<div class="canvas empty"><p>{html.escape(words)}</p></div>'


def canvas(event: PreviewEvent) -> str:
    """The live picture and the progress below it."""
    kind, step = "sketch" if event.sketch else "painting", event.step
    where = f"a quick sketch, {max(step.width, step.height)} px"
    left = ""
    if not event.sketch:
        where = f"{max(step.width, step.height)} px (size {step.scale} of {step.scales}), "
        where += f"step {step.step} of {step.steps}"
        number, count = getattr(step, "number", 1), getattr(step, "count", 1)
        where = f"picture {number} of {count}, {where}" if count > 1 else where
        left = f"{duration_text(step.seconds_left)} left"
    alt = f"The {kind} so far, {step.width} by {step.height} pixels"
    return f'<div class="canvas"><img src="{data_url(event.picture)}" alt="{alt}"></div>' + progress(
        "Painting", event.progress, where, left
    )


def progress(label: str, fraction: float, where: str, left: str) -> str:
    """A progress bar, with the position and the time left below it.

    Args:
        label: of the bar, for screen readers.
        fraction: of the work that is done, 0 to 1.
        where: size and step, or chapter.
        left: time left; empty if unknown.
    """
    percent = round(100 * fraction)
    return (
        f'<div class="bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}"><span style="width:{percent}%"></span></div>'
        f'<p class="numbers"><span>{html.escape(where)}</span><span>{html.escape(left)}</span></p>'
    )


def finished_picture(entry: Entry, *, over: Entry | None = None) -> str:
    """A result: a slider lays its photo over it; one that tiles can be seen four side by side.

    Args:
        entry: the result.
        over: another result that is laid over it, in place of the photo.
    """
    width, height = entry.size
    url = address(entry.picture)
    sheet, below, tiles = f'<img src="{url}" alt="The painting, {width} by {height} pixels">', "", ""
    left, right, file, alt = "Painting", "Photo", entry.before, "The photo"
    slider = "How much of the photo is laid over the painting"
    if over is not None:
        left, right, file = entry.caption.partition(",")[0], over.caption.partition(",")[0], over.picture
        alt, slider = "The other painting", "How much of the other is laid over the painting"
    if file is not None:
        sheet += f'<img class="photo" src="{address(file)}" alt="{alt}"><span class="edge"></span>'
        below = (
            f'<div class="under"><span>{left}</span><input class="wipe" type="range" min="0" max="100" '
            f'value="0" aria-label="{slider}"><span>{right}</span></div>'
        )
    if entry.tile:
        tiles = (
            '<div class="tiles" role="img" aria-label="Four copies of the painting, side by side" '
            f"style=\"background-image:url('{url}')\"></div>"
        )
        below += '<p class="under"><label><input type="checkbox"> Four side by side</label></p>'
    return (
        f'<div class="shown"><div class="work" style="--wide:{width / height:.4f};--px:{width}">'
        f'<div class="sheet">{sheet}</div>{tiles}'
        '<button class="actual" aria-pressed="false" title="One pixel of the picture is one of the screen">'
        "100 %</button>"
        f'<button class="grow" aria-label="Whole screen" title="Whole screen">{CORNERS}</button></div>'
        f"{below}</div>"
    )


def picture_strip(entries: Sequence[Entry]) -> str:
    """Several results in a row, each a link that downloads its picture."""
    cells = "".join(
        f'<a href="{address(entry.picture)}" download="{entry.picture.name}" '
        f'title="Download picture {number}"><img src="{address(entry.picture)}" '
        f'alt="Painting {number} of {len(entries)}"></a>'
        for number, entry in enumerate(entries, 1)
    )
    columns = math.ceil(math.sqrt(len(entries)))
    return f'<div class="strip" style="--columns:{columns}">{cells}</div>'


def address(file: Path) -> str:
    """The URL of a file that gradio serves."""
    return f"gradio_api/file={quote(file.as_posix())}"


def finished(
    seconds: float, *, interrupted: bool, notes: Sequence[str], count: int = 1, noun: str = "picture"
) -> str:
    """The message when a run has ended.

    Args:
        seconds: it took.
        interrupted: whether the visitor stopped it.
        notes: on how the pictures were read.
        count: of results.
        noun: what was made.
    """
    so_far = f"this is the {noun}" if count == 1 else f"these are the {count} {noun}s"
    words = f"Stopped; {so_far} so far." if interrupted else "Done."
    # The page has inputs instead of flags.
    lines = [re.sub(r"--no-([a-z-]+)", r"\1 switched off", note).replace("--", "") for note in notes]
    spent = f"{duration_text(seconds)} of {'painting' if noun == 'picture' else 'work'}."
    return status(f"{words} {spent}", *(f"{n[:1].upper()}{n[1:]}." for n in lines))


def status(*lines: str) -> str:
    """A message that screen readers read out."""
    inside = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
    return f'<div class="status" role="status" aria-live="polite">{inside}</div>'


def waiting(place: int) -> str:
    """The message while a run waits.

    Args:
        place: how many are before it.
    """
    return status("Waiting in the queue.", f"{place} {'run' if place == 1 else 'runs'} before yours.")


def alert(error: ImpastoError) -> str:
    """An error: the problem, what was got and expected, what to try."""
    notes = (("Got", error.got), ("Expected", error.expected), ("Try", error.attempt))
    rows = "".join(f"<dt>{word}</dt><dd>{html.escape(text)}</dd>" for word, text in notes if text)
    return (
        f'<div class="status alert" role="alert"><p>{html.escape(sentence(error))}</p><dl>{rows}</dl></div>'
    )


def sentence(error: ImpastoError) -> str:
    """The problem of an error as a sentence."""
    return f"{error.problem[:1].upper()}{error.problem[1:]}."


def data_url(picture: Image) -> str:
    """A picture as a URL that holds its bytes, so that no file is left behind."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
