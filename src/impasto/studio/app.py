"""The page: a head, and one tab a task."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from impasto import __version__
from impasto.registry import find
from impasto.studio.context import StudioContext
from impasto.studio.middleware import fetch_nothing
from impasto.studio.tabs import TABS


def build(desk: StudioContext) -> gr.Blocks:
    """The page, not yet served.

    Args:
        desk: what every tab works with.
    """
    page = gr.Blocks(title="impasto studio", analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(
            '<header class="masthead"><h1>impasto <span>studio</span></h1>'
            "<p>Repaint a photo in the style of a painting. "
            f"Everything stays on this machine. <small>{__version__}</small></p></header>",
        )
        with gr.Tabs():
            for title in TABS:
                with gr.Tab(title):
                    find(TABS, title, kind="tab")(desk)

        page.unload(leaving(desk, page))
    fetch_nothing(page)
    return page


def leaving(desk: StudioContext, page: gr.Blocks) -> Callable[[gr.Request], None]:
    """The answer to a visitor who closes the page."""

    def leave(request: gr.Request) -> None:
        desk.visits.leave(request.session_hash)
        session = str(request.session_hash)
        # gradio 6.31 keeps what each visitor's inputs held, after they left.
        page.state_holder.session_data.pop(session, None)
        page.state_holder.time_last_used.pop(session, None)

    return leave
