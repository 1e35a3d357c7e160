"""Names that a user may choose, and where the code behind each is; ``docs/extend.md`` adds rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from impasto.errors import SettingError, nearest

NETWORKS: dict[str, Any] = {
    "compact": "impasto.features.compact:load",
    "vgg19": "impasto.features.vgg:load_vgg19",
    "vgg16": "impasto.features.vgg:load_vgg16",
    "test-net": "impasto.features.test_net:load",
}
"""Feature networks: name -> function(weights: str | None, pooling: str) -> Extractor."""

LOSSES: dict[str, Any] = {
    "content": "impasto.losses.content:ContentLoss",
    "correlation": "impasto.losses.correlation:CorrelationLoss",
    "self-similarity": "impasto.losses.self_similarity:SelfSimilarityLoss",
    "gram": "impasto.losses.gram:GramLoss",
    "moments": "impasto.losses.moments:MomentsLoss",
    "wasserstein": "impasto.losses.wasserstein:WassersteinLoss",
    "sliced": "impasto.losses.sliced:SlicedWassersteinLoss",
    "histogram": "impasto.losses.histogram:HistogramLoss",
    "mrf": "impasto.losses.mrf:MrfLoss",
    "nearest": "impasto.losses.nearest:NearestLoss",
    "lightness-order": "impasto.losses.lightness_order:LightnessOrderLoss",
    "evenness": "impasto.losses.evenness:EvennessLoss",
    "laplacian-bands": "impasto.losses.laplacian_bands:LaplacianBandsLoss",
    "palette": "impasto.losses.palette:PaletteLoss",
    "total-variation": "impasto.losses.total_variation:TotalVariationLoss",
    "temporal": "impasto.losses.temporal:TemporalLoss",
}
"""Losses: name -> class derived from ``losses.base.Loss``."""

STYLE_LOSSES = ["gram", "wasserstein", "moments", "sliced", "histogram", "mrf", "nearest"]
"""Those of LOSSES that say how near a canvas is to a painting."""

CONTENT_LOSSES = ("content", "correlation", "self-similarity")
"""Those of LOSSES that say how near a canvas is to a photo."""

POOLINGS = ("max", "average")
"""Pooling layers of a network."""

OPTIMIZERS: dict[str, Any] = {
    "pyramid": "impasto.optimize.pyramid_adam:PyramidAdam",
    "adam": "impasto.optimize.optimizers:adam",
    "lbfgs": "impasto.optimize.optimizers:lbfgs",
}
"""Optimisers: name -> function(parameters, rate) -> Optimizer."""

TASKS: dict[str, Any] = {
    "stylize": "impasto.settings.stylize:TASK",
    "recolor": "impasto.settings.recolor:TASK",
    "texture": "impasto.settings.texture:TASK",
    "dream": "impasto.settings.dream:TASK",
    "doodle": "impasto.settings.doodle:TASK",
    "interpolate": "impasto.settings.interpolate:TASK",
    "background": "impasto.settings.background:TASK",
    "photo": "impasto.settings.photo:TASK",
    "harmonize": "impasto.settings.harmonize:TASK",
}
"""Tasks: name -> ``settings.task.Task``, inputs and settings without the code; in the order of the help."""

RECIPES: dict[str, Any] = {name: f"impasto.recipes.{name}:RECIPE" for name in TASKS}
"""Recipes: name -> ``synthesis.recipe.Recipe``, the task with its code."""

VIDEO_ENGINES: dict[str, Any] = {
    "instant": "impasto.video.instant:InstantEngine",
    "optimise": "impasto.video.optimise:OptimiseEngine",
}
"""Ways to paint the frames of a video: name -> class, see ``video.engine.FrameEngine``."""

FIGURES: dict[str, Any] = {
    "feature-maps": "impasto.explain.feature_maps:chapter",
    "gram-matrix": "impasto.explain.gram_matrix:chapter",
    "receptive-field": "impasto.explain.receptive_field:chapter",
    "reconstruct": "impasto.explain.reconstruct:chapter",
    "sweep": "impasto.explain.weight_sweep:chapter",
    "timeline": "impasto.explain.timeline:chapter",
    "compare": "impasto.explain.compare:chapter",
    "preferences": "impasto.explain.top_patches:chapter",
    "sentence": "impasto.explain.sentence:chapter",
    "sound": "impasto.explain.sound:chapter",
}
"""Chapters of the page that explains, in its order: name -> function(ExplainContext) -> Chapter."""


class NamedObject(str):
    """An object of the caller's that stands where settings have a name; ``find`` gives it back.

    As a text it is the object's module and name ("__main__:ContrastLoss"), which is what records keep.

    Attributes:
        value: the object.
    """

    __slots__ = ("value",)
    value: Any

    def __new__(cls, value: Any) -> NamedObject:
        """The name of an object: its own, or its class's where it has none."""
        owner = value if isinstance(getattr(value, "__qualname__", None), str) else type(value)
        named = super().__new__(cls, f"{owner.__module__}:{owner.__qualname__}")
        named.value = value
        return named

    def __copy__(self) -> NamedObject:
        """Itself, as it never changes."""
        return self

    def __deepcopy__(self, memo: Any) -> NamedObject:
        """Itself: the object is the caller's."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle: made again out of the object."""
        return NamedObject, (self.value,)


def named(value: Any) -> Any:
    """A setting's value with an object as a ``NamedObject``; names, numbers and lists as they are."""
    plain = value is None or isinstance(value, (str, bytes, int, float, list, tuple, dict))
    return value if plain else NamedObject(value)


def check(names: Collection[str], name: str, *, kind: str) -> None:
    """Say clearly that a name is unknown.

    Args:
        names: those that there are.
        name: what the user typed.
        kind: what it is called in the error: "network", "optimizer", ...
    Raises:
        SettingError: the name is not among them; the text lists them and the nearest.
    """
    if name not in names and not isinstance(name, NamedObject):
        raise SettingError(
            f"there is no {kind} {name!r}",
            got=name,
            expected=f"one of {', '.join(names)}",
            attempt=nearest(name, names),
        )


def find(registry: Mapping[str, Any], name: str, *, kind: str) -> Any:
    """The object behind a name, imported on first use.

    Args:
        registry: one of the tables above; a row is "module:name", or the object itself.
        name: what the user typed; or an object as a ``NamedObject``, which is its own row.
        kind: what it is called in the error: "network", "optimizer", ...
    Returns:
        The object.
    Raises:
        SettingError: the name is not in the table; the text lists the table and the nearest name.
    """
    if isinstance(name, NamedObject):
        return name.value
    check(registry, name, kind=kind)
    row = registry[name]
    if not isinstance(row, str):
        return row
    module, _, attribute = row.partition(":")
    return getattr(import_module(module), attribute)
