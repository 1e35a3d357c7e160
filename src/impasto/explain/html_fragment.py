"""A part of the page as a small page of its own, for a frame in another page."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

TIGHT = """
.frame { padding: 0.25rem 1rem 1rem; }
main > section { padding-top: 1rem; }
h2 { margin-top: 0.25rem; }
.hero { margin: 0.75rem auto 0; }
"""
"""Less air than on the page: what stands around the frame brings its own."""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What the page, and a part of it, may load: nothing but the pictures inside it."""

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


def excerpt(title: str, body: str) -> str:
    """A page with a chapter, or another part, and nothing else; it loads nothing and runs no scripts.

    Args:
        title: plain text.
        body: HTML, as ``Drawn`` has it.
    Returns:
        HTML.
    """
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return PAGE.substitute(title=html.escape(title), policy=POLICY, css=css + TIGHT, body=body)
