"""``impasto text``: a story in the manner of an author, with every change shown."""

from __future__ import annotations

import json as json_format
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import escaped
from impasto.errors import SettingError, TextError
from impasto.settings.text import AUTHORS, TextSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.text.stylize import TextResult


@with_settings(TextSettings)
def text(
    story: Annotated[
        Path | None, typer.Argument(help="The text: plain, Markdown or HTML.", show_default=False)
    ] = None,
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            metavar="AUTHOR|FILE",
            help=f"{', '.join(AUTHORS)}, or a text file; several times for a mixture.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Result (default: STORY-STYLE.txt).")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show every change in the terminal.")] = False,
    diff_html: Annotated[
        Path | None,
        typer.Option("--diff-html", metavar="FILE", help="Write a page with every change and its gain."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Rewrite a text in the manner of an author, by changes that keep its meaning."""
    if story is None or not style:
        raise SettingError(
            "a text and a style are needed",
            got="no text" if story is None else "no style",
            expected="impasto text STORY.txt --style AUTHOR",
            attempt=f"--style {AUTHORS[2]}",
        )
    if not story.name:  # "." and ".." have no name that a result could be called by
        raise TextError("text is a folder", got=str(story), expected="one file", attempt="a file inside it")
    settings = TextSettings.of(options)
    names = "-".join(Path(name).stem for name in style)
    target = out or story.with_name(f"{story.stem}-{names}{story.suffix or '.txt'}")
    _check_targets(story, target, diff_html)
    from impasto.images.atomic_write import check_path, make_parent, write_text
    from impasto.text.stylize import rewrite_text

    for path in (target, diff_html):
        if path is not None:
            check_path(path, ())
    with notes(quiet=quiet or json) as console:
        start = time.monotonic()
        result = rewrite_text(story, style, **settings.to_dict())
        for note in result.notes:
            console.print(f"[yellow]note[/] {escaped(note)}")
        make_parent(target, diff_html)
        result.save(target)
        if diff_html is not None:
            write_text(diff_html, result.diff_html())
        if json:
            print(json_format.dumps({**result.record, "text": str(target)}))
        elif not quiet:
            if diff:
                show_diff(result)
            show_meter(result)
            seconds = time.monotonic() - start
            about = f"{len(result.changes)} changes, {seconds:.1f} s"
            console.print(f"[green]written[/] {escaped(target)} ({about}), record beside it")
            if diff_html is not None:
                console.print(f"[green]changes[/] {escaped(diff_html)}")


def _check_targets(story: Path, target: Path, page: Path | None) -> None:
    """Whether no file would be written twice, or over the story.

    Raises:
        SettingError: one would be.
    """
    record = target.with_suffix(".json")
    written = [path.resolve() for path in (target, record, page) if path is not None]
    if story.resolve() in written or len(set(written)) < len(written):
        raise SettingError(
            "two files have the same name",
            got=", ".join(map(str, written)),
            attempt="another name for the result",
        )


def show_diff(result: TextResult, console: Console | None = None) -> None:
    """Print the text with every change: the old crossed out, the new beside it."""
    from rich.console import Console
    from rich.text import Text

    shown = Text()
    for piece in result.pieces:
        if piece.change is None:
            shown.append(piece.text)
        else:
            shown.append(piece.change.before, style="strike red")
            shown.append(piece.change.after, style="bold green")
            shown.append(f"({piece.change.gain:+.1f})", style="dim")
    (console or Console(highlight=False, soft_wrap=True)).print(shown)


def show_meter(result: TextResult) -> None:
    """Print the style meter before and after."""
    from rich.console import Console
    from rich.table import Table

    from impasto.text.changes import MEASURES

    table = Table("measure", "before", "after", "nearer", "what it says", box=None, header_style="bold")
    before, after = result.before.to_dict(), result.after.to_dict()
    for name, (better, says) in MEASURES.items():
        table.add_row(name.replace("_", " "), f"{before[name]:.3f}", f"{after[name]:.3f}", better, says)
    Console().print(table)
