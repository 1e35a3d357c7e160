"""Which of the pictures of a command are photos, and which are styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from impasto.cli.options import keyword
from impasto.errors import SettingError
from impasto.settings.task import Input, Task
from impasto.settings.values import item_of

DEFAULT_FOLDER = Path("painted")
"""Folder of the results of several photos, if the user names none."""

SUFFIX = keyword(
    "suffix",
    str,
    typer.Option(metavar=".png|.jpg", help="Format of the results of several photos."),
    default=".png",
)

FORCE = keyword(
    "force",
    bool,
    typer.Option("--force", help="Of several photos, paint again what is there already."),
    default=False,
)

STYLE = keyword(
    "style_option",
    list[Path] | None,
    typer.Option("--style", metavar="STYLE", help="A style; then all other pictures are photos. Repeatable."),
)


def photo_of(task: Task[Any]) -> Input | None:
    """The input of which several may be given: the photo, where it is given by position."""
    return next((row for row in task.inputs if row.name == "content" and row.positional), None)


def styles_of(task: Task[Any]) -> Input | None:
    """The styles that follow the photo by position; None if there are none."""
    return next(
        (row for row in task.inputs if row.name == "style" and row.positional and row.is_plural), None
    )


def parameters(task: Task[Any]) -> list[Any]:
    """The options for several photos that a task's command has."""
    if photo_of(task) is None:
        return []
    return [SUFFIX, FORCE, *([STYLE] if styles_of(task) else [])]


def takes_list(task: Task[Any], row: Input) -> bool:
    """Whether an input's argument takes several photos by itself, as nothing else is given by position."""
    return row == photo_of(task) and [one for one in task.inputs if one.positional] == [row]


@dataclass(frozen=True)
class Photos:
    """Several photos, or one whose result goes to a folder.

    Attributes:
        files: folders are replaced by the photos in them.
        folder: of the results.
        suffix: ending of the results.
        force: paint again what is there already.
    """

    files: Sequence[Path]
    folder: Path
    suffix: str
    force: bool


def sort_pictures(
    task: Task[Any],
    values: dict[str, Any],
    options: Mapping[str, Any],
    *,
    out: Path | None,
    from_record: bool,
    needs_styles: bool = False,
) -> Photos | None:
    """Tell photos from styles; ``values`` has one photo and the styles afterwards, if there is one photo.

    Two pictures are a photo and its style. Of more, nobody can tell what ``my/*.jpg painting.jpg`` was before
    the shell replaced it; so the styles have to be named with ``--style``, unless other options say how many
    styles there are.

    Args:
        task: of the command.
        values: what was given for its inputs, and for the options of ``parameters``; changed.
        options: settings that were given, as texts.
        out: where the result goes.
        from_record: the pictures are those of a record.
        needs_styles: the task is one for several styles.
    Returns:
        The photos of a set; None: one photo, painted as ever.
    Raises:
        SettingError: it cannot be told which picture is what.
        PictureError: a folder has no picture.
    """
    photo, style = photo_of(task), styles_of(task)
    if photo is None:
        return None
    suffix, force = values.pop("suffix"), values.pop("force")
    named = values.pop("style_option", None) or []
    alone = takes_list(task, photo)
    if alone:
        photos = list(values[photo.name] or [])
    else:
        photos = [values[photo.name]] if values[photo.name] else []
        if style is not None and named:
            photos, values[style.name] = [*photos, *(values[style.name] or [])], named
        elif style is not None and not needs_styles:
            _check_clear(task, [*photos, *(values[style.name] or [])], values, options)
    into_folder = out is not None and (named or alone) and (out.is_dir() or (bool(named) and not out.suffix))
    if len(photos) < 2 and not any(path.is_dir() for path in photos) and not (photos and into_folder):
        values[photo.name] = photos[0] if photos else None
        return None
    if from_record:
        raise SettingError(
            "--from makes one picture again",
            got=f"{len(photos)} photos",
            attempt=f"impasto {task.name} with the settings of the record",
        )
    if needs_styles:
        raise SettingError(
            "several styles are shown with one photo",
            got=f"{len(photos)} photos",
            attempt="one after the other",
        )
    from impasto.batch.photos import expand_folders

    folder = out or DEFAULT_FOLDER
    return Photos(expand_folders(photos, folder), folder, suffix, force)


def _check_clear(
    task: Task[Any], pictures: Sequence[Path], values: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Check that it is clear which of the pictures are styles.

    Raises:
        SettingError: there are more than two, and nothing says how many are styles.
    """
    count, types = len(pictures) - 1, task.settings.types()
    if count < 2:
        return
    lists = [
        str(value).split(",")
        for name, value in options.items()
        if name.startswith("style_") and item_of(types[name])
    ]
    lists += [values[row.name] for row in task.inputs if row.kind == "masks" and values.get(row.name)]
    if any(len(one) == count for one in lists):
        return
    first, last = pictures[0], pictures[-1]
    raise SettingError(
        f"it is not clear which of {len(pictures)} pictures are photos and which are styles",
        got=", ".join(map(str, pictures[:3])) + (f", ... {last}" if len(pictures) > 3 else ""),
        expected="the styles by --style, where there are more than two pictures",
        attempt=f"impasto {task.name} {first} ... --style {last} -o DIR  (several photos), or  "
        f"impasto {task.name} {first} --style {pictures[1]} --style {last}  (several styles)",
    )
