"""What outlives one picture: the network, the styles' targets, and the checkpoint's file."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from impasto import runtime
from impasto.fast.restyle import Adjust, unadjusted
from impasto.losses.base import Target
from impasto.registry import NamedObject
from impasto.settings import NetworkSettings
from impasto.synthesis.network import NetworkHandle


class TargetCache:
    """Keeps the style targets that were used last, so that several pictures in one style make them once.

    Safe to share between threads. A target that was returned must not be changed in place: the next caller
    gets the same tensors.

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


@dataclass(frozen=True, eq=False, kw_only=True)
class Context:
    """What several runs share; give the same context to each of them.

    Attributes:
        network: used by every run instead of the one that its settings name; None: each network that settings
            name is loaded once and kept.
        targets: what style losses keep of a style; made once a style and size.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if a run is stopped;
            ``Result.save`` removes it. None: no checkpoint.
        resume: continue from the checkpoint if it is there; the result is that of a run that never stopped.
        adjust: changes the statistics of a photo that a feed-forward network uses; a video's are means over
            its frames.
    """

    network: NetworkHandle | None = None
    targets: TargetCache = field(default_factory=TargetCache)
    checkpoint: str | os.PathLike[str] | None = None
    resume: bool = False
    adjust: Adjust = unadjusted
    _loaded: dict[tuple[Hashable, ...], NetworkHandle] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def of(
        cls, context: Context | None, *, checkpoint: str | os.PathLike[str] | None, resume: bool
    ) -> Context:
        """The context of one run: network and targets of another, with a checkpoint of its own.

        Args:
            context: None for a new one.
            checkpoint: None for that of the context.
            resume: as the attribute; also where the context says so.
        """
        context = context or cls()
        if checkpoint is None and not resume:
            return context
        return replace(context, checkpoint=checkpoint or context.checkpoint, resume=resume or context.resume)

    def network_for(self, settings: NetworkSettings) -> NetworkHandle:
        """The network that the settings hold as an object, else the context's, else the one of their name.

        It is loaded, or copied, at the first call.

        Raises:
            ImpastoError: as ``NetworkHandle.load``.
        """
        given = settings.network.value if isinstance(settings.network, NamedObject) else None
        if self.network is not None and given is None:
            return self.network
        device = runtime.choose_device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        name = settings.network if given is None else given
        key = (name, str(settings.weights), settings.pooling, str(device), str(dtype))
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = NetworkHandle.load(settings)
            return self._loaded[key]


def _bytes_of(value: Any) -> int:
    if isinstance(value, Tensor):
        return value.numel() * value.element_size()
    return sum(map(_bytes_of, value.values())) if isinstance(value, Mapping) else 0
