"""A cache of style targets, so that several pictures in one style make the style's targets once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from torch import Tensor

from impasto.losses.base import Target


class TargetCache:
    """Keeps the targets that were used last. Safe to share between threads.

    A target that was returned must not be changed in place: the next caller gets the same tensors.

    Args:
        limit_bytes: memory for tensors; the least recently used targets are dropped first.

    Attributes:
        hits: how often a target was there.
        misses: how often it had to be made.
    """

    def __init__(self, limit_bytes: int = 512 * 2**20) -> None:
        self.limit_bytes = limit_bytes
        self.hits = 0
        self.misses = 0
        self._targets: OrderedDict[Hashable, Target] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Target]) -> Target:
        """The target of a key.

        Args:
            key: everything that the target depends on.
            make: called if the target is not there.
        """
        with self._lock:
            if key in self._targets:
                self.hits += 1
                self._targets.move_to_end(key)
                return self._targets[key]
            self.misses += 1
        target = make()  # without the lock: other threads need not wait
        with self._lock:
            self._targets[key] = target
            while self.held_bytes > self.limit_bytes:
                self._targets.popitem(last=False)
        return target

    @property
    def held_bytes(self) -> int:
        """Memory of all tensors that are kept."""
        return sum(map(_bytes_of, self._targets.values()))


def _bytes_of(value: Any) -> int:
    if isinstance(value, Tensor):
        return value.numel() * value.element_size()
    return sum(map(_bytes_of, value.values())) if isinstance(value, Mapping) else 0
