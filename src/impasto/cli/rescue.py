"""Outputs that cannot be written where they were asked for are written elsewhere, so that no work is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from impasto.errors import OutputError
from impasto.images.file_names import free

FAILED = 1
"""Exit code where an output lies elsewhere than was asked for."""


class Rescue:
    """Writes outputs: where they were asked for, else in the working folder, else in a new temporary one.

    Attributes:
        used: whether an output lies elsewhere than was asked for.
    """

    def __init__(self) -> None:
        self.used = False

    def check(self) -> None:
        """End the command with exit code 1 if an output lies elsewhere.

        Raises:
            Exit: one does.
        """
        if self.used:
            raise typer.Exit(FAILED)

    def write(self, what: str, target: Path, write: Callable[[Path], object]) -> Path:
        """Write one output.

        Args:
            what: it is, for people: "painting", "animation".
            target: where it was asked for; its folder was there when the run began.
            write: writes it to a path, whole or not at all.
        Returns:
            Where it lies.
        Raises:
            OutputError: it could be written nowhere; the text says what was tried.
        """
        reasons: list[str] = []
        for place in self._places(target):
            try:
                if not place.parent.is_dir():
                    raise OutputError("the output's folder is gone", got=f"{place.parent}: no such folder")
                write(place)
            except (OutputError, OSError) as error:
                got = (error.got or error.problem) if isinstance(error, OutputError) else f"{place}: {error}"
                reasons.append(got)
                continue
            if reasons:
                self._say(what, target, place, reasons[0])
            return place
        raise OutputError(
            f"the {what} could be written nowhere",
            got="; ".join(reasons),
            attempt="free space on one of these disks; a long run goes on from its checkpoint with --resume",
        )

    def _places(self, target: Path) -> Iterator[Path]:
        yield target
        yield free(Path.cwd() / target.name)
        try:
            folder = Path(tempfile.mkdtemp(prefix="impasto-"))
        except OSError:
            return
        yield folder / target.name

    def _say(self, what: str, target: Path, place: Path, reason: str) -> None:
        from rich.markup import escape

        from impasto.cli.console import stderr

        self.used = True
        text = f"[bold red]the {what} could not be written to[/] {escape(str(target))} ({escape(reason)}); "
        # It is an error, and said with --quiet too.
        stderr().print(text + f"[bold]it is in {escape(str(place))}[/]")
