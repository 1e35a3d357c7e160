"""``impasto audio``: a sound in the style of another, or a texture without content."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes, progress
from impasto.cli.options import with_settings
from impasto.cli.outputs import escaped, print_notes
from impasto.cli.run_command import check_names
from impasto.errors import SettingError
from impasto.optimize.timing import Throttle, duration_text
from impasto.settings.audio import AudioSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.audio.animation import SpectrogramRecorder
    from impasto.audio.result import SoundResult
    from impasto.optimize.loop import Step
    from impasto.synthesis.run import Run

log = logging.getLogger(__name__)

PREVIEW_EVERY_S = 5.0
"""Seconds between two previews, at least."""


@with_settings(AudioSettings)
def audio(
    content: Annotated[
        Path | None, typer.Argument(metavar="CONTENT", help="The sound that is restyled.", show_default=False)
    ] = None,
    style: Annotated[
        list[Path] | None,
        typer.Argument(metavar="STYLE...", help="One or more sounds.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Result: .wav, .flac, .ogg, .mp3 or .m4a."),
    ] = None,
    texture: Annotated[
        list[Path] | None,
        typer.Option(metavar="STYLE", help="Instead of content and style: a texture of this, or of several."),
    ] = None,
    from_record: Annotated[
        Path | None, typer.Option("--from", metavar="OUT.json", help="Make a sound again from its record.")
    ] = None,
    look_in: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where --from also looks for the record's sounds.")
    ] = None,
    bits: Annotated[
        int, typer.Option(metavar="16|24|32|0", help="Bits a sample of .wav and .flac; 0 for 32-bit floats.")
    ] = 16,
    spectrogram: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw content, style and result as spectrograms: .png."),
    ] = None,
    animate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Show the spectrogram being painted, with the result: .mp4."),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the run here. (default: OUT.checkpoint, for runs over two minutes)"
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint, if there is one.")
    ] = False,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refresh this sound every few seconds.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Play a sound in another sound's texture, timbre and rhythm; --texture makes one without content.

    Ctrl-C keeps the sound so far; if there is a checkpoint, --resume goes on from there.
    """
    inputs = given_inputs(content, style or [], texture or [], from_record)
    silent = quiet or as_json
    with notes(quiet=silent) as console:
        inputs, settings = plan(inputs, from_record, options, look_in=look_in)
        target = out or Path(f"{'-'.join(path.stem for path in paths_of(inputs))}-audio.wav")
        besides = {
            "spectrogram": spectrogram,
            "animation": animate,
            "preview": preview,
            "checkpoint": checkpoint,
        }
        check_files(target, bits, besides, paths_of(inputs))
        from impasto.audio.animation import SpectrogramRecorder
        from impasto.audio.stylize import job
        from impasto.synthesis.context import Context
        from impasto.synthesis.run import Run

        made = job(inputs, settings, Context())
        print_notes(console, made.notes)
        run = Run(
            made,
            checkpoint=checkpoint or target.with_suffix(".checkpoint"),
            resume=resume,
            automatic=checkpoint is None,
        )
        recorder = None if animate is None else SpectrogramRecorder(made.rate_hz)
        result, interrupted = play(run, console, preview, recorder, rate_hz=made.rate_hz, quiet=silent)
        print_notes(console, result.loudness_notes)
        result.save(target, bits=bits)
        if animate is not None and recorder is not None:
            recorder.write(animate, result.samples)
        if spectrogram is not None:
            from impasto.audio.picture import draw_run

            draw_run(spectrogram, inputs, result)
        if not silent:
            what = "stopped; the sound so far is" if interrupted else "made"
            seconds = duration_text(result.record["seconds"])
            console.print(f"[green]{what}[/] {escaped(target)} ({seconds}), record beside it")
        if as_json:
            from impasto.result import without_folders

            print(json.dumps({**without_folders(result.record), "sound": str(target)}))
        if interrupted:
            raise typer.Exit(INTERRUPTED)


def given_inputs(
    content: Path | None, style: Sequence[Path], texture: Sequence[Path], from_record: Path | None
) -> dict[str, Any]:
    """The inputs of the command line; none where a record brings them.

    Raises:
        SettingError: content or style is missing, or there is a texture or a record beside them.
    """
    if from_record is not None or texture:
        if content is not None:
            raise SettingError(
                f"{'--from' if from_record else '--texture'} brings its own sounds",
                got=f"{content} as well",
                attempt="one or the other",
            )
        if from_record is not None and texture:
            raise SettingError(
                "--from brings its own sounds", got="--texture as well", attempt="one or the other"
            )
        return {"style": list(texture)} if texture else {}
    if content is None or not style:
        raise SettingError(
            "audio needs a content and a style",
            got="no content" if content is None else "no style",
            expected="impasto audio CONTENT.wav STYLE.wav -o OUT.wav",
            attempt="impasto audio --texture STYLE.wav --length 30, without content",
        )
    return {"content": content, "style": list(style)}


def plan(
    inputs: dict[str, Any],
    from_record: Path | None,
    options: dict[str, Any],
    *,
    look_in: Path | None = None,
) -> tuple[dict[str, Any], AudioSettings]:
    """Inputs and settings; those of a record where they are not given anew.

    Raises:
        SettingError: an option has a value it cannot have, or the record is none.
        SoundError: a file is missing.
    """
    if from_record is None:
        settings = AudioSettings.of(options)
    else:
        from impasto.audio.result import changed_inputs, from_sound_record, read_sound_record

        inputs, recorded = from_sound_record(from_record, look_in=look_in)
        settings = recorded.changed(options)
        for name in changed_inputs(read_sound_record(from_record, look_in=look_in)):
            log.warning("%s has changed since the record was written", name)
    from impasto.audio.sound_file import check_sound_file

    for path in paths_of(inputs):
        check_sound_file(path)
    return inputs, settings


def paths_of(inputs: dict[str, Any]) -> list[Path]:
    """Every file that is read."""
    return [*([inputs["content"]] if "content" in inputs else []), *inputs["style"]]


def check_files(sound: Path, bits: int, besides: dict[str, Path | None], read: Sequence[Path]) -> None:
    """Check, before any work is done, that every file can be written, and that no two have one name.

    Args:
        sound: the result.
        bits: a sample.
        besides: {what: file} of what is written besides; None: it is not asked for.
        read: files that are read.
    Raises:
        OutputError: a folder is missing or closed, or a format is unknown or cannot hold the bits.
        SettingError: names clash.
    """
    from impasto.audio.animation import check_animation_output
    from impasto.audio.io import check_output
    from impasto.images.atomic_write import check_path
    from impasto.result import record_path

    check_output(sound, bits=bits)
    check_path(record_path(sound), ())
    checks: dict[str, Callable[[Path], object]] = {
        "preview": check_output,
        "spectrogram": partial(check_path, formats=(".png",)),
        "animation": check_animation_output,
        "checkpoint": partial(check_path, formats=()),
    }
    for what, path in besides.items():
        if path is not None:
            checks[what](path)
    check_names({"sound": sound, "record": record_path(sound), **besides}, read)


def rate_of(step: Step, *, rate_hz: int) -> str:
    """The sample rate of a step's canvas, as the bar shows it; ``rate_hz`` is that of the result."""
    return f"{rate_hz / 2 ** (step.scales - step.scale) / 1000:.1f} kHz"


def play(
    run: Run[SoundResult],
    console: Console,
    preview: Path | None,
    recorder: SpectrogramRecorder | None,
    *,
    rate_hz: int,
    quiet: bool,
) -> tuple[SoundResult, bool]:
    """Run to the end or to Ctrl-C, with a bar and a preview.

    Args:
        run: what to make.
        console: where the bar goes.
        preview: the sound that is refreshed.
        recorder: keeps spectrograms for an animation.
        rate_hz: of the result.
        quiet: show no bar.
    Returns:
        The result so far, and whether Ctrl-C ended it.
    Raises:
        KeyboardInterrupt: it came before the first step.
    """
    from impasto.audio.io import write_sound

    throttle = Throttle(PREVIEW_EVERY_S)
    try:
        with progress(console, quiet=quiet, size=partial(rate_of, rate_hz=rate_hz)) as show:
            for step in run.steps():
                show(step)
                if recorder is not None:
                    recorder.see(step)
                if preview is not None and throttle.due:
                    with throttle.writing():
                        write_sound(preview, step.snapshot()[0, :, 0].numpy(), rate_hz)
    except KeyboardInterrupt:
        if run.last is None:
            raise
        log.warning("stopped at step %d of %d", run.last.step, run.last.steps)
        with suppress(KeyboardInterrupt):
            run.keep()
        return run.result(interrupted=True), True
    return run.result(), False
