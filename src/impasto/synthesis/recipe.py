"""A task with the functions that do it, and a run out of its record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from impasto.errors import PictureError, SettingError
from impasto.optimize.loop import Step
from impasto.registry import RECIPES, find
from impasto.result import Result, read_record
from impasto.runtime import versions
from impasto.settings import Settings
from impasto.settings.task import Input, Inputs, Task, as_list
from impasto.synthesis.context import Context
from impasto.synthesis.find_inputs import InputFinder
from impasto.synthesis.job import Job
from impasto.synthesis.read import pictures_of
from impasto.synthesis.record import describe_source
from impasto.synthesis.run import run_steps
from impasto.weights.records import file_sha256

log = logging.getLogger(__name__)

S = TypeVar("S", bound=Settings)

Steps = Generator[Step, None, Result]


@dataclass(frozen=True, kw_only=True)
class Recipe(Task[S]):
    """A task and the functions that do it; its row in ``registry.RECIPES`` gives it a command and a page.

    Attributes:
        steps: (inputs, settings, context) -> the steps of a run and, as the generator's value, its result.
        job: (inputs by name, settings, context that outlives the job) -> the job to run; reads and checks
            everything. None for a task that is not one optimised picture.
        restore: record -> inputs, where they are not recorded under their own names.
    """

    steps: Callable[[Inputs, S, Context], Steps]
    job: Callable[[Inputs, S, Context], Job] | None = None
    restore: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None

    @classmethod
    def of(cls, task: Task[S], **functions: Any) -> Recipe[S]:
        """A task with ``steps``, ``job`` and ``restore``; ``steps`` may be left out where there is a job."""
        if "steps" not in functions:
            functions["steps"] = job_steps(functions["job"])
        return cls(**{f.name: getattr(task, f.name) for f in fields(Task)}, **functions)


def find_recipe(name: str) -> Recipe[Any]:
    """The recipe of a name.

    Raises:
        SettingError: there is none; the text lists them and the nearest.
    """
    recipe: Recipe[Any] = find(RECIPES, name, kind="task")
    return recipe


def job_steps(job: Callable[[Inputs, S, Context], Job]) -> Callable[[Inputs, S, Context], Steps]:
    """``Recipe.steps`` of a task that is one job: make it, run it, return the result."""

    def steps(inputs: Inputs, settings: S, context: Context) -> Steps:
        return (yield from run_steps(job(inputs, settings, context), context))

    return steps


def from_record(
    record: Mapping[str, Any] | str | Path,
    *,
    task: str | None = None,
    given: Inputs | None = None,
    look_in: str | Path | None = None,
) -> tuple[Recipe[Any], dict[str, Any], Settings]:
    """What a record says was run: ``recipe, inputs, settings``; ``recipe.steps(...)`` runs it again.

    Args:
        record: the record, its .json file, or the picture that carries it; impasto 0.1's as well.
        task: the recipe that is expected; None for any.
        given: inputs that take the place of the recorded ones, by name; those need not be found.
        look_in: a folder in which the record's files may be, too.
    Returns:
        The recipe, its inputs as paths, and its settings. What has changed since is logged.
    Raises:
        SettingError: it is no record, or of another task.
        PictureError: a picture of the record was given in memory, so there is no file; or its file is neither
            where the record lies, nor in the working folder, nor in a folder inside them.
    """
    loaded = read_record_of(record, task)
    recipe = find_recipe(loaded.get("task", "stylize"))
    finder = InputFinder(None if isinstance(record, Mapping) else Path(record), look_in)
    inputs, settings = recorded_run(loaded, recipe, finder, given=given or {}, restore=recipe.restore)
    return recipe, inputs, settings


def read_record_of(record: Mapping[str, Any] | str | Path, task: str | None) -> Mapping[str, Any]:
    """A record, read if it is a file.

    Raises:
        SettingError: it is no record, or not of the task.
    """
    name = "the record" if isinstance(record, Mapping) else Path(record).name
    loaded = record if isinstance(record, Mapping) else read_record(record)
    made_by = loaded.get("task", "stylize")
    if task is not None and made_by != task:
        raise SettingError(
            "the record is of another command",
            got=f"{name}, made by impasto {made_by}",
            attempt=f"impasto {made_by} --from {record if isinstance(record, (str, Path)) else 'FILE'}",
        )
    return loaded


def recorded_run(
    record: Mapping[str, Any],
    task: Task[S],
    finder: InputFinder,
    *,
    given: Inputs,
    restore: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None,
) -> tuple[dict[str, Any], S]:
    """Inputs and settings of a record; see ``from_record``.

    Args:
        record: as it was read.
        task: which it is of.
        finder: looks for its files.
        given: inputs that take the place of the recorded ones.
        restore: as for ``Recipe``.
    """
    loaded = _with_files(_without(record, task, given), finder)
    for entry in recorded_entries(loaded):
        if not all(part["path"] for part in _parts(entry)):
            raise PictureError(
                "the record's pictures were given in memory, not as files",
                got=entry["name"],
                attempt=f"impasto.{task.name} with the same arrays and settings",
            )
    warn_of_changes(loaded)
    settings = task.settings.of_record(loaded["settings"])
    if restore is not None:
        inputs = restore(loaded)
    else:
        inputs = {row.name: recorded_input(loaded, row) for row in task.inputs}
    inputs = {key: value for key, value in inputs.items() if value is not None and value != []}
    return {**inputs, **given}, settings


def _without(record: Mapping[str, Any], task: Task[Any], given: Inputs) -> Mapping[str, Any]:
    """The record without the inputs that are given anew."""
    keys = {row.record_key or row.name for row in task.inputs if row.name in given}
    controls = {key: value for key, value in (record.get("controls") or {}).items() if key not in keys}
    record = {**record, "controls": controls}
    if "content" in given:
        record["content"] = None
    if "style" in given:
        record["styles"] = []
    if "palette" in given and "palette" in record:
        record |= {"palette": None, "styles": []}
    return record


def _with_files(record: Mapping[str, Any], finder: InputFinder) -> dict[str, Any]:
    """The record with absolute paths of everything that it names.

    Raises:
        PictureError: a file is not found.
    """

    def of(value: Any) -> Any:
        if isinstance(value, list):
            return [of(one) for one in value]
        return finder.resolved(value) if isinstance(value, Mapping) and "path" in value else value

    controls = {key: of(value) for key, value in (record.get("controls") or {}).items()}
    found = {**record, "styles": of(record.get("styles", [])), "controls": controls}
    found |= {key: of(record[key]) for key in ("content", "palette") if record.get(key) is not None}
    files = {
        name: str(finder.file(file["path"], file["sha256"])) for name, file in record.get("files", {}).items()
    }
    return {**found, "settings": {**record["settings"], **files}}


def recorded_entries(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Everything that was read: the photo, if there was one, the styles, and all other inputs."""
    entries = [] if record.get("content") is None else [record["content"]]
    entries += record.get("styles", [])
    for value in record.get("controls", {}).values():
        entries += [entry for entry in (value if isinstance(value, list) else [value]) if entry is not None]
    return entries


def warn_of_changes(record: Mapping[str, Any]) -> None:
    """Log what has changed since a record was written, as the picture will not be the same then."""
    entries = recorded_entries(record)
    for part in [part for entry in entries for part in _parts(entry)]:
        path = Path(part["path"])
        if path.is_file() and part["sha256"] != file_sha256(path):
            log.warning("%s has changed since the record was written", path)
    for folder in [entry for entry in entries if "pictures" in entry and entry["path"]]:
        if {picture["path"] for picture in folder["pictures"]} != _pictures_in(Path(folder["path"])):
            log.warning("%s has other pictures than when the record was written", folder["path"])
    changed = [name for name, version in versions().items() if record["versions"].get(name) != version]
    if changed:
        log.warning("made with another version of %s: pixels may differ", ", ".join(changed))
    if record.get("interrupted"):
        log.warning("the record is of a run that was stopped; this one goes on to its end")


def recorded_input(record: Mapping[str, Any], row: Input) -> Any:
    """The value of one input: a path, a colour's name, a list of these for several, or None."""
    if row.name == "content":
        entry: Any = record.get("content")
    elif row.name == "style":
        entry = record.get("styles", [])
    else:
        entry = (record.get("controls") or {}).get(row.record_key or row.name)
    if entry is None:
        return None
    entries: Sequence[Any] = entry if isinstance(entry, list) else [entry]
    values = [None if one is None else _source_of(one) for one in entries]
    return values if row.is_plural else values[0]


def describe_controls(rows: Sequence[Input], inputs: Inputs) -> dict[str, Any]:
    """What a record says of all inputs but content and styles: {record key: file and hash}."""
    given = {row: inputs[row.name] for row in rows if inputs.get(row.name) is not None}
    return {
        row.record_key or row.name: [describe_source(one) for one in as_list(value)]
        if row.is_plural
        else describe_source(value)
        for row, value in given.items()
        if row.name not in ("content", "style")
    }


def _source_of(entry: Mapping[str, Any]) -> Path | str | list[Path]:
    """The file, the folder, the colour's name, or the list of files that a record names."""
    if not entry["path"]:
        return [Path(part["path"]) for part in _parts(entry)]
    return entry["path"] if entry["sha256"] is None and "pictures" not in entry else Path(entry["path"])


def _parts(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The pictures of an input; several where their statistics are pooled."""
    parts: Sequence[Mapping[str, Any]] = entry.get("pictures", [entry])
    return parts


def _pictures_in(folder: Path) -> set[str]:
    """Absolute paths of the pictures that are in a folder now."""
    return {str(Path(str(path)).resolve()) for path in pictures_of(folder)} if folder.is_dir() else set()
