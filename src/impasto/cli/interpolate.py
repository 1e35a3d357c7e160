"""``impasto interpolate``: pictures from style to style, a strip and an animation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from impasto.cli.console import INTERRUPTED, progress
from impasto.cli.options import keyword
from impasto.cli.outputs import Outputs, escaped, print_notes, print_record, save
from impasto.cli.recipe_command import Call, Extra
from impasto.cli.rescue import Rescue
from impasto.cli.run_command import check_names, check_target, open_preview, paint
from impasto.errors import SettingError
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from rich.console import Console

    from impasto.cli.preview import Preview
    from impasto.optimize.loop import Step
    from impasto.recipes.interpolate import Interpolation

ONE_WAY_MS = 2400
"""Duration of the animation from one end to the other, if its frames may last so long; chosen by eye."""

SHORTEST_MS, LONGEST_MS = 80, 400
"""Shortest and longest duration of a frame; chosen by eye."""


def run_series(call: Call) -> None:
    """Paint every picture and save it when it is done, then the strip and the animation.

    Ctrl-C keeps what there is, the picture in progress too; with ``--resume``, pictures that are there
    already are not painted again.

    Args:
        call: the strip is its target; the pictures have numbers before the ending.
    Raises:
        OutputError: something cannot be written; said before anything is painted.
        SettingError: names clash, or a checkpoint is named.
        Exit: Ctrl-C came.
    """
    from impasto.cli.animation_recorder import write_animation_file
    from impasto.images import io
    from impasto.images.atomic_write import make_parent
    from impasto.recipes.interpolate import Interpolation
    from impasto.result import part_paths
    from impasto.synthesis.context import Context

    series = Interpolation.of(call.inputs, call.settings, Context())
    outputs, target, console = call.outputs, call.target, call.console
    targets = part_paths(target, len(series.shares))
    check(outputs, target, targets, call.files, alpha=call.settings.keep_alpha)
    preview = open_preview(outputs.preview)
    call.fetch()
    make_parent(target, outputs.animate, outputs.preview)
    interrupted = False
    with progress(console, quiet=outputs.silent) as show:
        painter = _SeriesPainter(outputs, series, targets, console, show, preview)
        try:
            while len(painter.pictures) < len(targets):
                painter.paint_next()
        except KeyboardInterrupt:
            if not painter.pictures:
                raise
            interrupted = True
    pictures, done = painter.pictures, len(painter.pictures)
    strip, film, rescue = series.strip(pictures), outputs.animate, painter.rescue
    target = rescue.write("strip", target, lambda path: io.write(path, strip, dpi=outputs.dpi))
    if film is not None:
        frames = there_and_back(pictures, is_cyclic=series.is_cyclic and not interrupted)
        film = rescue.write(
            "animation", film, lambda path: write_animation_file(path, frames, milliseconds=frame_ms(done))
        )
    if not outputs.silent:
        what = f"stopped at {done} of {len(targets)} pictures" if interrupted else f"painted {done} pictures"
        names = escaped(f"{targets[0]} to {targets[done - 1].name}")
        console.print(f"[green]{what}[/] {names} ({duration_text(painter.spent_s)}), records beside them")
        console.print(f"[green]strip[/] {escaped(target)}")
        if film is not None:
            console.print(f"[green]animation[/] {escaped(film)}")
        if interrupted:
            console.print("the same command with --resume paints what is missing")
    rescue.check()
    if interrupted:
        raise typer.Exit(INTERRUPTED)


def run_series_of(count: int, call: Call) -> None:
    """``impasto stylize --interpolate N``: the same as ``impasto interpolate --count N``."""
    from impasto.settings import InterpolateSettings

    values = {**call.settings.to_dict(), "count": count}
    run_series(replace(call, settings=InterpolateSettings.from_mapping(values)))


INTERPOLATE = Extra(
    keyword(
        "interpolate",
        int | None,
        typer.Option(
            metavar="N",
            help="Paint N pictures from the first style to the last: OUT-1 to OUT-N, and a strip.",
            show_default=False,
        ),
    ),
    run_call=run_series_of,
)


def check(
    outputs: Outputs, target: Path, targets: Sequence[Path], read: Sequence[Path], *, alpha: bool = False
) -> None:
    """Look, before any work is done, whether everything can be written and has a name of its own.

    Raises:
        OutputError: a folder is missing or closed, or a format is unknown or cannot hold that.
        SettingError: names clash, there are no such bits or dpi, or a checkpoint is named.
    """
    from impasto.cli.animation_recorder import check_animation_file
    from impasto.cli.unused_name import check_foreign
    from impasto.result import record_path

    if outputs.checkpoint is not None:
        raise SettingError(
            "one checkpoint does not hold several pictures",
            got=f"--checkpoint {outputs.checkpoint}",
            attempt="without it: long runs keep one a picture, and --resume goes on from there",
        )
    written = {"strip": target, "animation": outputs.animate, "preview": outputs.preview}
    for number, path in enumerate(targets, 1):
        written |= {f"picture {number}": path}
        if outputs.record:
            written |= {f"record {number}": record_path(path)}
        check_target(path, None, bits=outputs.bits, dpi=outputs.dpi, alpha=alpha)
        check_foreign(path, f"picture {number}")
    check_names(written, read)
    if outputs.animate is not None:
        check_animation_file(outputs.animate)


@dataclass
class _SeriesPainter:
    """The pictures of a series, as far as they are painted.

    Attributes:
        outputs: files to write.
        series: what to paint.
        targets: one file a picture.
        console: where notes go.
        show: called with each step and which picture it is of.
        preview: shows some of the steps.
        pictures: those that are done, as large as an animation needs them.
        spent_s: seconds for them.
        rescue: writes them.
    """

    outputs: Outputs
    series: Interpolation
    targets: Sequence[Path]
    console: Console
    show: Callable[..., None]
    preview: Preview | None
    pictures: list[Image] = field(default_factory=list)
    spent_s: float = 0.0
    rescue: Rescue = field(default_factory=Rescue)

    def paint_next(self) -> None:
        """Paint a picture and save it, or take the one that is there.

        Raises:
            KeyboardInterrupt: Ctrl-C came; the picture so far is saved, if there was a step.
        """
        from impasto.images import io
        from impasto.recipes.interpolate import is_result_of
        from impasto.result import read_record
        from impasto.synthesis.run import Run, checkpoint_path

        number = len(self.pictures) + 1
        path = self.targets[number - 1]
        job = self.series.job(number)
        if number == 1:
            print_notes(self.console, job.notes)
        if self.outputs.resume and is_result_of(path, job):
            print_notes(self.console, [f"{path} is there already"])
            self._add(io.to_pil(io.read(path).pixels))
            if self.outputs.json:
                print_record(read_record(path), path)
            return
        kept = checkpoint_path(path, resume=self.outputs.resume)
        run = Run(job, checkpoint=kept, resume=self.outputs.resume and kept.exists(), automatic=True)
        result, interrupted = paint(run, self._show, preview=self.preview)
        path = save(result, self.outputs, path, self.rescue)
        if self.preview is not None:
            self.preview.finish(result.image)
        self.spent_s += result.record["seconds"]
        self._add(result.image)
        if self.outputs.json:
            print_record(result.record, path)
        if interrupted:
            raise KeyboardInterrupt

    def _show(self, step: Step) -> None:
        number = len(self.pictures) + 1
        whole = self.series.series_step(number, step, spent_s=self.spent_s)
        self.show(whole, f"picture {number}/{len(self.targets)}, ")

    def _add(self, picture: Image) -> None:
        from impasto.cli.animation_recorder import frame_size, resized

        self.pictures.append(resized(picture, frame_size(picture)))


def there_and_back(pictures: Sequence[Image], *, is_cyclic: bool) -> list[Image]:
    """Frames that repeat without a jump: on and back with a rest at both ends, or round and round."""
    if is_cyclic:
        return list(pictures[:-1])
    return [pictures[0], *pictures, *pictures[:0:-1]]


def frame_ms(count: int) -> int:
    """How long each of so many pictures is shown."""
    return min(max(ONE_WAY_MS // count, SHORTEST_MS), LONGEST_MS)
