"""The progress bar of a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.fast.training_run import TrainStep


@contextmanager
def training_bar(console: Console, *, quiet: bool) -> Iterator[Callable[[TrainStep], None]]:
    """A bar over all steps: step, loss and time left.

    Yields:
        What to call with each step.
    """
    from rich.progress import BarColumn, Progress, TextColumn

    columns = [
        TextColumn("training"),
        BarColumn(bar_width=None),
        TextColumn("step {task.fields[step]}"),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TextColumn("{task.fields[left]} left"),
    ]
    with Progress(*columns, console=console, transient=True, disable=quiet, expand=True) as bar:
        task = bar.add_task("training", total=None, step="-", loss=float("nan"), left="-")

        def show(step: TrainStep) -> None:
            bar.update(
                task,
                total=step.steps,
                completed=step.step,
                step=f"{step.step}/{step.steps}",
                loss=step.loss,
                left=duration_text(step.seconds_left),
            )

        yield show
