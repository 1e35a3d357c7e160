"""Workers on the machines of a Ray cluster: plain actors, each with one context, one row at a time.

The only place that imports Ray. Pixels never go through Ray: rows carry paths, and workers read and write the
files themselves, so all machines must see the same folders.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import torch

from impasto import runtime
from impasto.batch.painter import Painter, Saving, worker_name
from impasto.batch.report import NAME
from impasto.batch.row import Outcome, Row
from impasto.errors import DeviceError, OutputError, SettingError


class RayPainter:
    """What runs in an actor.

    Args:
        saving: where results go.
        threads: of the process.
    """

    def __init__(self, saving: Saving, threads: int) -> None:
        torch.set_num_threads(threads)
        self._painter = Painter(saving)

    def about(self) -> dict[str, Any]:
        """Facts about the process, and whether it sees the folder of the results."""
        return {
            "worker": worker_name(),
            "versions": runtime.versions(),
            "sees_folder": (self._painter.saving.folder / NAME).is_file(),
        }

    def paint(self, row: Row, attempt: int) -> Outcome:
        """As ``Painter.paint``."""
        return self._painter.paint(row, attempt=attempt)


class RayWorker:
    """An actor; a new one takes the place of one that died, on any machine that has room.

    Args:
        make: starts an actor.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._actor: Any = None

    def start(self) -> Future[dict[str, Any]]:
        """Start an actor in place of the one before; it waits where no machine has room for it."""
        self.kill()
        self._actor = self._make()
        about: Future[dict[str, Any]] = self._actor.about.remote().future()
        return about

    def submit(self, row: Row, attempt: int) -> Future[Outcome]:
        """Paint a row."""
        painted: Future[Outcome] = self._actor.paint.remote(row, attempt).future()
        return painted

    def has_died(self, error: BaseException) -> bool:
        """Whether the actor or its machine is gone; an error in its code is another thing."""
        from ray.exceptions import RayError, RayTaskError

        return isinstance(error, RayError) and not isinstance(error, RayTaskError)

    def kill(self) -> None:
        """End the actor at once."""
        if self._actor is not None:
            import ray

            ray.kill(self._actor)
        self._actor = None


def ray_workers(
    address: str, saving: Saving, *, jobs: int | None, cpus_per_job: int, gpus_per_job: float
) -> list[RayWorker]:
    """Connect to a cluster, and prepare as many workers as were asked for, or as it has room for now.

    Args:
        address: "auto" for the cluster that this machine belongs to, "HOST:PORT", or "ray://HOST:PORT".
        saving: where results go.
        jobs: number of workers; None: all CPUs, or all GPUs where jobs take some.
        cpus_per_job: CPUs that Ray keeps for each, and threads of each.
        gpus_per_job: share of a GPU that Ray keeps for each.
    Raises:
        SettingError: Ray is not installed.
        DeviceError: no cluster answers at this address, or it has not enough CPUs or GPUs.
    """
    try:
        import ray
    except ImportError:
        raise SettingError(
            "Ray is not installed", got="--ray", attempt="pip install 'impasto[ray]', or leave --ray out"
        ) from None
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise DeviceError(
                "no Ray cluster answers",
                got=f"{address}: {str(error).partition(chr(10))[0][:200]}",
                attempt="ray start --head on one machine, ray start --address=HOST:6379 on the others",
            ) from error
    room = ray.cluster_resources()  # type: ignore[no-untyped-call]
    fit = int(room.get("CPU", 0) // cpus_per_job)
    if gpus_per_job:
        fit = min(fit, int(room.get("GPU", 0) / gpus_per_job))
    if jobs is None and fit < 1:
        raise DeviceError(
            "the cluster has no room for a job",
            got=f"{room.get('CPU', 0):g} CPUs, {room.get('GPU', 0):g} GPUs",
            expected=f"{cpus_per_job} CPUs and {gpus_per_job:g} GPUs for each job",
            attempt="fewer for each job, or --jobs to wait for machines that join later",
        )
    actor = ray.remote(num_cpus=cpus_per_job, num_gpus=gpus_per_job, max_restarts=0)(RayPainter)
    return [RayWorker(partial(actor.remote, saving, cpus_per_job)) for _ in range(jobs or fit)]


def check_worker(about: dict[str, Any], folder: Path) -> None:
    """Check that a worker on another machine writes to the same folder, with the same versions.

    Raises:
        OutputError: it does not see the folder.
        SettingError: it has other versions, which would give other pixels.
    """
    if not about["sees_folder"]:
        raise OutputError(
            "a worker does not see the folder of the results",
            got=f"{folder} on {about['worker']}",
            expected="a folder that all machines share, under the same path",
        )
    own, other = runtime.versions(), about["versions"]
    differing = [f"{name} {other.get(name)}" for name, version in own.items() if other.get(name) != version]
    if differing:
        raise SettingError(
            "a worker has other versions than this machine",
            got=f"{', '.join(differing)} on {about['worker']}",
            expected=", ".join(f"{name} {own[name]}" for name in own),
            attempt="the same packages on all machines",
        )
