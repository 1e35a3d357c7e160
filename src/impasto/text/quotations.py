"""Which tokens stand in quotation marks: what somebody says is never rewritten."""

from __future__ import annotations

from impasto.text.tokens import Token

_PAIRS = {"“": "”", "«": "»", "„": "“"}


def quoted(tokens: list[Token]) -> list[bool]:
    """Whether each token of a paragraph is inside a quotation, marks included.

    A quotation that is not closed ends with the paragraph, as novels print speeches of several paragraphs.
    Single marks count when they open before a word and close after a mark or a word that ends there.
    """
    inside = [False] * len(tokens)
    index = 0
    while index < len(tokens):
        close = _close_of(tokens, index)
        if close is None:
            index += 1
            continue
        for position in range(index, close + 1):
            inside[position] = True
        index = close + 1
    return inside


def _close_of(tokens: list[Token], start: int) -> int | None:
    """Position of the mark that closes the quotation beginning at ``start``; None: none begins there."""
    mark = tokens[start].text
    if mark in _PAIRS:
        return _first(tokens, start + 1, _PAIRS[mark])
    if mark == '"':
        return _first(tokens, start + 1, '"')
    if mark in ("‘", "'") and _opens(tokens, start):
        closing = "’" if mark == "‘" else "'"
        depth_marks = ("’", "'") if mark == "‘" else (closing,)
        for position in range(start + 1, len(tokens)):
            token = tokens[position]
            if token.text in depth_marks and _closes(tokens, position):
                return position
        return len(tokens) - 1 if mark == "‘" else None
    return None


def _first(tokens: list[Token], start: int, mark: str) -> int:
    for position in range(start, len(tokens)):
        if tokens[position].text == mark:
            return position
    return len(tokens) - 1


def _opens(tokens: list[Token], index: int) -> bool:
    """Whether an apostrophe begins a quotation: space or nothing before it, a word right after it."""
    before_is_open = index == 0 or tokens[index].space != "" or tokens[index - 1].text in ("--", "—", "(")
    has_word = index + 1 < len(tokens) and tokens[index + 1].space == "" and tokens[index + 1].text != ""
    return before_is_open and has_word


def _closes(tokens: list[Token], index: int) -> bool:
    """Whether an apostrophe ends a quotation: after a mark, with a space or nothing behind it."""
    if tokens[index].space:
        return False
    before = tokens[index - 1]
    ends = (
        index + 1 == len(tokens)
        or tokens[index + 1].space != ""
        or tokens[index + 1].text in ("--", "—", ".", ",", ";", ")")
    )
    return ends and (before.kind == "mark" or not before.low.endswith("s"))
