"""The picture on disk while it is being painted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import OutputError
from impasto.images import io
from impasto.optimize.timing import Throttle

if TYPE_CHECKING:
    from PIL.Image import Image

    from impasto.optimize.loop import Step

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""Seconds between two previews, at least."""


class Preview:
    """A picture that is refreshed while it is painted, at the size that is painted then; whole at any time.

    Args:
        path: .png, .jpg, .webp or .tiff.
        clock: returns monotonic seconds (tests inject one).

    Raises:
        OutputError: the folder is missing or closed, or the format is unknown.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = io.check_output(path)
        self._throttle = Throttle(EVERY_S, clock=clock)
        self._warned = False

    def see(self, step: Step) -> None:
        """Show a step if it is time."""
        if self._throttle.due:
            self._show(io.to_pil(step.snapshot()))

    def finish(self, picture: Image) -> None:
        """Show the picture that was saved; it stays."""
        self._show(picture)

    def _show(self, picture: Image) -> None:
        with self._throttle.writing():
            try:
                io.write(self.path, picture)
            except OutputError as error:
                if not self._warned:
                    log.warning("no preview can be written; painting goes on. %s", error)
                self._warned = True
