"""A training as it is seen in the terminal: a bar, and a contact sheet that is painted anew."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import ImpastoError
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.fast.style_file import TrainedStyle
    from impasto.fast.training_run import TrainStep

log = logging.getLogger(__name__)

SHEET_PX = 256
"""Long side of a picture on the contact sheet."""


class Watcher:
    """Shows a training until it ends or Ctrl-C stops it.

    Args:
        console: where the bar is shown.
        sheet: file of the contact sheet.
        every: steps between two contact sheets; 0: none.
        quiet: no bar.
        device: that the sheet is painted on.
    """

    def __init__(self, console: Console, sheet: Path, every: int, *, quiet: bool, device: str) -> None:
        self.console, self.sheet, self.every = console, sheet, every
        self.quiet, self.device = quiet, device

    def watch(self, steps: Generator[TrainStep, None, TrainedStyle]) -> tuple[TrainedStyle, bool]:
        """Train.

        Returns:
            What was learnt, and whether Ctrl-C ended it.
        Raises:
            KeyboardInterrupt: it came before the first step.
        """
        from rich.progress import BarColumn, Progress, TextColumn

        columns = [
            TextColumn("training"),
            BarColumn(bar_width=None),
            TextColumn("step {task.fields[step]}"),
            TextColumn("loss {task.fields[loss]:.3f}"),
            TextColumn("{task.fields[left]} left"),
        ]
        last: TrainStep | None = None
        with Progress(*columns, console=self.console, transient=True, disable=self.quiet, expand=True) as bar:
            task = bar.add_task("training", total=None, step="-", loss=float("nan"), left="-")
            while True:
                try:
                    last = next(steps)
                    bar.update(
                        task,
                        total=last.steps,
                        completed=last.step,
                        step=f"{last.step}/{last.steps}",
                        loss=last.loss,
                        left=duration_text(last.seconds_left),
                    )
                    if self.every and last.step % self.every == 0:
                        self.write_sheet(last.trained())
                except StopIteration as end:
                    trained: TrainedStyle = end.value
                    return trained, False
                except KeyboardInterrupt:
                    if last is None:
                        raise
                    steps.close()  # writes the checkpoint
                    return last.trained(), True

    def write_sheet(self, trained: TrainedStyle) -> None:
        """A contact sheet: the sample photos, and below them in every style that is being learnt.

        Where it cannot be written, that is logged: the training goes on.
        """
        if not self.every:
            return
        from impasto import samples
        from impasto.fast.apply import StylePainter
        from impasto.images import grid, io

        photos = [samples.photo(name) for name in samples.PHOTOS]
        painters = [
            StylePainter(trained, styles={name: 1.0}, size=SHEET_PX, device=self.device)
            for name in trained.styles
        ]
        rows = [photos, *([painter(photo).image for photo in photos] for painter in painters)]
        labels = [[""] * len(photos), *([name] * len(photos) for name in trained.styles)]
        try:
            io.write(self.sheet, grid.contact_sheet(rows, labels=labels, cell_px=SHEET_PX))
        except ImpastoError as error:
            log.warning("no contact sheet can be written. %s", error)
