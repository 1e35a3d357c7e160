"""Stand-in until the lead's ``Context`` is merged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False, kw_only=True)
class Context:
    """What outlives one picture; empty here."""
