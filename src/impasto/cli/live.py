"""``impasto live``: the picture of a camera in a style, while it is seen."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import escaped
from impasto.errors import SettingError
from impasto.settings.live import LiveSettings

if TYPE_CHECKING:
    from impasto.video.live import LiveFrame

MEAN_FRAMES = 30
"""Frames over which the speed that is shown is averaged."""


@with_settings(LiveSettings)
def live(
    style: Annotated[
        Path | None,
        typer.Argument(metavar="STYLE", help="A painting, or a trained style.", show_default=False),
    ] = None,
    camera: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Number of the camera; the first is 0.")
    ] = None,
    video: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A video in place of the camera; all its frames.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="- for raw video on standard output; or .mp4, .mkv."
        ),
    ] = None,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refresh this picture with the last frame.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", min=0, help="Stop after so many seconds of the picture.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Paint the picture of a camera while it is seen; Ctrl-C ends it.

    impasto live painting.jpg -o - | ffplay -
    """
    if style is None or (out is None and preview is None):
        raise SettingError(
            "a style is needed, and where the frames go",
            got="no style" if style is None else "neither -o nor --preview",
            attempt="impasto live PAINTING.jpg -o - | ffplay -",
        )
    if camera is not None and video is not None:
        raise SettingError("the frames come from one place", got="--camera and --video")
    settings = LiveSettings.of(options)
    with notes(quiet=quiet) as console:
        from impasto.cli.run_command import open_preview
        from impasto.video.live_run import LiveRun

        run = LiveRun(style, settings, camera=camera or 0, video=video, out=out, seconds=seconds)
        picture: Any = open_preview(preview)
        count, begin = 0, time.monotonic()
        try:
            with suppress(KeyboardInterrupt):
                for count, (frame, speed) in enumerate(_timed(run.frames()), 1):
                    if picture is not None:
                        picture.see(frame)
                    if not quiet and count % MEAN_FRAMES == 0:
                        console.print(f"{speed:.1f} frames/s", end="\r")
        except BrokenPipeError:  # whoever read the frames has ended
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        rate = count / max(time.monotonic() - begin, 1e-6)
        console.print(f"[green]ended[/] after {count} frames, {rate:.1f} a second: {escaped(out or preview)}")


def _timed(frames: Iterator[LiveFrame]) -> Iterator[tuple[LiveFrame, float]]:
    """Frames, and how many of them come in a second."""
    times: deque[float] = deque(maxlen=MEAN_FRAMES)
    for frame in frames:
        times.append(time.monotonic())
        yield frame, (len(times) - 1) / max(times[-1] - times[0], 1e-6)
