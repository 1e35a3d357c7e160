"""A task as data: its name, its inputs and its settings; commands, pages and records follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from impasto.errors import SettingError
from impasto.settings.base import Settings

S = TypeVar("S", bound=Settings)

Inputs = Mapping[str, Any]
"""{name of an input: a path, a PIL image or an array; a list of these where several may be given}."""

Kind = Literal["picture", "pictures", "mask", "masks", "text", "texts", "video", "sound", "sounds"]
"""What an input is: a picture; one style or more, each a picture, a folder or a list; a mask; one mask a
style; a text (which may name a picture's file); one text or more; a video; a sound; one sound or more."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input of a task: a command-line argument, a field of a page, a manifest column, a record key.

    Attributes:
        name: "content", "style_map"; the keyword in Python and, with dashes, the option.
        kind: what may be given.
        label: heading on a page; errors call a missing input by it.
        help: one plain sentence.
        required: a run needs it.
        positional: given on the command line by position instead of as an option.
        metavar: what the command's help shows for the value.
        record_key: where a record keeps it, if not under its name.
    """

    name: str
    kind: Kind
    label: str
    help: str
    required: bool = True
    positional: bool = False
    metavar: str = "FILE"
    record_key: str = ""

    @property
    def is_plural(self) -> bool:
        """Whether several may be given."""
        return self.kind in ("pictures", "masks", "texts", "sounds")

    @property
    def flag(self) -> str:
        """The option of the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def usage(self) -> str:
        """How the input is given on the command line."""
        return self.metavar if self.positional else f"{self.flag} {self.metavar}"


PHOTO = Input(
    name="content", kind="picture", label="Photo", help="The photo.", positional=True, metavar="PHOTO"
)
"""The content image."""

STYLES = Input(
    name="style",
    kind="pictures",
    label="Style",
    help="One or more paintings; a folder is one style of several.",
    positional=True,
    metavar="STYLE",
)
"""One style or several."""


@dataclass(frozen=True, kw_only=True)
class Task(Generic[S]):
    """One task.

    Attributes:
        name: of the command, and in records.
        summary: first line of the command's help.
        settings: class of its settings.
        inputs: in the order of the command line.
        main: settings that a page shows first.
        init_words: what the setting ``init`` may be, besides a picture's file.
        stem_inputs: inputs whose names make up the result's, if the user gives none; empty: the positional
            ones.
        result_stem: (inputs, settings) -> name of the result, where it is made up otherwise.
        alternatives: (input, setting) that exclude each other: one of them replaces the other of a record.
        has_steps: it takes a while, step by step, so that there is something to watch, stop and resume.
    """

    name: str
    summary: str
    settings: type[S]
    inputs: tuple[Input, ...]
    main: tuple[str, ...] = ()
    init_words: tuple[str, ...] = ()
    stem_inputs: tuple[str, ...] = ()
    result_stem: Callable[[Inputs, S], str] | None = None
    alternatives: tuple[tuple[str, str], ...] = ()
    has_steps: bool = True

    @property
    def required(self) -> tuple[Input, ...]:
        """Inputs that have to be there."""
        return tuple(row for row in self.inputs if row.required)

    def check_inputs(self, inputs: Inputs) -> None:
        """Check that every required input is given.

        Raises:
            SettingError: one is missing; the text says how to call the command.
        """
        needed = self.required
        missing = [row.label.lower() for row in needed if is_missing(inputs.get(row.name))]
        if missing:
            raise SettingError(
                f"{self.name} needs {' and '.join(_with_article(row.label.lower()) for row in needed)}",
                got=", ".join(f"no {label}" for label in missing),
                expected=f"impasto {self.name} {' '.join(row.usage for row in needed)}",
                attempt="impasto samples samples/  (writes some to play with)",
            )

    def paths(self, inputs: Inputs, *names: str) -> list[Path]:
        """The files and folders that are given for some inputs; for all if none is named."""
        rows = [row.name for row in self.inputs if not names or row.name in names]
        flat = [path for name in rows for value in as_list(inputs.get(name)) for path in as_list(value)]
        return [Path(path) for path in flat if isinstance(path, (str, Path))]

    def stem(self, inputs: Inputs, settings: S) -> str:
        """Name of the result's file without ending, if the user gives none: PHOTO-STYLE, or PHOTO-task."""
        if self.result_stem is not None:
            return self.result_stem(inputs, settings)
        names = self.stem_inputs or tuple(row.name for row in self.inputs if row.positional)
        stems = [path.stem for name in names for path in self.paths(inputs, name)]
        return "-".join(stems if len(names) > 1 else [*stems, self.name])


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else, a text or a file's bytes too, as a list of one."""
    one = not isinstance(value, Sequence) or isinstance(value, (str, bytes, bytearray, memoryview))
    return [value] if one else list(value)


def is_missing(value: Any) -> bool:
    """Whether an input was not given: None, or an empty list."""
    return value is None or (isinstance(value, (list, tuple)) and not value)


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
