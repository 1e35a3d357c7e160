"""What every run needs and no style holds: the background and the model of fluency."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np

from impasto.text.background import Background
from impasto.text.fluency import Fluency


@dataclass(frozen=True)
class Models:
    """The background and the model of fluency.

    Attributes:
        background: spread of rates, and character n-grams of the authors.
        fluency: how expected a word is.
    """

    background: Background
    fluency: Fluency


@cache
def load(folder: Traversable | None = None) -> Models:
    """The models from a folder.

    Args:
        folder: with ``background.npz`` and ``fluency.npz``; None: the package's own.
    """
    source = resources.files("impasto.text") if folder is None else folder
    with (source / "background.npz").open("rb") as file, np.load(file) as arrays:
        numbers = json.loads(arrays["numbers"].tobytes())
        counts = {name: arrays[f"characters_{name}"].astype(np.int64) for name in numbers["authors"]}
    background = Background(numbers["mean"], numbers["spread"], tuple(numbers["function_words"]), counts)
    with (source / "fluency.npz").open("rb") as file, np.load(file) as arrays:
        fluency = Fluency([arrays["one"], arrays["two"], arrays["three"]], int(arrays["total"]))
    return Models(background, fluency)
