"""Character 3- to 5-grams: how much more an author uses each than others do."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

BITS = 17
"""The table has 2 ** BITS rows; an n-gram's row is its hash."""

STEP = 1 / 16
"""A weight of 1 in the table, in nats."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "—": "-", "–": "-"})


def plain(text: str) -> str:
    """A text in small letters, with straight quotation marks, one kind of dash and single spaces."""
    return re.sub(r"\s+", " ", text.translate(_QUOTES).lower().replace("--", "-"))


def rows(text: str, length: int) -> NDArray[np.int64]:
    """Rows of the table for all n-grams of one length, in order, (n,)."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - length + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    value = np.full(count, length, dtype=np.uint64)
    for offset in range(length):
        value = (value * np.uint64(1000003) + codes[offset : offset + count]) & np.uint64(0xFFFFFFFF)
    value ^= value >> np.uint64(15)
    value = (value * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    return (value >> np.uint64(32 - BITS)).astype(np.int64)


def counts(text: str) -> NDArray[np.int64]:
    """How often each row occurs in a text, (2 ** BITS,)."""
    flat = plain(text)
    return sum(
        (np.bincount(rows(flat, length), minlength=1 << BITS) for length in (3, 4, 5)),
        start=np.zeros(1 << BITS, dtype=np.int64),
    )


def weights(own: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int8]:
    """Log of the ratio of two smoothed rates, for each row, in steps of ``STEP``.

    w = log((c + a m) / (n + a)) - log((d + a m) / (k + a)), with c of n in the author's text, d of k in the
    others', m the rate in both together and a = 20000

    Args:
        own: counts of the author.
        others: counts of the others.
    Returns:
        (2 ** BITS,), int8, within 3 nats.
    """
    both = (own + others).astype(float)
    mean = (both + 0.1) / (both.sum() + 0.1 * len(both))
    prior = 20000.0
    ratio = np.log((own + prior * mean) / (own.sum() + prior)) - np.log(
        (others + prior * mean) / (others.sum() + prior)
    )
    return np.asarray(np.clip(np.round(ratio / STEP), -48, 48), dtype=np.int8)


def score(text: str, table: NDArray[np.int8]) -> float:
    """Sum of the weights of a text's n-grams, in nats; n-grams of one to another overlap."""
    flat = plain(text)
    return STEP * sum(float(table[rows(flat, length)].astype(np.int32).sum()) for length in (3, 4, 5))
