"""Training in one process, or in several that torchrun starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from impasto import runtime
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
            distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
        return cls(distributed.get_rank(), distributed.get_world_size())

    def device(self, name: str) -> torch.device:
        """The device of a name; "auto" and "cuda" are this process' own GPU, if there are several processes.

        Raises:
            DeviceError: the device is not there.
        """
        chosen = runtime.choose_device(name)
        if self.count > 1 and chosen.type == "cuda" and ":" not in name:
            return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        return chosen

    def leave(self) -> None:
        """Disconnect from the others."""
        if self.count > 1 and distributed.is_initialized():
            distributed.destroy_process_group()

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
