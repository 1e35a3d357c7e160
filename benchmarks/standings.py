"""Tables of scores by every judge: means, pair by pair, and on how many pairs one method is better."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pairs import Pair

MEASURES = ("gram", "sliced", "palette", "content")
FIRST = "resnet50"
"""The judge whose scores are ``Row.scores``."""

GOALS = {"grain": (0.0, 1.0), "light": (0.8, 1.25), "order": (0.88, 1.0)}
"""Score of a clean picture -> the range it should be in."""


@dataclass(frozen=True)
class Row:
    """The scores of one painting.

    Attributes:
        pair: photo and style.
        method: its name.
        scores: {measure: distance} by the first judge, lower is better.
        seconds: of painting.
        clean: {measure: number} of the picture itself: grain, light, order; empty if they were not measured.
        judged: {further judge: {measure: distance}}, lower is better.
    """

    pair: Pair
    method: str
    scores: dict[str, float]
    seconds: float
    clean: dict[str, float] = field(default_factory=dict)
    judged: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """One line of text for the terminal."""
        shown = {**{name: self.scores[name] for name in MEASURES}, **self.clean}
        numbers = " ".join(f"{name} {value:.3f}" for name, value in shown.items())
        return f"{self.pair.name} {self.method}: {numbers} ({self.seconds:.1f} s)"

    def distances(self, judge: str) -> Mapping[str, float]:
        """{measure: distance} by a judge; palette and content of the first one, if this one has none."""
        if judge == FIRST:
            return {name: self.scores[name] for name in MEASURES}
        own = self.judged[judge]
        return {**own, **{name: self.scores[name] for name in ("palette", "content") if name not in own}}

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        kinds = {"photo_kind": self.pair.photo_kind, "style_kind": self.pair.style_kind}
        return {
            "pair": self.pair.name,
            **kinds,
            "group": self.pair.group,
            "method": self.method,
            **self.scores,
            **self.clean,
            "judged": self.judged,
            "seconds": self.seconds,
        }


def tables(rows: Sequence[Row], *, against: tuple[str, ...]) -> str:
    """All tables, as Markdown.

    Args:
        rows: of the same pairs for every method, by the same judges.
        against: methods whose names begin with one of these are the peers.
    """
    methods = list(dict.fromkeys(row.method for row in rows))
    peers = [name for name in methods if name.startswith(against)]
    ours = [name for name in methods if name not in peers and name != "photo"]
    judges = [FIRST, *rows[0].judged]
    count = len({row.pair for row in rows})
    parts = []
    for judge in judges:
        parts += [f"Means by {judge}; lower is better", means(rows, methods, judge=judge)]
    if rows[0].clean:
        goals = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in GOALS.items())
        parts += [f"Clean pictures: means, and on how many of {count} pairs within {goals}"]
        parts += [clean_means(rows, methods)]
    parts += ["Pair by pair", by_pair(rows)]
    if peers and ours:
        for judge in judges:
            measured = len(rows[0].distances(judge))
            how = "all four" if measured == len(MEASURES) else f"all {measured}"
            title = (
                f"Better than a peer by {judge}, of {count} pairs ({how}: better on every measure at once)"
            )
            parts += [title, wins(rows, ours, peers, judge=judge)]
    return "\n\n".join(parts)


def means(rows: Sequence[Row], methods: Iterable[str], *, judge: str = FIRST) -> str:
    """One line for each method."""
    measures = list(rows[0].distances(judge))
    lines = []
    for name in methods:
        of_method = [row for row in rows if row.method == name]
        numbers = [
            statistics.mean(row.distances(judge)[measure] for row in of_method) for measure in measures
        ]
        seconds = statistics.mean(row.seconds for row in of_method)
        lines.append([name, *(f"{x:.3f}" for x in numbers), f"{seconds:.2f}"])
    return markdown(["method", *measures, "seconds"], lines)


def clean_means(rows: Sequence[Row], methods: Iterable[str]) -> str:
    """One line for each method: mean of each score of the picture itself, the worst order, and goals met."""
    lines = []
    for name in methods:
        clean = [row.clean for row in rows if row.method == name]
        numbers = [statistics.mean(scores[goal] for scores in clean) for goal in GOALS]
        worst = min(scores["order"] for scores in clean)
        met = [sum(low <= scores[goal] <= high for scores in clean) for goal, (low, high) in GOALS.items()]
        lines.append([name, *(f"{x:.3f}" for x in (*numbers, worst)), *map(str, met)])
    return markdown(["method", *GOALS, "least order", *(f"{name} met" for name in GOALS)], lines)


def by_pair(rows: Sequence[Row]) -> str:
    """One line for each painting."""
    further = [(judge, measure) for judge, scores in rows[0].judged.items() for measure in scores]
    further = [(judge, measure) for judge, measure in further if measure != "palette"]
    lines = []
    for row in rows:
        pair = [f"{row.pair.photo} {row.pair.photo_kind}", f"{row.pair.style} {row.pair.style_kind}"]
        numbers = [row.scores[measure] for measure in MEASURES] + [row.judged[j][m] for j, m in further]
        numbers += row.clean.values()
        lines.append([*pair, row.method, *(f"{x:.3f}" for x in numbers), f"{row.seconds:.2f}"])
    columns = [*MEASURES, *(f"{judge} {measure}" for judge, measure in further), *rows[0].clean]
    return markdown(["photo", "style", "method", *columns, "seconds"], lines)


def wins(rows: Sequence[Row], ours: Iterable[str], peers: Sequence[str], *, judge: str = FIRST) -> str:
    """A line for each of ours and each peer: on how many pairs ours is better, by measure and on all."""
    scores = {(row.method, row.pair): row.distances(judge) for row in rows}
    measures = list(rows[0].distances(judge))
    lines = []
    for name in ours:
        for peer in peers:
            matches = [(scores[name, pair], scores[peer, pair]) for method, pair in scores if method == name]
            better = [{m for m in measures if ours[m] < theirs[m]} for ours, theirs in matches]
            worse = sum(all(theirs[m] < ours[m] for m in measures) for ours, theirs in matches)
            counts = [sum(measure in won for won in better) for measure in measures]
            every = sum(len(won) == len(measures) for won in better)
            lines.append([name, peer, *map(str, counts), str(every), str(worse)])
    how = "all four" if len(measures) == len(MEASURES) else f"all {len(measures)}"
    return markdown(["method", "peer", *measures, how, f"worse on {how}"], lines)


def markdown(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table, its columns aligned."""
    cells = [list(header), *map(list, lines)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    )
