"""Settings of a batch: how the rows of a manifest are shared out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, setting


@dataclass(frozen=True, kw_only=True)
class BatchSettings(Settings, panel="Work"):
    """How many rows are painted at once, with what, and what happens to those that fail."""

    task: str = setting("stylize", help="Task of the rows that name none.")
    suffix: str | None = setting(
        None, help="Ending, and so the format, of results without a name of their own. Left out: .png."
    )
    jobs: int | None = setting(
        None,
        low=1,
        high=100_000,
        help="Rows that are painted at the same time. Left out: as CPUs, memory and GPUs allow.",
    )
    cpus_per_job: int = setting(
        1,
        unit="CPUs",
        low=1,
        high=1024,
        help="Threads of each job. 1 paints most pictures an hour; another number changes last digits.",
        source="measured: docs/scale.md",
    )
    gpus_per_job: float = setting(
        0.0, unit="GPUs", low=0, high=8, help="Share of a GPU that Ray keeps for each job."
    )
    retries: int = setting(
        2, low=0, high=20, help="How often a row is tried again whose worker died before it was done."
    )
    timeout: float | None = setting(
        None, unit="s", low=1, help="A row that takes longer fails, and its worker is replaced."
    )


class BatchOptions(TypedDict, total=False):
    """Keywords of ``run_batch``: every field of ``BatchSettings``."""

    task: str
    suffix: str | None
    jobs: int | None
    cpus_per_job: int
    gpus_per_job: float
    retries: int
    timeout: float | None
