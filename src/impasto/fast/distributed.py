"""Training in several processes that torchrun starts; one process is the same with a single member."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from impasto.errors import SettingError


@dataclass(frozen=True)
class Processes:
    """The processes of a training.

    Attributes:
        rank: number of this one, from 0.
        count: how many there are.
    """

    rank: int = 0
    count: int = 1

    @classmethod
    def join(cls) -> Processes:
        """The processes that torchrun has started, connected; one where it has not."""
        if "WORLD_SIZE" not in os.environ:
            return cls()
        if not distributed.is_initialized():
            distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        return cls(distributed.get_rank(), distributed.get_world_size())

    @property
    def is_first(self) -> bool:
        """Whether this one writes files and speaks."""
        return self.rank == 0

    def share(self, batch: int) -> range:
        """This process' part of a batch.

        Raises:
            SettingError: the batch cannot be divided evenly.
        """
        if batch % self.count:
            raise SettingError(
                "the batch cannot be divided among the processes",
                got=f"--batch {batch} for {self.count} processes",
                expected=f"a multiple of {self.count}",
            )
        part = batch // self.count
        return range(self.rank * part, (self.rank + 1) * part)

    def wrapped(self, module: nn.Module) -> nn.Module:
        """The module, its gradients averaged over all processes."""
        if self.count == 1:
            return module
        return DistributedDataParallel(module, find_unused_parameters=True)

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        """Mean of numbers over all processes."""
        if self.count == 1:
            return dict(values)
        together = torch.tensor(list(values.values()), dtype=torch.float64)
        distributed.all_reduce(together)
        return dict(zip(values, (together / self.count).tolist(), strict=True))
