"""``impasto video``: a video in the style of paintings."""

from __future__ import annotations

import inspect
import json as json_format
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes
from impasto.cli.options import keyword, parameter
from impasto.cli.outputs import escaped
from impasto.cli.recipe_command import check_files, input_parameter
from impasto.errors import SettingError
from impasto.optimize.timing import duration_text
from impasto.settings.task import Inputs, as_list
from impasto.settings.video import TASK, VideoSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.video.frame_loop import VideoStep
    from impasto.video.run import VideoResult

OUT = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="FILE",
        help="Result: .mp4, .mov, .mkv, .webm, .gif, .webp, .png or .apng; or frame_%05d.png. "
        "(default: VIDEO-STYLE.mp4)",
    ),
]
FROM = Annotated[
    Path | None, typer.Option("--from", metavar="OUT.json", help="Make a video again from its record.")
]
LOOK_IN = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="With --from: where its files are. (default: near the record, or in the working folder)",
    ),
]
EVERY = Annotated[
    str | None,
    typer.Option("--every-frame", metavar="PATTERN", help="Write each frame as a picture too: dir/%05d.png."),
]
RESUME = Annotated[bool, typer.Option("--resume", help="Go on from OUT.parts, if it is there.")]
PREVIEW = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Refresh this picture with the last frame.")
]
JSON = Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")]
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def video_command() -> Callable[..., Any]:
    """The command, with one option for every input and every setting."""
    inputs = [input_parameter(row) for row in TASK.inputs]
    files = [
        _option("out", OUT, None),
        _option("from_record", FROM, None),
        _option("look_in", LOOK_IN, None),
        _option("every_frame", EVERY, None),
        _option("resume", RESUME, False),
        _option("preview", PREVIEW, None),
        _option("json", JSON, False),
        _option("quiet", QUIET, False),
    ]
    names = list(VideoSettings.info())
    parameters = [*inputs, *files, *(parameter(name, VideoSettings) for name in names)]

    def video(**values: Any) -> None:
        options = {name: value for name in names if (value := values.pop(name)) is not None}
        given = {row.name: values.pop(row.name) for row in TASK.inputs}
        _run({name: value for name, value in given.items() if value}, options, **values)

    video.__doc__ = (
        f"{TASK.summary}\n\nCtrl-C keeps the frames painted so far in OUT.parts; --resume goes on from there."
    )
    vars(video)["__signature__"] = inspect.Signature(parameters)
    video.__annotations__ = {p.name: p.annotation for p in parameters}
    return video


def _option(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind, option = annotation.__origin__, annotation.__metadata__[0]
    return keyword(name, kind, option, default=default)


def _run(
    inputs: dict[str, Any],
    options: dict[str, Any],
    *,
    out: Path | None,
    from_record: Path | None,
    look_in: Path | None,
    every_frame: str | None,
    resume: bool,
    preview: Path | None,
    json: bool,
    quiet: bool,
) -> None:
    if from_record is None:
        TASK.check_inputs(inputs)
        settings = VideoSettings.of({"preset": VideoSettings.defaults()["preset"], **options})
        check_files(TASK, inputs)
        target = out or default_target(inputs, settings)
    else:
        inputs, settings = recorded(from_record, inputs, options, look_in=look_in)
        options = {name: getattr(settings, name) for name in VideoSettings.info()}
        from impasto.video.record import again_path

        target = out or again_path(from_record)
    with notes(quiet=quiet or json) as console:
        from impasto.cli.run_command import open_preview
        from impasto.video.stylize import video_steps

        picture = open_preview(preview)
        steps = video_steps(
            inputs.pop("content"),
            inputs.pop("style"),
            target,
            **inputs,
            every_frame=every_frame,
            resume=resume,
            **options,
        )
        try:
            result = follow(steps, console, quiet=quiet or json, see=picture)
        except KeyboardInterrupt:
            console.print(f"stopped; the same command with --resume goes on from {escaped(target)}.parts")
            raise typer.Exit(INTERRUPTED) from None
        console.print(
            f"[green]painted[/] {escaped(result.path)}: {result.frames} frames "
            f"({duration_text(result.record['seconds'])}), record beside it"
        )
        if json:
            print(json_format.dumps({**result.record, "video": str(result.path)}))


def recorded(
    record: Path, given: Inputs, options: dict[str, Any], *, look_in: Path | None
) -> tuple[dict[str, Any], VideoSettings]:
    """Inputs and settings of a record, where they are not given anew.

    Raises:
        SettingError: a video is given as well, or it is no record of a video.
        VideoError: the frames are not found.
        PictureError: another file is not found.
    """
    for row in TASK.inputs:
        if row.positional and row.name in given:
            raise SettingError(
                "--from brings its own video and styles",
                got=f"{as_list(given[row.name])[0]} as well",
                attempt="one or the other",
            )
    from impasto.video.record import from_video_record

    inputs, settings = from_video_record(record, given=given, look_in=look_in)
    return inputs, settings.changed(options)


def default_target(inputs: Inputs, settings: VideoSettings) -> Path:
    """Where the video goes if the user does not say: VIDEO-STYLE.mp4 here."""
    return Path(f"{TASK.stem(inputs, settings)}.mp4".replace("%", ""))


def follow(
    steps: Generator[VideoStep, None, VideoResult], console: Console, *, quiet: bool, see: Any = None
) -> VideoResult:
    """Run a video to its end with a bar over its frames.

    Args:
        steps: of the video.
        console: where the bar goes.
        quiet: show none.
        see: refreshes a picture; None: there is none.
    Returns:
        What was written.
    """
    from rich.progress import BarColumn, Progress, TextColumn

    columns = [
        TextColumn("frame {task.fields[frame]}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[speed]} frames/s"),
        TextColumn("{task.fields[left]} left"),
    ]
    with Progress(*columns, console=console, transient=True, disable=quiet, expand=True) as bar:
        task = bar.add_task("", total=None, frame="-", speed="-", left="-")
        count = 0
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                result: VideoResult = end.value
                return result
            except KeyboardInterrupt:
                steps.close()
                raise
            count += 1
            frames = "?" if step.frames is None else str(step.frames)
            in_pass = "" if step.pass_number is None else f", pass {step.pass_number}"
            bar.update(
                task,
                total=None if step.fraction is None else 1.0,
                completed=step.fraction or 0.0,
                frame=f"{step.frame}/{frames}{in_pass}",
                speed=f"{count / max(step.seconds, 1e-6):.1f}",
                left="?" if step.seconds_left is None else duration_text(step.seconds_left),
            )
            if see is not None:
                see.see(step)
