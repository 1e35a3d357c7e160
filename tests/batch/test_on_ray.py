"""Ray: a real cluster of two nodes on this machine, with a worker killed half way and files that are bad."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from impasto.batch.manifest import read_manifest
from impasto.batch.on_ray import check_worker, ray_workers
from impasto.batch.painter import Painter, Saving
from impasto.batch.report import read_report
from impasto.errors import DeviceError, OutputError, SettingError
from impasto.images import io
from impasto.runtime import versions
from impasto.settings.batch import BatchSettings
from tests.batch.conftest import QUICK
from tests.batch.ray_cluster import NO_CLUSTER

SCRIPT = Path(__file__).with_name("ray_cluster.py")


@pytest.mark.slow
def test_a_batch_on_two_nodes(photos, painting, tmp_path):
    """In a process of its own, as Ray leaves threads and warnings; it kills the worker of the slow row."""
    pytest.importorskip("ray")
    (tmp_path / "zero.jpg").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(photos[0].read_bytes()[:2000])
    slow = {"steps": 100, "tolerance": 0, "size": 64}
    lines = [{"content": str(photos[0]), "output": "slow.png", **slow},
             {"content": "zero.jpg"}, {"content": "cut.png"},
             *({"content": str(photo)} for photo in photos)]  # fmt: skip
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(
        "".join(json.dumps({**QUICK, "style": str(painting), **line}) + "\n" for line in lines)
    )
    done = subprocess.run(
        [sys.executable, SCRIPT, manifest, tmp_path / "out"],
        capture_output=True,
        text=True,
        timeout=400,
        env={**os.environ, "RAY_raylet_start_wait_time_s": "180"},  # a busy machine takes longer than 30 s
    )
    if done.returncode == NO_CLUSTER:
        pytest.skip(f"this machine is too busy for a Ray cluster: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    outcomes = {one["row"]: one for one in said["outcomes"]}
    assert [outcomes[number]["status"] for number in range(1, 7)] == [
        "done",
        "failed",
        "failed",
        *["done"] * 3,
    ]
    assert outcomes[1]["attempts"] == 2 and outcomes[1]["worker"] != said["killed"]
    assert "file is empty" in outcomes[2]["error"] and "cut short" in outcomes[3]["error"]
    assert said["nodes"] == 2 and said["left"] == [0, 4, 2]
    assert len(read_report(tmp_path / "out" / "report.jsonl")) == 6
    rows = read_manifest(manifest, tmp_path / "here", BatchSettings())
    here = Painter(Saving(folder=tmp_path / "here"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for row in (rows[0], rows[4]):
            here.paint(row)
            pixels = [io.read(tmp_path / folder / row.output).pixels for folder in ("out", "here")]
            assert torch.equal(*pixels)
    finally:
        torch.set_num_threads(threads)


def test_no_ray(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingError, match=r"(?s)Ray is not installed.*impasto\[ray\]"):
        ray_workers("auto", Saving(folder=tmp_path), jobs=None, cpus_per_job=1, gpus_per_job=0)


class FakeRay:
    """As much of Ray as there is before the first actor."""

    def __init__(self, resources=None, error=None):
        self.resources, self.error, self.asked = resources, error, {}

    def is_initialized(self):
        return False

    def init(self, **options):
        if self.error is not None:
            raise self.error

    def cluster_resources(self):
        return self.resources

    def remote(self, **options):
        self.asked = options
        return lambda kind: SimpleNamespace(remote=kind)


def test_no_cluster_answers(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", FakeRay(error=ConnectionError("no one\nthere")))
    with pytest.raises(DeviceError, match=r"(?s)no Ray cluster answers.*10.0.0.9:6379: no one\n.*ray start"):
        ray_workers("10.0.0.9:6379", Saving(folder=tmp_path), jobs=None, cpus_per_job=1, gpus_per_job=0)


@pytest.mark.parametrize(
    ("jobs", "cpus", "gpus", "count"), [(None, 1, 0, 12), (None, 5, 0, 2), (None, 1, 0.5, 4), (40, 1, 0, 40)]
)
def test_how_many_work_at_once(tmp_path, monkeypatch, jobs, cpus, gpus, count):
    ray = FakeRay({"CPU": 12.0, "GPU": 2.0})
    monkeypatch.setitem(sys.modules, "ray", ray)
    workers = ray_workers("auto", Saving(folder=tmp_path), jobs=jobs, cpus_per_job=cpus, gpus_per_job=gpus)
    assert len(workers) == count and (ray.asked["num_cpus"], ray.asked["num_gpus"]) == (cpus, gpus)


def test_a_cluster_without_room(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", FakeRay({"CPU": 2.0}))
    with pytest.raises(DeviceError, match=r"(?s)no room for a job.*2 CPUs, 0 GPUs.*3 CPUs"):
        ray_workers("auto", Saving(folder=tmp_path), jobs=None, cpus_per_job=3, gpus_per_job=0)


def test_workers_must_see_the_folder_and_have_the_same_versions(tmp_path):
    about = {"worker": "host:1", "versions": versions(), "sees_folder": True}
    check_worker(about, tmp_path)
    with pytest.raises(OutputError, match=r"(?s)does not see the folder of the results.*host:1"):
        check_worker({**about, "sees_folder": False}, tmp_path)
    with pytest.raises(SettingError, match=r"(?s)other versions than this machine.*torch 1.0 on host:1"):
        check_worker({**about, "versions": {**versions(), "torch": "1.0"}}, tmp_path)
