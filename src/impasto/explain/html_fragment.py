"""A part of the page as a complete small HTML page, for a frame inside another page."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

FRAME_CSS = """
.frame { padding: 0.25rem 1rem 1rem; }
main > section { padding-top: 1rem; }
h2 { margin-top: 0.25rem; }
.hero { margin: 0.75rem auto 0; }
"""
"""Smaller margins than on the page: the page around the frame has its own."""

POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
"""Content-Security-Policy of the page and of its parts: only what is embedded is loaded."""

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="$policy">
<title>$title</title>
<style>
$css</style>
</head>
<body>
<div class="frame">
<main>
$body
</main>
</div>
</body>
</html>
""")


def fragment_page(title: str, body: str) -> str:
    """A page with one chapter, or another part; it loads nothing and runs no scripts.

    Args:
        title: plain text.
        body: HTML, as ``PageStep`` has it.
    Returns:
        HTML.
    """
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return PAGE.substitute(title=html.escape(title), policy=POLICY, css=css + FRAME_CSS, body=body)
