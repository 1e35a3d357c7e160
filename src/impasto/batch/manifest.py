"""The manifest of a batch: a line for each picture; its columns are the inputs and settings of a task."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from impasto.batch.names import Names, check_replaces_nothing
from impasto.batch.row import Row, files_of
from impasto.errors import ImpastoError, SettingError, nearest
from impasto.registry import TASKS, find
from impasto.settings import Settings
from impasto.settings.batch import BatchSettings
from impasto.settings.task import Input, Task, as_list
from impasto.settings.values import is_weighted, item_of, kind_of

OWN_COLUMNS = ("task", "output")
"""Columns besides the inputs and settings: the name of the task, and the name of the result."""

SUFFIXES = (".jsonl", ".csv")
"""Endings of manifests."""

SEPARATOR = ";"
"""Between several files in one cell of a .csv."""

WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
"""Texts of a switch."""

SHOWN = 5
"""Rows that an error names, at most."""


def read_manifest(
    path: str | Path, folder: Path, settings: BatchSettings, *, columns: Mapping[str, Any] | None = None
) -> list[Row]:
    """The rows of a manifest, all of them checked; their files need not exist.

    Args:
        path: .jsonl or .csv, UTF-8. Paths in it are relative to its folder.
        folder: of the results.
        settings: names the task of rows that name none, and the ending of results.
        columns: values of the rows that leave a column out; paths are relative to the current folder.
    Raises:
        SettingError: it cannot be read, has no row, or rows cannot be used; the text names their lines.
        OutputError: a result would replace a picture that is read.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise SettingError(
            "a manifest is a .jsonl or .csv file",
            got=str(path),
            expected='lines such as {"content": "photo.jpg", "style": "painting.jpg"}',
        )
    try:
        # A byte order mark, as spreadsheets write it, is no part of the first column's name.
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(_json_lines(file) if path.suffix.lower() == ".jsonl" else _csv_lines(file))
    except FileNotFoundError:
        raise SettingError("the manifest is missing", got=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingError("the manifest cannot be read", got=f"{path}: {error}") from error
    return rows_of(lines, folder, settings, base=path.resolve().parent, columns=columns, name=path.name)


def rows_of(
    lines: Iterable[tuple[int, Mapping[str, Any] | str]],
    folder: Path,
    settings: BatchSettings,
    *,
    base: Path,
    columns: Mapping[str, Any] | None = None,
    name: str = "the rows",
) -> list[Row]:
    """Rows out of numbered lines: {column: value}, or a text that says what is wrong with the line.

    Args:
        lines: number and columns of each.
        folder: of the results.
        settings: as ``read_manifest``.
        base: folder that paths are relative to.
        columns: as ``read_manifest``.
        name: of the manifest, for errors.
    Raises:
        SettingError, OutputError: as ``read_manifest``.
    """
    reader = _Reader(settings, base, {key: (value, Path.cwd()) for key, value in (columns or {}).items()})
    drafts: list[_Draft] = []
    problems: list[str] = []
    for number, values in lines:
        try:
            drafts.append(reader.draft(number, values))
        except ImpastoError as error:
            got = f" ({error.got})" if error.got else ""
            hint = f"; {error.attempt}" if error.attempt else ""
            problems.append(f"line {number}: {error.problem}{got}{hint}")
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise SettingError(
            f"{len(problems)} of {len(problems) + len(drafts)} rows of {name} cannot be used",
            got="\n            ".join([*problems[:SHOWN], *more]),
            attempt="impasto TASK --help lists the inputs and settings of a task",
        )
    if not drafts:
        raise SettingError(f"{name} has no row", got="nothing to paint", expected="one line for each picture")
    rows = _named(drafts)
    read = {str(file) for row in rows for value in row.inputs.values() for file in _files(value)}
    check_replaces_nothing(folder, (row.output for row in rows), read)
    return rows


def _files(value: Any) -> Iterator[Path]:
    return (file for one in as_list(value) for file in files_of(str(one)))


@dataclass(frozen=True)
class _Draft:
    """A row whose result has no name yet."""

    number: int
    task: Task[Any]
    inputs: dict[str, Any]
    settings: Settings
    output: str | None
    suffix: str


@dataclass
class _Reader:
    """Turns lines into drafts; equal settings are made once."""

    settings: BatchSettings
    base: Path
    columns: dict[str, tuple[Any, Path]]
    _made: dict[str, Settings] = field(default_factory=dict)

    def draft(self, number: int, values: Mapping[str, Any] | str) -> _Draft:
        if not isinstance(values, Mapping):
            raise SettingError(values)
        given = {key: (value, self.base) for key, value in values.items() if value not in (None, "")}
        given = self.columns | given
        task: Task[Any] = find(TASKS, str(given.pop("task", (self.settings.task, None))[0]), kind="task")
        output, _ = given.pop("output", (None, None))
        rows = {row.name: row for row in task.inputs}
        known = (*OWN_COLUMNS, *rows, *task.settings.info())
        for key in given:
            if key not in known:
                raise SettingError(
                    f"{task.name} has no input or setting {key!r}", attempt=nearest(str(key), known)
                )
        inputs = {key: _input(rows[key], *given[key]) for key in given if key in rows}
        task.check_inputs(inputs)
        options = {key: value for key, (value, _) in given.items() if key not in rows}
        files = {key: given[key] for key in ("init", "weights") if key in given}
        options |= {key: str(_path(*file)) for key, file in files.items() if _path(*file).is_file()}
        suffix = self.settings.suffix or ".png"
        return _Draft(number, task, inputs, self._settings(task, options), _checked(output), suffix)

    def _settings(self, task: Task[Any], options: Mapping[str, Any]) -> Settings:
        key = json.dumps([task.name, options], sort_keys=True, default=str)
        if key not in self._made:
            types = task.settings.types()
            self._made[key] = task.settings.of(
                {name: _value(name, value, types[name]) for name, value in options.items()}
            )
        return self._made[key]


def _named(drafts: Sequence[_Draft]) -> list[Row]:
    """Rows with names: first those that are given, so that no other row takes them."""
    names, problems = Names(), []
    for draft in drafts:
        if draft.output is not None and not names.reserve(draft.output):
            problems.append(f"line {draft.number}: {draft.output}")
    if problems:
        raise SettingError(
            "several rows have the same output, or outputs that differ in the ending or capitals only",
            got=", ".join(problems[:SHOWN]),
            attempt="a name of its own for each, or leave output out",
        )
    return [
        Row(
            number=draft.number,
            task=draft.task.name,
            inputs=draft.inputs,
            settings=draft.settings,
            output=draft.output or names.of(draft.task.stem(draft.inputs, draft.settings), draft.suffix),
        )
        for draft in drafts
    ]


def _checked(output: Any) -> str | None:
    """The name of a result inside the folder of the results."""
    if output is None:
        return None
    path = PurePosixPath(str(output).replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.suffix or path.name.startswith("."):
        raise SettingError(
            "output is no name of a file inside the folder of the results",
            got=str(output),
            attempt="such as anna.png or faces/anna.png",
        )
    return str(path)


def _input(row: Input, value: Any, base: Path) -> Any:
    """The value of an input: absolute paths, and texts that are no paths as they are."""
    if row.is_plural:
        values = value.split(SEPARATOR) if isinstance(value, str) else as_list(value)
        return [_source(row, one, base) for one in values if one]
    if not isinstance(value, (str, Path)):
        raise SettingError(f"{row.name} is one file", got=repr(value), expected="a path")
    return _source(row, value, base)


def _source(row: Input, value: Any, base: Path) -> str:
    if not isinstance(value, (str, Path)):
        raise SettingError(f"{row.name} is a path", got=repr(value))
    path = _path(str(value).strip(), base)
    # Masks may be words ("all", a colour), and texts anything, unless there is such a file.
    is_word = row.kind in ("masks", "text") and not path.exists()
    return str(value).strip() if is_word else str(path)


def _path(value: Any, base: Path) -> Path:
    return base / Path(str(value)).expanduser()


def _value(name: str, value: Any, annotation: Any) -> Any:
    """A setting's value: from JSON as it is, from the text of a cell by the setting's type."""
    kind = kind_of(annotation)
    if not isinstance(value, str) or kind is str or item_of(annotation) or is_weighted(annotation):
        return value
    try:
        return WORDS[value.strip().lower()] if kind is bool else kind(value)
    except (ValueError, KeyError):
        return value  # the settings refuse it, and say what they expect


def _json_lines(file: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, f"this is no JSON: {error.msg} at column {error.colno}"
            continue
        yield number, values if isinstance(values, dict) else "this is no JSON object {...}"


def _csv_lines(file: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    reader = csv.DictReader(file, strict=True, skipinitialspace=True)
    for cells in reader:
        if None in cells:
            yield reader.line_num, f"more cells than the {len(reader.fieldnames or ())} columns"
        elif any(cells.values()):
            yield reader.line_num, {name.strip(): cell for name, cell in cells.items()}
