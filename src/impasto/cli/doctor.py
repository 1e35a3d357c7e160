"""``impasto doctor``: what to paste into a bug report."""

from __future__ import annotations

import json as json_format
from typing import Annotated

import typer


def doctor(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Print versions, processor, threads, devices and the cache: what to paste into a bug report."""
    from impasto.runtime import facts
    from impasto.weights.records import cache_facts

    found = {**facts(), **cache_facts()}
    if json:
        print(json_format.dumps(found, indent=1))
        return
    width = max(map(len, found))
    for name, value in found.items():
        print(f"{name:<{width}}  {value}")
