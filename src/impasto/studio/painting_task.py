"""What a tab brings along: its settings, and how a painting is made of its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from impasto.errors import SettingError
from impasto.settings import PRESETS, Settings, StudioSettings, StylizeSettings
from impasto.studio.limits import WITHHELD, check_settings
from impasto.synthesis.job import Job

SKETCH_PX = 160
"""Long side of a sketch: painted within half a second on one core."""

Pictures = Mapping[str, Any]
"""The pictures of a painting by name: files, lists of files, or Pillow pictures."""


@dataclass(frozen=True, kw_only=True)
class TabTask:
    """What a tab brings along.

    Attributes:
        name: of the command that does the same.
        settings: of what is made.
        main: settings that are always in sight, in this order; the others fold away.
        starts: words that ``init`` may be.
        apart: settings that have inputs of their own in the tab.
        restore: settings -> what those inputs show, by their names.
        optional: pictures that the API's call may leave out; its last ones.
    """

    name: str
    settings: type[Settings]
    main: tuple[str, ...]
    starts: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    restore: Callable[[Any], Mapping[str, Any]] = lambda settings: {}
    optional: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """Settings that fold away."""
        left_out = (*self.main, *self.apart, *WITHHELD)
        return tuple(name for name in self.settings.info() if name not in left_out)

    def read(self, options: Mapping[str, Any], limits: StudioSettings) -> Settings:
        """Settings a visitor asks for.

        Raises:
            SettingError: a name or value is not known, or over a limit.
        """
        self.settings.from_mapping(options)  # also says so if they are no names and values
        settings = self.settings.of(options)
        check_settings(settings, limits, starts=self.starts)
        return settings.from_mapping({**settings.to_dict(), "max_megapixels": limits.max_megapixels})


@dataclass(frozen=True, kw_only=True)
class PaintingTask(TabTask):
    """What a tab that paints brings along.

    Attributes:
        job: (pictures, settings) -> what to paint.
        sketch: (pictures, settings) -> a small picture to begin with.
        before: the picture that the painting is compared with; empty for none.
    """

    job: Callable[[Pictures, Any], Job]
    sketch: Callable[[Pictures, Any], Job]
    before: str = ""


def lacking(problem: str, *, photo: Any = True) -> SettingError:
    """What is said when there is no photo, or no painting.

    Args:
        problem: what is needed.
        photo: None if it is the photo, or both.
    """
    got = "no photo" if photo is None else "no painting"
    return SettingError(problem, got=got, attempt="drop one, or pick a sample")


def sketched(settings: StylizeSettings) -> StylizeSettings:
    """The settings of a small picture that is there at once: the fast preset, in the same colours."""
    kept = ("colors", "color_map", "guides", "style_weights", "style_scale", "seed", "network",
            "style_layers", "content_layers", "max_megapixels", "device")  # fmt: skip
    values = {name: getattr(settings, name) for name in kept}
    if settings.network.startswith("vgg"):
        for name in ("network", "style_layers", "content_layers"):
            del values[name]
    fast = PRESETS["fast"]
    if settings.normalization == "relative":
        stricter = fast["content_weight"] / StylizeSettings.defaults()["content_weight"]
        values["content_weight"] = settings.content_weight * stricter
    size = min(SKETCH_PX, settings.size)
    return StylizeSettings.of({**fast, **values, "preset": "fast", "size": size, "scales": 2})
