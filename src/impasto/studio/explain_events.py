"""A visitor's turn at the page that explains: its chapters as they are drawn, and the page to take away."""

from __future__ import annotations

import html
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError
from impasto.explain.chapter import TITLES
from impasto.explain.html_fragment import fragment_page
from impasto.explain.on_picture import OnPicture
from impasto.explain.page import INDEX, PageStep, page_steps
from impasto.settings import ExplainSettings
from impasto.studio import live
from impasto.studio.events import Changes, TabEvents, TabParts
from impasto.studio.explain_stream import ExplainProgress, glimpses, in_order
from impasto.studio.painting_task import Pictures, lacking
from impasto.studio.sessions import Session

FIRST = ("feature-maps", "gram-matrix", "receptive-field")
"""Chapters that are there within seconds, for a first look."""

HERO = "hero"
"""Name of the frame above the chapters: photo, painting, result."""

RESULT = "result.png"
"""What ``page_steps`` writes besides the chapters' figures."""

AS_HIGH_AS_IT_IS = (
    "const page = this.contentDocument.documentElement;"
    "const fit = () => { this.style.height = Math.ceil(page.getBoundingClientRect().height) + 'px'; };"
    "fit(); new ResizeObserver(fit).observe(page);"
)
"""What the studio's page does with a frame when it is there: a frame does not grow by itself."""


@dataclass(frozen=True, kw_only=True)
class ExplainParts(TabParts):
    """The parts of the tab that explains.

    Attributes:
        canvas: what is being painted, and how far it is.
        frames: photo, painting and result, and each chapter, by name.
        page: button to download the page.
        figures: button to download the figures.
    """

    canvas: gr.HTML
    page: gr.DownloadButton
    figures: gr.DownloadButton
    frames: dict[str, gr.HTML] = field(default_factory=dict)

    @property
    def changing(self) -> list[Any]:
        """Those that a turn changes."""
        return [*super().changing, self.canvas, self.page, self.figures, *self.frames.values()]

    def cleared(self) -> Changes:
        """Nothing is drawn yet."""
        away: Changes = {part: gr.update(value="", visible=False) for part in self.frames.values()}
        off = gr.update(interactive=False)
        return {**away, self.canvas: gr.update(visible=True), self.page: off, self.figures: off}


class ExplainEvents(TabEvents):
    """The events of the tab that explains; as ``TabEvents``."""

    def changes(
        self, visit: Session, board: ExplainParts, pictures: Pictures, settings: ExplainSettings
    ) -> Iterator[Changes]:
        """Chapter after chapter, as ``TabEvents.changes``; after an error, the chapters so far stay."""
        check(pictures)
        yield {**board.cleared(), board.status: live.status("Drawing.")}
        folder, done = visit.room(), []
        names = in_order(settings.figures)
        try:
            with closing(self._glimpses(visit, folder, pictures, settings)) as seen:
                for glimpse in seen:
                    if glimpse.drawn is not None:
                        done.append(glimpse.drawn)
                        yield _chapter(board, glimpse.drawn)
                    elif not visit.gone:
                        yield {board.canvas: watched(glimpse, names)}
        except ImpastoError:
            yield self._finished(visit, board, folder, done, names)
            raise
        if visit.gone:
            shutil.rmtree(visit.folder, ignore_errors=True)
            return
        yield self._finished(visit, board, folder, done, names)

    def _glimpses(self, visit: Session, folder: Path, pictures: Pictures, settings: ExplainSettings) -> Any:
        def draw(on_picture: OnPicture) -> Iterator[PageStep]:
            options: Any = settings.to_dict()
            return page_steps(
                pictures["content"], pictures["style"], folder, on_picture=on_picture, **options
            )

        stopped = partial(visit.ended, self.task.name)
        return glimpses(draw, settings, stopped=stopped, works=visit.works)

    def _finished(
        self,
        visit: Session,
        board: ExplainParts,
        folder: Path,
        done: Sequence[PageStep],
        names: Sequence[str],
    ) -> Changes:
        changes: Changes = {**board.idle(), board.canvas: gr.update(visible=not done)}
        if not done:
            words = "Stopped before the first chapter was finished."
            return {**changes, board.canvas: live.empty(words), board.status: live.status(words)}
        chapters = f"{len(done)} chapter{'s' if len(done) > 1 else ''}"
        words = f"Done. {chapters} in {live.clock(done[-1].seconds)}."
        if len(done) < len(names):
            words = f"Stopped after {chapters} of {len(names)}."
        archive = packed(folder, done, name=f"impasto-explain-{visit.count}.zip")
        return {
            **changes,
            board.status: live.status(words),
            board.page: gr.update(value=str(folder / INDEX), interactive=True),
            board.figures: gr.update(value=str(archive), interactive=True),
        }

    def asked(self, settings: Any, figures: Any = None) -> Any:
        """Settings with the chapters; a few quick ones if none are named. As ``TabEvents.asked``."""
        named: Any = settings or {}
        if not isinstance(named, dict):
            return named
        return {"figures": FIRST, **named, **({"figures": figures} if figures else {})}

    def answer(self, visit: Session, pictures: Pictures, settings: ExplainSettings) -> str | None:
        """The page; as ``TabEvents.answer``."""
        check(pictures)
        folder = visit.room()
        for _ in self._glimpses(visit, folder, pictures, settings):
            pass
        if visit.gone:
            shutil.rmtree(visit.folder, ignore_errors=True)
            return None
        return str(folder / INDEX)


def check(pictures: Pictures) -> None:
    """Whether there is something to explain.

    Raises:
        SettingError: a picture is missing.
    """
    if pictures.get("content") is None or pictures.get("style") is None:
        raise lacking("a photo and a painting are needed", photo=pictures.get("content"))


def _chapter(board: ExplainParts, drawn: PageStep) -> Changes:
    title = TITLES[drawn.name]
    changes: Changes = {
        board.frames[drawn.name]: gr.update(value=frame(title, drawn.section), visible=True),
        board.status: live.status(f"Chapter {drawn.number} of {drawn.count}: {title}."),
    }
    if drawn.number == 1:
        hero = f'<div class="hero">{drawn.hero}</div>'
        changes[board.frames[HERO]] = gr.update(value=frame("Photo, painting, result", hero), visible=True)
    return changes


def frame(title: str, body: str) -> str:
    """A part of the page that explains, shut off from the studio's page.

    It runs no scripts and loads nothing; the studio's page may look into it, to make it as high as it is.

    Args:
        title: plain text.
        body: HTML.
    """
    page = html.escape(fragment_page(title, body), quote=True)
    return (
        f'<iframe class="chapter" title="{html.escape(title, quote=True)}" sandbox="allow-same-origin" '
        f'onload="{html.escape(AS_HIGH_AS_IT_IS, quote=True)}" srcdoc="{page}"></iframe>'
    )


def watched(glimpse: ExplainProgress, names: Sequence[str]) -> str:
    """What is being painted, and how far the page is."""
    chapter = names[min(glimpse.number, len(names) - 1)]
    picture = ""
    if glimpse.picture is not None:
        url = live.data_url(glimpse.picture)
        picture = f'<div class="canvas watched"><img src="{url}" alt="What is being painted"></div>'
    where = f"chapter {min(glimpse.number + 1, len(names))} of {len(names)}: {TITLES[chapter]}"
    left = f"about {live.clock(glimpse.seconds_left)} left"
    return picture + live.progress("Drawing", glimpse.share, where, left)


def packed(folder: Path, done: Sequence[PageStep], *, name: str) -> Path:
    """All figures in one file.

    Args:
        folder: of the page.
        done: its chapters.
        name: of the file, which lies there too.
    """
    archive = folder / name
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as files:  # pictures are packed already
        for path in (folder / RESULT, *(path for drawn in done for path in drawn.files)):
            files.write(path, path.name)
    return archive
