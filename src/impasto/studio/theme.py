"""Colours, fonts and head of the page; nothing is loaded from other hosts."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

CSS = tuple(Path(__file__).with_name(name) for name in ("studio.css", "brush.css"))
SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("studio.js", "brush.js"))
ICON = Path(__file__).with_name("studio.svg")

META = (
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="description" content="Repaint a photo in the style of a painting, on this machine.">'
    '<meta name="referrer" content="no-referrer">'
)

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Cantarell", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")


def head() -> str:
    """The HTML of the page's head: description and script."""
    scripts = "".join(f"<script>{file.read_text(encoding='utf-8')}</script>" for file in SCRIPTS)
    return META + scripts


def theme() -> gr.themes.Base:
    """Warm greys, one strong colour, system fonts."""
    base = gr.themes.Base(
        primary_hue="orange",
        secondary_hue="orange",
        neutral_hue="stone",
        radius_size="lg",
        text_size="md",
        font=SANS,
        font_mono=MONO,
    )
    return base.set(
        body_background_fill="*neutral_100",
        body_background_fill_dark="*neutral_950",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="1px",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_label_background_fill="white",
        block_label_background_fill_dark="*neutral_900",
        block_shadow="none",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        input_placeholder_color="*neutral_500",
        input_background_fill="*neutral_50",
        input_background_fill_dark="*neutral_800",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_text_color="white",
        button_primary_background_fill_dark="*primary_700",
        slider_color="*primary_600",
    )
