"""The page: a header, and one tab for each task."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from impasto import __version__
from impasto.studio.context import StudioContext
from impasto.studio.middleware import refuse_addresses
from impasto.studio.tabs import build_tab, tab_names, title


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
        page.unload(on_unload(context, page))
    refuse_addresses(page)
    return page


def on_unload(context: StudioContext, page: gr.Blocks) -> Callable[[gr.Request], None]:
    """What happens when a visitor closes the page: their files are removed."""

    def end_session(request: gr.Request) -> None:
        context.sessions.end(request.session_hash)
        name = str(request.session_hash)
        # gradio 6.31 keeps the values of each visitor's inputs after they left.
        page.state_holder.session_data.pop(name, None)
        page.state_holder.time_last_used.pop(name, None)

    return end_session
