"""What was changed and what it gained, for people: in the terminal, and as a page of HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from string import Template
from typing import Any

_PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 1.1rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
body { color: #222; background: #fff }
.text { white-space: pre-wrap }
del { color: #a33; text-decoration: line-through; opacity: .65 }
ins { color: #075; background: #e3f4ea; text-decoration: none; border-radius: 3px; padding: 0 .15em }
table { border-collapse: collapse; font: .9rem/1.4 system-ui, sans-serif; margin: 1rem 0 }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid #ddd }
td.number { text-align: right; font-variant-numeric: tabular-nums }
</style></head><body>
<h1>$title</h1>
<table><tr><th>measure</th><th>before</th><th>after</th><th></th></tr>$rows</table>
<p>$count changes. Point at one to see what it gained.</p>
<div class="text">$text</div>
</body></html>
"""
)


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        start: of the old text, in characters of the whole old text with its paragraphs on one line.
        before: the old text.
        after: the new one.
        choice: what was chosen: a row of the lexicon or a construction.
        family: "word", "clause", ...
        gain: of style, in nats.
        why: how often the author takes each of the two.
    """

    start: int
    before: str
    after: str
    choice: str
    family: str
    gain: float
    why: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Piece:
    """A piece of the text, for showing: unchanged, or one change."""

    text: str
    change: Change | None = None


MEASURES = {
    "delta": ("lower", "function words: Burrows' Delta to the style"),
    "punctuation": ("lower", "marks, the same distance"),
    "characters": ("higher", "n-grams of letters: more the author's than others'"),
    "sentence_words": ("", "words a sentence"),
    "contractions": ("", "share of what can be contracted"),
    "latinity": ("", "share of words with a Latin ending"),
    "word_letters": ("", "letters a word"),
}
"""Measure -> which values are better, and what it says."""


def as_html(pieces: Sequence[Piece], meters: tuple[dict[str, float], dict[str, float]], *, title: str) -> str:
    """A page that shows every change, and the meter before and after; works offline.

    Args:
        pieces: the text.
        meters: before and after.
        title: of the page.
    """
    before, after = meters
    rows = "".join(
        f'<tr><td>{name.replace("_", " ")}</td><td class="number">{before[name]:.3f}</td>'
        f'<td class="number">{after[name]:.3f}</td><td>{html.escape(says)}'
        f"{f' ({better} is nearer)' if better else ''}</td></tr>"
        for name, (better, says) in MEASURES.items()
    )
    text = "".join(_html(piece) for piece in pieces)
    count = sum(piece.change is not None for piece in pieces)
    return _PAGE.substitute(title=html.escape(title), rows=rows, count=count, text=text)


def _html(piece: Piece) -> str:
    if piece.change is None:
        return html.escape(piece.text)
    change = piece.change
    about = html.escape(f"{change.family}, gain {change.gain:.1f}: {change.why}", quote=True)
    old, new = html.escape(change.before), html.escape(change.after)
    return f'<span title="{about}"><del>{old}</del><ins>{new}</ins></span>'
