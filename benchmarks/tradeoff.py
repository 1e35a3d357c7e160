"""Style against content: one point for each method; a line joins those that differ only in content_weight."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl

from methods import Method
from standings import Row

STYLE_MEASURES = {"gram": "style distance, Gram", "sliced": "style distance, sliced Wasserstein"}


def plot(rows: Sequence[Row], methods: Iterable[Method], file: Path) -> None:
    """Write the plot: content distance to the right, style distances upwards; best is the lower left."""
    mpl.use("Agg")
    from matplotlib import pyplot

    lines: dict[str, list[tuple[float, Method]]] = {}
    for method in methods:
        if method.name == "photo":
            continue  # far off: the plot would show nothing else
        weight = method.settings.content_weight if method.settings else 0.0
        lines.setdefault(family(method.name), []).append((weight, method))
    figure, panels = pyplot.subplots(1, len(STYLE_MEASURES), figsize=(13, 6), layout="constrained")
    for panel, (measure, title) in zip(panels, STYLE_MEASURES.items(), strict=True):
        for index, (name, weighted) in enumerate(lines.items()):
            points = []
            for weight, method in sorted(weighted, key=lambda pair: pair[0]):
                scores = [row.scores for row in rows if row.method == method.name]
                x, y = (statistics.mean(score[key] for score in scores) for key in ("content", measure))
                points.append((x, y))
                note = f"{weight:g}" if len(weighted) > 1 else name
                panel.annotate(note, (x, y), xytext=(5, 4), textcoords="offset points", fontsize=8)
            marker = "os^Dv*PX<>"[index % 10]
            panel.plot(*zip(*points, strict=True), marker=marker, label=name)
        panel.set(xlabel="content distance", ylabel=title)
        panel.margins(0.15)
        panel.grid(alpha=0.3)
    count = len({row.pair for row in rows})
    figure.suptitle(f"means over {count} pairs; numbers along a line are content weights; lower is better")
    panels[0].legend(fontsize=8)
    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def family(name: str) -> str:
    """A method's name without its content weight."""
    head, _, changes = name.partition(":")
    kept = [change for change in changes.split(",") if change and not re.match("content_weight=", change)]
    return f"{head}:{','.join(kept)}" if kept else head
