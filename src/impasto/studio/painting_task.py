"""What a tab makes: its settings, its inputs, and how a run of its recipe is prepared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from impasto.errors import SettingError
from impasto.settings import Settings, StudioSettings
from impasto.settings.task import Input, Inputs, Task
from impasto.studio.limits import WITHHELD, check_settings, check_text
from impasto.synthesis.recipe import Recipe

SKETCH_PX = 160
"""Long side of a sketch: painted within half a second on one core."""


@dataclass(frozen=True, kw_only=True)
class TabTask(Task[Settings]):
    """What a tab makes; ``main`` is always shown, the other settings are in a fold.

    Attributes:
        separate: settings whose inputs are not in the form: the tab has its own, or none.
        restore: settings -> values of the tab's own inputs, by name.
    """

    separate: tuple[str, ...] = ()
    restore: Callable[[Any], Mapping[str, Any]] = lambda settings: {}

    @property
    def others(self) -> tuple[str, ...]:
        """Settings in the fold."""
        left_out = (*self.main, *self.separate, *WITHHELD)
        return tuple(name for name in self.settings.info() if name not in left_out)

    def parse(self, options: Mapping[str, Any], limits: StudioSettings) -> Settings:
        """The settings that a visitor asks for.

        Raises:
            SettingError: a name or value is unknown, or over a limit.
        """
        self.settings.from_mapping(options)  # checks that they are names and values
        settings = self.settings.of(options)
        check_settings(settings, limits, init_words=self.init_words)
        own = {"max_megapixels": limits.max_megapixels, "max_minutes": limits.max_minutes}
        known = {name: value for name, value in own.items() if name in settings.info()}
        return settings.from_mapping({**settings.to_dict(), **known})

    @property
    def needed(self) -> str:
        """The required inputs in words: "a photo and at least one style"."""
        words = [("at least one " if row.is_plural else "a ") + _word(row) for row in self.required]
        return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

    def check(self, values: Inputs) -> None:
        """Check that no required input is missing and no text names a file of the server.

        Raises:
            SettingError: one is, or one does.
        """
        self.check_required(values)
        for row in self.inputs:
            value = values.get(row.name)
            if may_name_file(row) and isinstance(value, str):
                check_text(row.name, value)

    def check_required(self, values: Inputs) -> None:
        """Check that no required input is missing.

        Raises:
            SettingError: one is.
        """
        missing = [row for row in self.required if not values.get(row.name)]
        if missing:
            raise SettingError(
                f"{self.needed} {'are' if len(self.required) > 1 else 'is'} needed",
                got=f"no {_word(missing[0])}",
                attempt="drop one, or pick a sample",
            )


@dataclass(frozen=True, kw_only=True)
class PaintingTask(TabTask):
    """What a tab of a recipe makes.

    Attributes:
        recipe: the row.
        sketch: settings -> those of a small picture that is painted first; None: no sketch.
    """

    recipe: Recipe[Any]
    sketch: Callable[[Any], Settings] | None = None

    @classmethod
    def of(cls, recipe: Recipe[Any], **more: Any) -> Self:
        """The task of a row; ``more`` as the other attributes."""
        task = {f.name: getattr(recipe, f.name) for f in fields(Task)}
        return cls(**task, recipe=recipe, **more)

    @property
    def before(self) -> str:
        """Name of the photo that a result is compared with; empty for none."""
        return next((row.name for row in self.required if is_photo(row)), "")


def is_photo(row: Input) -> bool:
    """Whether an input is the photo, which the result resembles."""
    return row.name == "content" and row.kind == "picture"


def may_name_file(row: Input) -> bool:
    """Whether a text of an input may stand for a file, which is an upload here."""
    return row.kind in ("text", "texts") and "FILE" in row.metavar.split("|")


def _word(row: Input) -> str:
    """An input's label in the singular."""
    label = row.label.lower()
    return label.removesuffix("s") if row.is_plural else label
