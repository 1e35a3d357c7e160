"""What English prose of the packs has in common: function words with their spread, and character n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Background:
    """The prose that a style is compared with.

    Attributes:
        mean: function word or mark -> mean of its rate per 1000 words, over passages of 1000 words.
        spread: the same, standard deviation.
        function_words: those of ``mean`` that are words, the most frequent first.
        counts: author -> counts of character n-grams.
    """

    mean: Mapping[str, float]
    spread: Mapping[str, float]
    function_words: tuple[str, ...]
    counts: Mapping[str, NDArray[np.int64]] = field(repr=False)

    def others(self, name: str) -> NDArray[np.int64]:
        """Counts of all authors but one, each with the same weight."""
        rows = [row * (1e6 / max(row.sum(), 1)) for author, row in self.counts.items() if author != name]
        return np.asarray(np.sum(rows, axis=0)).astype(np.int64)
