"""Run by test_on_ray.py: a batch on a cluster of two nodes; the worker of row 1 is killed half way."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

NO_CLUSTER = 77
"""Exit code if Ray starts no cluster: it gives its helpers 15 s, which a busy machine exceeds."""


def main() -> None:
    """Print what became of the rows as JSON."""
    import ray
    from ray.cluster_utils import Cluster

    from impasto.batch.manifest import read_manifest
    from impasto.batch.on_ray import RayWorker
    from impasto.batch.run import Batch
    from impasto.settings.batch import BatchSettings

    small = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
    try:
        cluster = Cluster(initialize_head=True, head_node_args={**small, "include_dashboard": False})
        cluster.add_node(**small)
    except Exception as error:  # Ray raises no other
        sys.stderr.write(f"no cluster: {error}")
        sys.exit(NO_CLUSTER)
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
