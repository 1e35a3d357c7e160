"""``impasto networks``: what can look at the pictures."""

from __future__ import annotations

import dataclasses
import json as json_format
from typing import Annotated

import typer


def networks(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the feature networks: name, kind, size, licence, and whether the weights are here."""
    from impasto.features import describe

    cards = describe()
    if json:
        print(json_format.dumps([dataclasses.asdict(card) for card in cards], indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "network", "weights", "kind", "size", "licence", "here", "source", box=None, header_style="bold"
    )
    for card in cards:
        size = f"{card.size_bytes / 1e6:.1f} MB" if card.size_bytes else "-"
        table.add_row(
            card.name,
            card.weights,
            card.kind,
            size,
            card.licence,
            "yes" if card.cached else "no",
            card.source,
        )
    Console().print(table)
