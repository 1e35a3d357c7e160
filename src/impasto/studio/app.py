"""The page: a header, and one tab for each task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from impasto import __version__
from impasto.studio.context import StudioContext
from impasto.studio.events import QUIET
from impasto.studio.middleware import refuse_addresses
from impasto.studio.tabs import build_tab, tab_names, title

VISIT = """() => {
  const id = sessionStorage.getItem("visit") ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
  sessionStorage.setItem("visit", id);
  return [id];
}"""
"""Run by the browser when the page is loaded: a secret name of the visit, kept until its tab closes."""


def build(context: StudioContext) -> gr.Blocks:
    """The page, not yet served."""
    page = gr.Blocks(title="impasto studio", analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(
            '<header class="masthead"><h1>impasto <span>studio</span></h1>'
            "<p>Repaint a photo in the style of a painting. "
            f"Everything stays on this machine. <small>{__version__}</small></p></header>"
        )
        with gr.Tabs():
            for name in tab_names():
                with gr.Tab(title(name)):
                    build_tab(name, context)
        visit = gr.Textbox(visible=False)
        page.load(on_return(context), visit, context.changing, js=VISIT, concurrency_limit=None, **QUIET)
        page.unload(on_unload(context, page))
    refuse_addresses(page)
    return page


def on_return(context: StudioContext) -> Callable[..., Iterator[Any]]:
    """What happens when a page is loaded: who comes back finds the results and the run that they left."""

    def handler(visit: str, request: gr.Request) -> Iterator[Any]:
        session = context.sessions.join(request.session_hash, visit)
        # One that still works is the last.
        runs = sorted(session.runs.values(), key=lambda run: run.ended, reverse=True)
        if not runs:
            yield gr.skip()
        for run in runs:
            yield from run.follow()

    return handler


def on_unload(context: StudioContext, page: gr.Blocks) -> Callable[[gr.Request], None]:
    """What happens when a page is closed or its line lost: in a while, its visitor's files are removed."""

    def end_session(request: gr.Request) -> None:
        context.sessions.leave(request.session_hash, after_s=context.limits.wait_s)
        name = str(request.session_hash)
        # gradio 6.31 keeps the values of each visitor's inputs after they left.
        page.state_holder.session_data.pop(name, None)
        page.state_holder.time_last_used.pop(name, None)

    return end_session
