"""Run by test_on_ray.py: a batch on a cluster of two nodes; the worker of row 1 is killed half way."""

import contextlib
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path

PORTS = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")
"""A node waits 15 s for its helpers to tell them, which is not enough on a busy machine."""


def node() -> dict[str, int]:
    """A small node, with ports that are free now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("", 0))) for _ in PORTS]
        ports = [one.getsockname()[1] for one in sockets]
    return {"num_cpus": 1, "object_store_memory": 80 * 2**20, **dict(zip(PORTS, ports, strict=True))}


def main() -> None:
    """Print what became of the rows as JSON."""
    import ray
    from ray.cluster_utils import Cluster

    from impasto.batch.manifest import read_manifest
    from impasto.batch.on_ray import RayWorker
    from impasto.batch.run import Batch
    from impasto.settings.batch import BatchSettings

    cluster = Cluster(initialize_head=True, head_node_args={**node(), "include_dashboard": False})
    cluster.add_node(**node())
    killed: list[str] = []
    names: dict[int, str] = {}
    start, submit = RayWorker.start, RayWorker.submit

    def started(self, *args):
        future = start(self)
        future.add_done_callback(lambda done: names.update({id(self): done.result()["worker"]}))
        return future

    def submitted(self, row, attempt):
        future = submit(self, row, attempt)
        if row.number == 1 and not killed:
            killed.append(names[id(self)])
            pid = int(killed[0].rpartition(":")[2])
            threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
        return future

    RayWorker.start, RayWorker.submit = started, submitted
    out, settings = Path(sys.argv[2]), BatchSettings()
    rows = read_manifest(sys.argv[1], out, settings)
    batch = Batch(rows, out, settings, ray=cluster.address)
    outcomes = [outcome.to_dict() for outcome in batch.outcomes()]
    again = Batch(rows, out, settings, ray=cluster.address, resume=True).plan
    left = [len(part) for part in (again.todo, again.done, again.failed)]
    nodes = sum(node["Alive"] for node in ray.nodes())
    sys.stdout.write(
        json.dumps({"outcomes": outcomes, "killed": killed[0], "nodes": nodes, "left": left}) + "\n"
    )
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main()
