"""The tab of sets: several photos painted alike, with a contact sheet, in one zip."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from impasto.batch.names import Names
from impasto.errors import ImpastoError
from impasto.images import io
from impasto.images.atomic_write import write_text
from impasto.images.file_names import fitting
from impasto.images.grid import contact_sheet
from impasto.result import Result, without_folders
from impasto.settings.stylize import TASK
from impasto.settings.task import STYLES, Input, Task
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.media_layout import media_tab
from impasto.studio.media_task import Made, MediaProgress, MediaRun, MediaTask
from impasto.studio.picture_inputs import hint, paintings_input, photos_input
from impasto.studio.preview_stream import shown
from impasto.studio.session import SPARE_BYTES, packed
from impasto.studio.style_weights import weight_inputs, weights_of
from impasto.studio.uploads import paths_of

if TYPE_CHECKING:
    from impasto.synthesis.painter import Painter

PREVIEW_EVERY_S = 0.5
"""Seconds between two pictures of the photo that is being painted, at least."""

CELL_PX = 320
"""Long side of a picture on the contact sheet."""

PHOTOS = Input(name="content", kind="pictures", label="Photos", help="The photos.")


@dataclass
class _Set:
    """What is finished of a set.

    Attributes:
        folder: of the pictures.
        names: gives each picture a name of its own.
        files: the pictures and their records.
        shown: the pictures, small, and their names.
        rows: one for each photo, as in the record of the set; "error" says why it was left out.
    """

    folder: Path
    names: Names = field(default_factory=Names)
    files: list[Path] = field(default_factory=list)
    shown: list[tuple[Image, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, photo: Path, result: Result, seconds: float) -> None:
        """Write a picture and its record."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = fitting(Path(f"{photo.stem}.png"), ".png", spare_bytes=SPARE_BYTES).stem
        name = self.names.of(stem, ".png")
        result = replace(result, record=without_folders(result.record), parts=())
        file = result.save(self.folder / name)
        small = result.image.copy()
        small.thumbnail((CELL_PX, CELL_PX))
        self.files += [file, file.with_suffix(".json")]
        self.shown.append((small, name))
        self.rows.append({"photo": photo.name, "picture": name, "seconds": round(seconds, 3)})

    def add_error(self, photo: Path, error: ImpastoError) -> None:
        """Remember why a photo was left out."""
        self.rows.append({"photo": photo.name, "error": error.problem})

    def sheet(self) -> Image:
        """All pictures with their names, about as wide as high."""
        columns = math.ceil(math.sqrt(len(self.shown)))
        rows = [self.shown[start : start + columns] for start in range(0, len(self.shown), columns)]
        pictures = [[picture for picture, _ in row] for row in rows]
        return contact_sheet(pictures, labels=[[name for _, name in row] for row in rows], cell_px=CELL_PX)


def run(given: MediaRun) -> Iterator[MediaProgress | Made]:
    """Paint a set; stopped, it is the photos that are finished. As ``MediaTask.run``.

    A photo that cannot be read is left out, with a note.

    Raises:
        ImpastoError: a painting cannot be read, or no photo can.
    """
    from impasto.synthesis.painter import Painter

    photos: Sequence[Path] = given.inputs["content"]
    painter = Painter(given.inputs["style"], **given.settings.to_dict())
    made, begin, failed = _Set(given.new_folder()), time.monotonic(), None
    stopped = False
    for number, photo in enumerate(photos):
        try:
            with closing(_painted(painter, photo, made)) as progress:
                for fraction, picture in progress:
                    share, spent = (number + fraction) / len(photos), time.monotonic() - begin
                    yield MediaProgress(
                        fraction=share,
                        where=f"photo {number + 1} of {len(photos)}: {photo.name}",
                        seconds_left=spent / share - spent if share > 0 else None,
                        picture=picture,
                    )
                    stopped = given.is_stopped()
                    if stopped:
                        break
        except ImpastoError as error:
            made.add_error(photo, error)
            failed = error
        if stopped:
            break
    if failed is not None and not made.shown and not stopped:
        raise failed
    if made.shown:
        yield _finished(made, given.settings.to_dict(), interrupted=stopped)
    else:
        yield Made(interrupted=True)


def _painted(painter: Painter, photo: Path, made: _Set) -> Generator[tuple[float, Image | None]]:
    """Paint a photo into a set; yields the fraction that is over, and now and then the picture so far."""
    steps, begin, due = painter.steps(photo), time.monotonic(), 0.0
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                made.add(photo, end.value, time.monotonic() - begin)
                return
            picture, now = None, time.monotonic()
            if now >= due:
                picture, due = shown(step), now + PREVIEW_EVERY_S
            total = step.seconds + step.seconds_left
            yield (min(1.0, step.seconds / total) if total else 0.0), picture


def _finished(made: _Set, settings: Mapping[str, Any], *, interrupted: bool) -> Made:
    """The zip of a set, with its contact sheet and its record."""
    sheet = made.folder / "contact-sheet.jpg"
    picture = made.sheet()
    io.write(sheet, picture)
    record = made.folder / "set.json"
    write_text(record, json.dumps({"settings": settings, "photos": made.rows}, indent=1, default=str) + "\n")
    archive = packed(made.folder / "set.zip", [*made.files, sheet, record])
    width, height = picture.size
    count = len(made.shown)
    notes = tuple(f"{row['photo']} was left out: {row['error']}" for row in made.rows if "error" in row)
    sheet_html = (
        f'<div class="canvas"><img src="{page_html.address(sheet)}" width="{width}" height="{height}" '
        f'alt="Contact sheet of {count} {"painting" if count == 1 else "paintings"}"></div>'
    )
    return Made(files=(archive, record), shown=sheet_html, notes=notes, interrupted=interrupted)


TAB = MediaTask(
    **{
        **{f.name: getattr(TASK, f.name) for f in fields(Task)},
        "name": "several-photos",
        "summary": "Repaint several photos in one style.",
        "inputs": (PHOTOS, STYLES),
    },
    noun="set",
    command="stylize PHOTO PHOTO --style STYLE",
    separate=("style_weights",),
    run=run,
)


def build(context: StudioContext) -> None:
    """Make the tab."""
    most = context.limits.max_styles

    def make_inputs() -> Mapping[str, Component]:
        photos = photos_input(
            context, name=f"{TAB.name}-content", label="Photos", most=context.limits.max_photos
        )
        hint("All get the same style and settings; each keeps its shape.")
        styles, events = paintings_input(context, name=f"{TAB.name}-style", label="Style", most=most)
        return {"content": photos, "style": styles, **weight_inputs(styles, events, most)}

    media_tab(TAB, context, make_inputs=make_inputs, read=read)


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The photos and paintings, and the paintings' weights; as ``events.Read``."""
    styles = paths_of(sent["style"])
    return {"content": paths_of(sent["content"]), "style": styles}, weights_of(sent, len(styles))
