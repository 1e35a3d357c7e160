"""The page: a head, and one tab a task."""

from __future__ import annotations

import gradio as gr

from impasto import __version__
from impasto.registry import find
from impasto.studio.desk import Desk
from impasto.studio.gate import fetch_nothing
from impasto.studio.tabs import TABS

OFTEN_S = 600
"""Seconds between two looks for files that are too old."""


def build(desk: Desk) -> gr.Blocks:
    """The page, not yet served.

    Args:
        desk: what every tab works with.
    """
    keep_s = round(desk.limits.keep_hours * 3600)
    page = gr.Blocks(
        title="impasto studio", analytics_enabled=False, fill_width=True, delete_cache=(OFTEN_S, keep_s)
    )
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

        def leave(request: gr.Request) -> None:
            desk.visits.leave(request.session_hash)

        page.unload(leave)
    fetch_nothing(page)
    return page
