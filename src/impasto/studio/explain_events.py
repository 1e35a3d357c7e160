"""The events of the tab that explains: chapters as they are drawn, and the page to download."""

from __future__ import annotations

import html
import shutil
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
from impasto.optimize.timing import duration_text
from impasto.settings import ExplainSettings
from impasto.settings.task import Inputs
from impasto.studio import page_html
from impasto.studio.events import TabEvents, TabParts
from impasto.studio.explain_stream import ExplainProgress, in_order, progress_events
from impasto.studio.live_run import Changes
from impasto.studio.session import Session, packed

FIRST = ("feature-maps", "gram-matrix", "receptive-field")
"""Chapters that are chosen at first: they are drawn within seconds."""

HERO = "hero"
"""Name of the frame above the chapters: photo, painting, result."""

RESULT = "result.png"
"""What ``page_steps`` writes besides the chapters' figures."""

FIT_HEIGHT = (
    "const page = this.contentDocument.documentElement;"
    "const fit = () => { this.style.height = Math.ceil(page.getBoundingClientRect().height) + 'px'; };"
    "fit(); new ResizeObserver(fit).observe(page);"
)
"""Script of a frame: makes it as high as its content."""


@dataclass(frozen=True, kw_only=True)
class ExplainParts(TabParts):
    """The parts of the tab that explains.

    Attributes:
        canvas: live picture and progress.
        page: button that downloads the page.
        figures: button that downloads the figures.
        frames: photo, painting and result, and each chapter, by name.
    """

    canvas: gr.HTML
    page: gr.DownloadButton
    figures: gr.DownloadButton
    frames: dict[str, gr.HTML] = field(default_factory=dict)

    @property
    def changing(self) -> list[Any]:
        """The parts that a run changes."""
        return [*super().changing, self.canvas, self.page, self.figures, *self.frames.values()]

    def cleared(self) -> Changes:
        """The changes that remove an earlier page."""
        hidden: Changes = {part: gr.update(value="", visible=False) for part in self.frames.values()}
        off = gr.update(interactive=False)
        return {**hidden, self.canvas: gr.update(visible=True), self.page: off, self.figures: off}


class ExplainEvents(TabEvents):
    """The events of the tab that explains; as ``TabEvents``."""

    def changes(
        self, session: Session, parts: ExplainParts, inputs: Inputs, settings: ExplainSettings
    ) -> Iterator[Changes]:
        """As ``TabEvents.changes``; after an error, the chapters so far stay."""
        yield {**parts.cleared(), parts.status: page_html.status("Drawing.")}
        folder, done = session.new_folder(), []
        names = in_order(settings.figures)
        try:
            with closing(self._progress(session, folder, inputs, settings)) as events:
                for event in events:
                    if event.drawn is not None:
                        done.append(event.drawn)
                        yield _chapter(parts, event.drawn)
                    elif not session.ended:
                        yield {parts.canvas: progress_html(event, names)}
        except ImpastoError:
            yield self._finished(session, parts, folder, done, names)
            raise
        if session.ended:
            shutil.rmtree(session.folder, ignore_errors=True)
            return
        yield self._finished(session, parts, folder, done, names)

    def _progress(self, session: Session, folder: Path, inputs: Inputs, settings: ExplainSettings) -> Any:
        def draw(on_picture: OnPicture) -> Iterator[PageStep]:
            options: Any = settings.to_dict()
            return page_steps(inputs["content"], inputs["style"], folder, on_picture=on_picture, **options)

        stopped = partial(session.stopped, self.task.name)
        return progress_events(draw, settings, stopped=stopped, threads=session.threads)

    def _finished(
        self,
        session: Session,
        parts: ExplainParts,
        folder: Path,
        done: Sequence[PageStep],
        names: Sequence[str],
    ) -> Changes:
        changes: Changes = {**parts.idle(), parts.canvas: gr.update(visible=not done)}
        if not done:
            words = "Stopped before the first chapter was finished."
            return {**changes, parts.canvas: page_html.empty(words), parts.status: page_html.status(words)}
        chapters = f"{len(done)} chapter{'s' if len(done) > 1 else ''}"
        words = f"Done. {chapters} in {duration_text(done[-1].seconds)}."
        if len(done) < len(names):
            words = f"Stopped after {chapters} of {len(names)}."
        figures = (path for drawn in done for path in drawn.files)
        archive = packed(folder / f"impasto-explain-{session.count}.zip", (folder / RESULT, *figures))
        return {
            **changes,
            parts.status: page_html.status(words),
            parts.page: gr.update(value=str(folder / INDEX), interactive=True),
            parts.figures: gr.update(value=str(archive), interactive=True),
        }

    def api_settings(self, settings: Any, figures: Any = None) -> Any:
        """Settings with the chapters; ``FIRST`` if none are named. As ``TabEvents.api_settings``."""
        named: Any = settings or {}
        if not isinstance(named, dict):
            return named
        return {"figures": FIRST, **named, **({"figures": figures} if figures else {})}

    def api_result(self, session: Session, inputs: Inputs, settings: ExplainSettings) -> str | None:
        """The page; as ``TabEvents.api_result``."""
        folder = session.new_folder()
        for _ in self._progress(session, folder, inputs, settings):
            pass
        if session.ended:
            shutil.rmtree(session.folder, ignore_errors=True)
            return None
        return str(folder / INDEX)


def _chapter(parts: ExplainParts, drawn: PageStep) -> Changes:
    title = TITLES[drawn.name]
    changes: Changes = {
        parts.frames[drawn.name]: gr.update(value=frame(title, drawn.section), visible=True),
        parts.status: page_html.status(f"Chapter {drawn.number} of {drawn.count}: {title}."),
    }
    if drawn.number == 1:
        hero = f'<div class="hero">{drawn.hero}</div>'
        changes[parts.frames[HERO]] = gr.update(value=frame("Photo, painting, result", hero), visible=True)
    return changes


def frame(title: str, body: str) -> str:
    """A part of the page that explains, in a frame that runs no scripts and loads nothing.

    The studio's page may look into it, to make it as high as its content.

    Args:
        title: plain text.
        body: HTML.
    """
    page = html.escape(fragment_page(title, body), quote=True)
    return (
        f'<iframe class="chapter" title="{html.escape(title, quote=True)}" sandbox="allow-same-origin" '
        f'onload="{html.escape(FIT_HEIGHT, quote=True)}" srcdoc="{page}"></iframe>'
    )


def progress_html(event: ExplainProgress, names: Sequence[str]) -> str:
    """The picture that is being painted, and the progress of the page."""
    title = TITLES[names[min(event.number, len(names) - 1)]]
    picture = ""
    if event.picture is not None:
        url = page_html.data_url(event.picture)
        picture = f'<div class="canvas watched"><img src="{url}" alt="What is being painted"></div>'
    where = f"chapter {min(event.number + 1, len(names))} of {len(names)}: {title}"
    left = f"about {duration_text(event.seconds_left)} left"
    return picture + page_html.progress("Drawing", event.progress, where, left)
