"""What the terminal shows: errors without tracebacks, notes, and a progress bar with time left."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from impasto.errors import ImpastoError, OutOfMemoryError
from impasto.optimize.timing import duration_text
from impasto.registry import NETWORKS

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.optimize.loop import Step

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


def stderr() -> Console:
    """The console for everything that is not a result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose known errors are one clear message and an exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ImpastoError as error:
            raise _exit_of(error) from None
        except (RuntimeError, MemoryError) as error:
            from impasto.runtime import out_of_memory

            if not out_of_memory(error):
                raise
            problem, reason = "the memory does not suffice", str(error).partition("\n")[0][:200]
            smaller = "smaller pictures, a smaller --size, or close other programs"
            raise _exit_of(OutOfMemoryError(problem, got=reason, attempt=smaller)) from None
        except KeyboardInterrupt:
            stderr().print("stopped before there was a picture; nothing was written")
            raise typer.Exit(INTERRUPTED) from None

    return run


def _exit_of(error: ImpastoError) -> typer.Exit:
    """Print an error; returns the exit with its code."""
    from rich.markup import escape

    stderr().print(f"[bold red]{type(error).__name__}[/]: {escape(str(error))}")
    return typer.Exit(error.exit_code)


class _Notes(logging.Handler):
    """Log records of the library, as lines between the progress bar and the prompt; each is said once."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self.console = console
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        from rich.markup import escape

        text = record.getMessage()
        if text not in self.said:
            self.said.add(text)
            self.console.print(f"[yellow]note[/] {escape(text)}")


@contextmanager
def notes(*, quiet: bool) -> Iterator[Console]:
    """Show what the library logs while the block runs."""
    console = stderr()
    console.quiet = quiet
    handler, logger = _Notes(console), logging.getLogger("impasto")
    logger.addHandler(handler)
    try:
        yield console
    finally:
        logger.removeHandler(handler)


def size_of(step: Step) -> str:
    """The size of a step's canvas, as the bar shows it."""
    return f"{max(step.width, step.height)} px"


@contextmanager
def progress(
    console: Console, *, quiet: bool, size: Callable[[Step], str] = size_of
) -> Iterator[Callable[..., None]]:
    """A bar over all sizes: size, step, loss and time left.

    Args:
        console: where it goes.
        quiet: show none.
        size: of a step's canvas, in words.
    Yields:
        What to call with each step, and, if there are several pictures, with which one it is of.
    """
    from rich.progress import BarColumn, Progress, TextColumn

    columns = [
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("step {task.fields[step]}"),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TextColumn("{task.fields[left]} left"),
    ]
    with Progress(*columns, console=console, transient=True, disable=quiet, expand=True) as bar:
        task = bar.add_task("reading", total=None, step="-", loss=float("nan"), left="-")

        def show(step: Step, picture: str = "") -> None:
            bar.update(
                task,
                description=f"{picture}{size(step)} ({step.scale}/{step.scales})",
                total=step.seconds + step.seconds_left,
                completed=step.seconds,
                step=f"{step.step}/{step.steps}",
                loss=step.loss,
                left=duration_text(step.seconds_left),
            )

        yield show


@contextmanager
def download(console: Console, name: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A bar for a file that is fetched: how much, how fast, time left.

    Yields:
        What to call with (bytes here, bytes in all).
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [
        TextColumn("fetching {task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def fetch_missing(
    network: str, weights: str | None, console: Console, *, quiet: bool, check: Callable[[], object]
) -> None:
    """Download the weights of a network that are not here, with a bar.

    Args:
        network: as in ``--network``.
        weights: as in ``--weights``.
        console: where the bar goes.
        quiet: show none.
        check: called before a download: nobody wants to wait for it to learn of a mistyped name.
    """
    from impasto.features import weight_record
    from impasto.weights.download import fetch
    from impasto.weights.records import cached

    record = weight_record(network, weights) if network in NETWORKS else None
    if record is not None and cached(record) is None:
        check()
        with download(console, record.file_name, quiet=quiet) as show:
            fetch(record, progress=show)
