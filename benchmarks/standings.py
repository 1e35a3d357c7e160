"""Tables of scores: means by method, pair by pair, and on how many pairs one method is better."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pairs import Pair

MEASURES = ("gram", "sliced", "palette", "content")


@dataclass(frozen=True)
class Row:
    """The scores of one painting.

    Attributes:
        pair: photo and style.
        method: its name.
        scores: {measure: distance}, lower is better.
        seconds: of painting.
    """

    pair: Pair
    method: str
    scores: dict[str, float]
    seconds: float

    @property
    def line(self) -> str:
        """One line of text for the terminal."""
        numbers = " ".join(f"{name} {self.scores[name]:.3f}" for name in MEASURES)
        return f"{self.pair.name} {self.method}: {numbers} ({self.seconds:.1f} s)"

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        kinds = {"photo_kind": self.pair.photo_kind, "style_kind": self.pair.style_kind}
        return {
            "pair": self.pair.name,
            **kinds,
            "method": self.method,
            **self.scores,
            "seconds": self.seconds,
        }


def tables(rows: Sequence[Row], *, against: tuple[str, ...]) -> str:
    """All tables, as Markdown.

    Args:
        rows: of the same pairs for every method.
        against: methods whose names begin with one of these are the peers.
    """
    methods = list(dict.fromkeys(row.method for row in rows))
    peers = [name for name in methods if name.startswith(against)]
    parts = ["Means; lower is better", means(rows, methods), "Pair by pair", by_pair(rows)]
    ours = [name for name in methods if name not in peers and name != "photo"]
    if peers and ours:
        count = len({row.pair for row in rows})
        parts += [f"Better than a peer, of {count} pairs (all four: better on every measure at once)"]
        parts += [wins(rows, ours, peers)]
    return "\n\n".join(parts)


def means(rows: Sequence[Row], methods: Iterable[str]) -> str:
    """One line for each method."""
    lines = []
    for name in methods:
        of_method = [row for row in rows if row.method == name]
        numbers = [statistics.mean(row.scores[measure] for row in of_method) for measure in MEASURES]
        seconds = statistics.mean(row.seconds for row in of_method)
        lines.append([name, *(f"{x:.3f}" for x in numbers), f"{seconds:.2f}"])
    return markdown(["method", *MEASURES, "seconds"], lines)


def by_pair(rows: Iterable[Row]) -> str:
    """One line for each painting."""
    lines = []
    for row in rows:
        pair = [f"{row.pair.photo} {row.pair.photo_kind}", f"{row.pair.style} {row.pair.style_kind}"]
        numbers = [f"{row.scores[measure]:.3f}" for measure in MEASURES]
        lines.append([*pair, row.method, *numbers, f"{row.seconds:.2f}"])
    return markdown(["photo", "style", "method", *MEASURES, "seconds"], lines)


def wins(rows: Iterable[Row], ours: Iterable[str], peers: Sequence[str]) -> str:
    """A line for each of ours and each peer: on how many pairs ours is better, by measure and on all four."""
    scores = {(row.method, row.pair): row.scores for row in rows}
    lines = []
    for name in ours:
        for peer in peers:
            matches = [(scores[name, pair], scores[peer, pair]) for method, pair in scores if method == name]
            better = [{m for m in MEASURES if ours[m] < theirs[m]} for ours, theirs in matches]
            worse = sum(all(theirs[m] < ours[m] for m in MEASURES) for ours, theirs in matches)
            counts = [sum(measure in won for won in better) for measure in MEASURES]
            every = sum(len(won) == len(MEASURES) for won in better)
            lines.append([name, peer, *map(str, counts), str(every), str(worse)])
    return markdown(["method", "peer", *MEASURES, "all four", "worse on all four"], lines)


def markdown(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table, its columns aligned."""
    cells = [list(header), *map(list, lines)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    )
