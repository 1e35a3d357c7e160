"""Parts of speech: a linear classifier over hashed features, run twice to see its neighbours' tags."""

from __future__ import annotations

import zlib
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from impasto.text.tokens import Token, with_tags

ROWS = 1 << 16
"""Rows of the table of weights; a feature's row is its hash."""

TAGS = tuple(
    "CC CD DT EX FW IN JJ JJR JJS MD NN NNP NNPS NNS PDT POS PRP PRP$ RB RBR RBS RP TO UH VB VBD VBG VBN VBP "
    "VBZ WDT WP WP$ WRB MARK".split()
)
"""Parts of speech of the Penn Treebank; every mark is MARK."""


def tag(tokens: list[Token]) -> list[Token]:
    """The same tokens with their parts of speech.

    Source: features as in Collins 2002, "Discriminative training methods for hidden Markov models".
    Differs: logistic regression over hashed features; a second pass in place of a search.
    """
    if not tokens:
        return tokens
    table = _table()
    words = [token.low for token in tokens]
    shapes = [shape(token.text) for token in tokens]
    is_mark = np.array([token.kind in ("mark", "tag") for token in tokens])
    first = _best(table, features(words, shapes), is_mark)
    second = _best(table, features(words, shapes, first), is_mark)
    return with_tags(tokens, [TAGS[index] for index in second])


def shape(text: str) -> str:
    """What the letters look like: "X" capital, "d" digit, "x" small."""
    if text[:1].isdigit():
        return "d"
    if text.isupper() and len(text) > 1:
        return "XX"
    return "X" if text[:1].isupper() else "x"


def features(words: list[str], shapes: list[str], tags: list[int] | None = None) -> NDArray[np.int64]:
    """Rows of the table that each token adds up, (tokens, features).

    Args:
        words: in small letters.
        shapes: of the same words.
        tags: of the first pass; None: this is the first pass.
    """
    padded = ["<2", "<1", *words, ">1", ">2"]
    rows = []
    for index, (word, form) in enumerate(zip(words, shapes, strict=True)):
        back, before, _, after, ahead = padded[index : index + 5]
        names = [
            f"w{word}", f"b{before}", f"a{after}", f"B{back}", f"A{ahead}", f"1{word[-1:]}", f"2{word[-2:]}",
            f"3{word[-3:]}", f"4{word[-4:]}", f"p{word[:2]}", f"s{form}{before}", f"bw{before}|{word}",
            f"wa{word}|{after}", f"ba{before}|{after}", f"y{before[-3:]}", f"z{after[-3:]}",
        ]  # fmt: skip
        if tags is not None:
            left = tags[index - 1] if index else 99
            right = tags[index + 1] if index + 1 < len(tags) else 99
            far = tags[index - 2] if index > 1 else 99
            beyond = tags[index + 2] if index + 2 < len(tags) else 99
            names += [f"t{left}", f"u{right}", f"v{far},{left}", f"x{right},{beyond}", f"m{left},{right}",
                      f"tw{left}|{word}", f"uw{right}|{word}", f"o{left}|{word[-3:]}"]  # fmt: skip
        half = ROWS // 2
        start = 0 if tags is None else half
        rows.append([start + zlib.crc32(name.encode()) % half for name in names])
    return np.array(rows)


def _best(table: NDArray[np.int8], rows: NDArray[np.int64], is_mark: NDArray[np.bool_]) -> list[int]:
    scores = table[rows].astype(np.int32).sum(1)  # (tokens, tags)
    scores[:, -1] = -(1 << 20)
    best = scores.argmax(1)
    best[is_mark] = len(TAGS) - 1
    return [int(index) for index in best]


@cache
def _table() -> NDArray[np.int8]:
    """(rows, tags), int8."""
    source = resources.files("impasto.text") / "tagger.npz"
    with source.open("rb") as file, np.load(file) as arrays:
        table: NDArray[np.int8] = arrays["table"]
    return table
