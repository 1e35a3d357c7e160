"""``impasto stylize --interpolate``: pictures on the way from style to style, a strip and an animation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from impasto.cli.console import INTERRUPTED, progress
from impasto.cli.outputs import Outputs
from impasto.cli.run_command import check_names, check_target, open_preview, paint
from impasto.errors import SettingError
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from rich.console import Console

    from impasto.cli.preview import Preview
    from impasto.optimize.loop import Step
    from impasto.recipes.interpolate import Way

A_ROW = 8
"""Cells of the strip side by side, at most; a longer one is broken."""

CELL_PX = 320
"""Long side of a picture on the strip."""

ONE_WAY_MS = 2400
"""How long the animation takes from one end to the other, if its frames may last so long; chosen by eye."""

SHORTEST_MS, LONGEST_MS = 80, 400


def carry_out_way(
    outputs: Outputs,
    target: Path,
    way: Way,
    *,
    console: Console,
    read: Sequence[Path],
    fetch: Callable[[], None],
) -> None:
    """Paint every picture and save it when it is done, then the strip and the animation.

    Ctrl-C keeps what there is, the picture in work too; with ``resume``, pictures that are there already are
    not painted again.

    Args:
        outputs: files to write.
        target: the strip; the pictures have numbers before the ending.
        way: what to paint.
        console: where notes go.
        read: the pictures to paint from.
        fetch: makes sure that the network is there.
    Raises:
        OutputError: something cannot be written; told before anything is painted.
        SettingError: names clash, or a checkpoint is named.
        Exit: Ctrl-C came.
    """
    from rich.markup import escape

    from impasto.cli.animation_recorder import write_film
    from impasto.images import io

    targets = numbered(target, len(way.shares))
    check(outputs, target, targets, read)
    preview = open_preview(outputs.preview)
    fetch()
    interrupted = False
    with progress(console, quiet=outputs.silent) as show:
        walk = _Walk(outputs, way, targets, console, show, preview)
        try:
            while len(walk.pictures) < len(targets):
                walk.paint_next()
        except KeyboardInterrupt:
            if not walk.pictures:
                raise
            interrupted = True
    io.write(target, sheet(list(strip(walk.pictures, way))), dpi=outputs.dpi)
    if outputs.animate is not None:
        frames = there_and_back(walk.pictures, is_round=way.is_round and not interrupted)
        write_film(outputs.animate, frames, milliseconds=frame_ms(len(walk.pictures)))
    done = len(walk.pictures)
    if not outputs.silent:
        what = f"stopped at {done} of {len(targets)} pictures" if interrupted else f"painted {done} pictures"
        names = escape(f"{targets[0]} to {targets[done - 1].name}")
        console.print(f"[green]{what}[/] {names} ({duration_text(walk.spent_s)}), records beside them")
        console.print(f"[green]strip[/] {escape(str(target))}")
        if outputs.animate is not None:
            console.print(f"[green]animation[/] {escape(str(outputs.animate))}")
        if interrupted:
            console.print("the same command with --resume paints what is missing")
    if interrupted:
        raise typer.Exit(INTERRUPTED)


def numbered(target: Path, count: int) -> list[Path]:
    """Where the pictures go: out.png -> out-1.png, ...; as many digits as the last number has."""
    digits = len(str(count))
    numbers = [f"{number:0{digits}}" for number in range(1, count + 1)]
    return [target.with_name(f"{target.stem}-{number}{target.suffix}") for number in numbers]


def check(outputs: Outputs, target: Path, targets: Sequence[Path], read: Sequence[Path]) -> None:
    """Look, before any work is done, whether everything can be written and has a name of its own.

    Raises:
        OutputError: a folder is missing or closed, or a format is unknown or cannot hold that.
        SettingError: names clash, there are no such bits or dpi, or a checkpoint is named.
    """
    from impasto.cli.animation_recorder import check_film
    from impasto.result import record_path

    if outputs.checkpoint is not None:
        raise SettingError(
            "one checkpoint does not hold several pictures",
            got=f"--checkpoint {outputs.checkpoint} and --interpolate",
            attempt="without it: long runs keep one a picture, and --resume goes on from there",
        )
    written = {"strip": target, "animation": outputs.animate, "preview": outputs.preview}
    for number, path in enumerate(targets, 1):
        written |= {f"picture {number}": path, f"record {number}": record_path(path)}
        check_target(path, None, bits=outputs.bits, dpi=outputs.dpi)
    check_names(written, read)
    if outputs.animate is not None:
        check_film(outputs.animate)


@dataclass
class _Walk:
    """The way, as far as it is painted.

    Attributes:
        outputs: files to write.
        way: what to paint.
        targets: one a picture.
        console: where notes go.
        show: called with each step and which picture it is of.
        preview: shows some of them.
        pictures: as large as an animation needs them.
        spent_s: seconds for them.
    """

    outputs: Outputs
    way: Way
    targets: Sequence[Path]
    console: Console
    show: Callable[..., None]
    preview: Preview | None
    pictures: list[Image] = field(default_factory=list)
    spent_s: float = 0.0

    def paint_next(self) -> None:
        """Paint a picture and save it, or take the one that is there.

        Raises:
            KeyboardInterrupt: Ctrl-C came; the picture so far is saved, if there was a step.
        """
        from rich.markup import escape

        from impasto.images import io
        from impasto.recipes.interpolate import is_of
        from impasto.result import read_record
        from impasto.synthesis.run import Run

        number = len(self.pictures) + 1
        path = self.targets[number - 1]
        job = self.way.job(number)
        if number == 1:
            for note in job.notes:
                self.console.print(f"[yellow]note[/] {escape(note)}")
        if self.outputs.resume and is_of(path, job):
            self.console.print(f"[yellow]note[/] {escape(str(path))} is there already")
            self._add(io.to_pil(io.read(path).pixels))
            self._tell(read_record(path), path)
            return
        kept = path.with_suffix(".checkpoint")
        run = Run(job, checkpoint=kept, resume=self.outputs.resume and kept.exists(), automatic=True)
        result, interrupted = paint(run, self._see, preview=self.preview)
        result.save(path, bits=self.outputs.bits, dpi=self.outputs.dpi)
        if self.preview is not None:
            self.preview.finish(result.image)
        self.spent_s += result.record["seconds"]
        self._add(result.image)
        self._tell(result.record, path)
        if interrupted:
            raise KeyboardInterrupt

    def _tell(self, record: Mapping[str, Any], path: Path) -> None:
        if self.outputs.json:
            print(json.dumps({**record, "picture": str(path)}))

    def _see(self, step: Step) -> None:
        number = len(self.pictures) + 1
        whole = self.way.see(number, step, spent_s=self.spent_s).step
        self.show(whole, f"picture {number}/{len(self.targets)}, ")

    def _add(self, picture: Image) -> None:
        from impasto.cli.animation_recorder import film_size, small

        self.pictures.append(small(picture, film_size(picture)))


def strip(pictures: Sequence[Image], way: Way) -> Iterator[tuple[Image, str]]:
    """The pictures, each style before the first that has come to it, and the last style at the end.

    Args:
        pictures: as far as there are any.
        way: what they were painted after.
    Yields:
        Each cell and what stands below: a style's name, or the shares of the styles.
    """
    from impasto.images import io
    from impasto.synthesis.read import name_of, pictures_of

    def style(number: int) -> tuple[Image, str]:
        source = way.styles[number]
        first = pictures_of(source)[0]
        pixels = io.read(first, max_megapixels=way.settings.max_megapixels).pixels
        return io.to_pil(pixels), name_of(source, f"style {number + 1}")

    told = 0
    last = len(way.styles) - 1
    for picture, shares in zip(pictures, way.shares, strict=False):
        here = next(number for number, share in enumerate(shares) if share > 0)
        while told <= min(here, last - 1):
            yield style(told)
            told += 1
        yield picture, ", ".join(f"{share:.2g}" for share in shares)
    yield style(last)


def sheet(cells: Sequence[tuple[Image, str]]) -> Image:
    """The strip as a picture, in rows."""
    from impasto.images.grid import contact_sheet

    a_row = -(-len(cells) // -(-len(cells) // A_ROW))  # rows of the same length, or nearly
    rows = [cells[begin : begin + a_row] for begin in range(0, len(cells), a_row)]
    return contact_sheet(
        [[picture for picture, _ in row] for row in rows],
        labels=[[caption for _, caption in row] for row in rows],
        cell_px=CELL_PX,
    )


def there_and_back(pictures: Sequence[Image], *, is_round: bool) -> list[Image]:
    """Frames that repeat without a jump: on and back with a rest at both ends, or round and round."""
    if is_round:
        return list(pictures[:-1])
    return [pictures[0], *pictures, *pictures[:0:-1]]


def frame_ms(count: int) -> int:
    """How long each of so many pictures is shown."""
    return min(max(ONE_WAY_MS // count, SHORTEST_MS), LONGEST_MS)
