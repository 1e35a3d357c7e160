"""The judges beside ResNet-50: networks that no method here is trained with or optimises, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from torch import Tensor

from impasto.errors import SettingError, nearest
from magenta import MagentaJudge
from yolo import YoloJudge


class AnyJudge(Protocol):
    """Gives scores of a painting; lower is better."""

    name: str
    VERSION: int

    def scores(self, result: Tensor, content: Tensor, style: Tensor) -> dict[str, float]:
        """{measure: distance} of a painting from its photo and from its style."""
        ...


JUDGES: dict[str, Callable[[Path], AnyJudge]] = {
    "magenta": MagentaJudge,
    "yolo": lambda weights: YoloJudge(),
}
"""Name -> judge, given the folder of weights."""


def judges_of(names: Sequence[str], weights: Path) -> list[AnyJudge]:
    """The judges of these names.

    Args:
        names: of judges beside ResNet-50; may be none.
        weights: folder of the networks' weights.
    Raises:
        SettingError: a name is not known, or a package that a judge needs is not installed.
    """
    for name in names:
        if name not in JUDGES:
            raise SettingError(
                f"there is no judge {name!r} beside resnet50",
                got=name,
                expected=f"one of {', '.join(JUDGES)}",
                attempt=nearest(name, JUDGES),
            )
    try:
        return [JUDGES[name](weights) for name in dict.fromkeys(names)]
    except ModuleNotFoundError as error:
        raise SettingError(
            f"a judge needs the package {error.name}, which is not installed",
            attempt='pip install -c constraints.txt --group bench; or --judges "" for resnet50 alone',
        ) from None
