"""How a run is painted in the terminal: to its end or to Ctrl-C, with preview and animation."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import SettingError

if TYPE_CHECKING:
    from impasto.cli.animation_recorder import AnimationRecorder
    from impasto.cli.preview import Preview
    from impasto.result import Result
    from impasto.synthesis.run import Run

log = logging.getLogger(__name__)


def paint(
    run: Run[Result], show: Any, recorder: AnimationRecorder | None = None, preview: Preview | None = None
) -> tuple[Result, bool]:
    """Paint to the end or to Ctrl-C.

    Args:
        run: what to paint.
        show: called with each step.
        recorder: keeps some of the pictures for an animation.
        preview: writes some of them to a file.
    Returns:
        The result so far, and whether Ctrl-C ended it.
    Raises:
        KeyboardInterrupt: it came before the first step.
    """
    interrupted = False
    try:
        for step in run.steps():
            show(step)
            if recorder is not None:
                recorder.see(step)
            if preview is not None:
                preview.see(step)
    except KeyboardInterrupt:
        last = run.last
        if last is None:
            raise
        interrupted = True
        log.warning("stopped at %d x %d px, step %d of %d", last.width, last.height, last.step, last.steps)
        with suppress(KeyboardInterrupt):  # the second Ctrl-C gives up the checkpoint, not the picture
            run.keep()
    return run.result(interrupted=interrupted), interrupted


def check_names(written: Mapping[str, Path | None], read: Sequence[Path]) -> None:
    """Whether every file that is written has a name of its own.

    Args:
        written: {what it is: its name}.
        read: the pictures to paint from.

    Raises:
        SettingError: two have the same name, or one would replace a picture that is read.
    """
    names = {what: path.resolve() for what, path in written.items() if path is not None}
    for (what, path), (other, other_path) in combinations(names.items(), 2):
        if path == other_path:
            raise SettingError(
                f"{what} and {other} have the same name", got=str(path), attempt="another name for one"
            )
    for what, path in names.items():
        if path in [picture.resolve() for picture in read]:
            raise SettingError(
                f"the {what} would replace a picture it is painted from",
                got=str(path),
                attempt="another name",
            )


def open_recorder(path: Path | None) -> AnimationRecorder | None:
    """The animation to be written; see ``AnimationRecorder``."""
    if path is None:
        return None
    from impasto.cli.animation_recorder import AnimationRecorder

    return AnimationRecorder(path)


def open_preview(path: Path | None) -> Preview | None:
    """The preview to be refreshed; see ``Preview``."""
    if path is None:
        return None
    from impasto.cli.preview import Preview

    return Preview(path)


def check_target(
    target: Path, checkpoint: Path | None, *, bits: int, dpi: int | None, alpha: bool = False
) -> None:
    """Look, before any work is done, whether the picture, its record and a checkpoint can be written.

    Raises:
        OutputError: the folder is missing or closed, or the format is unknown or cannot hold that.
        SettingError: there are no such bits or dpi.
    """
    from impasto.images import io
    from impasto.images.atomic_write import check_path
    from impasto.result import record_path

    io.check_output(target, bits=bits, dpi=dpi, alpha=alpha)
    check_path(record_path(target), ())
    if checkpoint is not None:
        check_path(checkpoint, ())
