"""Limits of containers, in trees of files as Docker, Kubernetes, systemd and LXC show them."""

import os

import pytest
import torch

from impasto import cgroup, runtime
from impasto.cgroup import Limits, read_limits
from impasto.synthesis.network import NetworkHandle

GIB = 2**30
NO_LIMIT_V1 = "9223372036854771712"


def tree(root, *, groups="0::/", mounts=("cgroup2 / /sys/fs/cgroup",), **files):
    """A file system with these groups; a mount is "type root place [controllers]"."""
    lines = ["22 1 0:20 / / rw,relatime - overlay overlay rw", "23 22 0:21 / /proc rw - proc proc rw"]
    for number, mount in enumerate(mounts, 30):
        kind, group, place, *controllers = mount.split(" ")
        lines.append(
            f"{number} 22 0:{number} {group} {place} rw shared:9 - {kind} {kind} rw,{''.join(controllers)}"
        )
    files = {"proc/self/cgroup": groups, "proc/self/mountinfo": "\n".join(lines), **files}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def test_docker_with_version_2(tmp_path):
    root = tree(
        tmp_path,
        **{
            "sys/fs/cgroup/memory.max": str(3 * GIB // 2),
            "sys/fs/cgroup/memory.current": str(GIB),
            "sys/fs/cgroup/memory.stat": f"anon {GIB // 2}\nfile {GIB // 2}\ninactive_file {GIB // 4}",
            "sys/fs/cgroup/cpu.max": "150000 100000",
            "sys/fs/cgroup/cpuset.cpus.effective": "0-3",
        },
    )
    assert read_limits(root) == Limits(3 * GIB // 2, 3 * GIB // 4, 1.5)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("max 100000", None),
        ("50000 100000", 0.5),
        ("200000 50000", 4.0),
        ("300000", 3.0),  # the period is 100 ms unless it says otherwise
        ("", None),
        ("rubbish", None),
    ],
)
def test_cpus_of_version_2(tmp_path, text, cpus):
    assert read_limits(tree(tmp_path, **{"sys/fs/cgroup/cpu.max": text})).cpus == cpus


@pytest.mark.parametrize("text", ["max", "", "-1", "rubbish", NO_LIMIT_V1, str(2**63 - 1)])
def test_no_limit_of_memory(tmp_path, text):
    assert read_limits(tree(tmp_path, **{"sys/fs/cgroup/memory.max": text})) == Limits()


@pytest.mark.parametrize(("high", "most", "limit"), [("max", 4, 4), (2, "max", 2), (2, 4, 2), (8, 4, 4)])
def test_beyond_memory_high_a_process_stands_still(tmp_path, high, most, limit):
    files = {"memory.high": high, "memory.max": most}
    files = {f"sys/fs/cgroup/{k}": str(v * GIB if isinstance(v, int) else v) for k, v in files.items()}
    assert read_limits(tree(tmp_path, **files)).memory_bytes == limit * GIB


def test_the_tightest_of_nested_groups(tmp_path):
    """As systemd and Kubernetes nest them; what is left of each counts, too."""
    slices = "sys/fs/cgroup/user.slice"
    root = tree(
        tmp_path,
        groups="0::/user.slice/app.service",
        **{
            f"{slices}/memory.max": str(4 * GIB),
            f"{slices}/memory.current": str(3 * GIB),  # others in the slice
            f"{slices}/cpu.max": "400000 100000",
            f"{slices}/app.service/memory.max": str(2 * GIB),
            f"{slices}/app.service/memory.current": str(GIB // 2),
            f"{slices}/app.service/cpu.max": "max 100000",
            f"{slices}/other.service/memory.max": str(1024),
        },
    )
    assert read_limits(root) == Limits(2 * GIB, GIB, 4.0)


def test_docker_with_version_1(tmp_path):
    """The path is that of the host, and the container's group is mounted as the root."""
    path = "/docker/0123abc"
    root = tree(
        tmp_path,
        groups=f"12:cpu,cpuacct:{path}\n11:memory:{path}\n3:cpuset:{path}\n1:name=systemd:{path}\n0::/",
        mounts=[
            f"cgroup {path} /sys/fs/cgroup/memory memory",
            f"cgroup {path} /sys/fs/cgroup/cpu,cpuacct cpu,cpuacct",
            f"cgroup {path} /sys/fs/cgroup/cpuset cpuset",
            f"cgroup {path} /sys/fs/cgroup/systemd name=systemd",
        ],
        **{
            "sys/fs/cgroup/memory/memory.limit_in_bytes": str(GIB),
            "sys/fs/cgroup/memory/memory.usage_in_bytes": str(GIB // 2),
            "sys/fs/cgroup/memory/memory.stat": f"cache 5\ntotal_inactive_file {GIB // 4}",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "250000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/cpuset/cpuset.cpus": "0-1,4,6-7",
        },
    )
    assert read_limits(root) == Limits(GIB, 3 * GIB // 4, 2.5)


def test_no_limits_of_version_1(tmp_path):
    root = tree(
        tmp_path,
        groups="2:memory:/\n1:cpu:/",
        mounts=["cgroup / /sys/fs/cgroup/memory memory", "cgroup / /sys/fs/cgroup/cpu cpu"],
        **{
            "sys/fs/cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
            "sys/fs/cgroup/memory/memory.stat": f"hierarchical_memory_limit {NO_LIMIT_V1}",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
        },
    )
    assert read_limits(root) == Limits()


def test_a_group_around_that_is_not_to_be_seen(tmp_path):
    """Version 1 says in memory.stat what the groups around it allow."""
    root = tree(
        tmp_path,
        groups="2:memory:/pod/box",
        mounts=["cgroup /pod/box /sys/fs/cgroup/memory memory"],
        **{
            "sys/fs/cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
            "sys/fs/cgroup/memory/memory.usage_in_bytes": str(GIB),
            "sys/fs/cgroup/memory/memory.stat": f"hierarchical_memory_limit {2 * GIB}",
        },
    )
    assert read_limits(root) == Limits(2 * GIB, GIB)


def test_both_versions_at_once(tmp_path):
    root = tree(
        tmp_path,
        groups="4:memory:/box\n0::/box",
        mounts=["cgroup / /sys/fs/cgroup/memory memory", "cgroup2 / /sys/fs/cgroup/unified"],
        **{
            "sys/fs/cgroup/memory/box/memory.limit_in_bytes": str(GIB),
            "sys/fs/cgroup/unified/box/cpu.max": "100000 100000",
        },
    )
    assert read_limits(root) == Limits(GIB, GIB, 1.0)


@pytest.mark.parametrize(
    ("path", "group"), [("/../../outside", "/"), ("/kubepods/pod1/box", "/kubepods/pod2"), ("/gone", "/")]
)
def test_a_path_outside_of_what_is_mounted(tmp_path, path, group):
    root = tree(
        tmp_path,
        groups=f"0::{path}",
        mounts=[f"cgroup2 {group} /sys/fs/cgroup"],
        **{"sys/fs/cgroup/memory.max": str(GIB)},
    )
    assert read_limits(root).memory_bytes == GIB


def test_a_place_with_a_blank_that_is_not_the_usual_one(tmp_path):
    root = tree(
        tmp_path,
        mounts=[r"cgroup2 / /mnt/control\040groups"],
        **{"mnt/control groups/memory.max": str(GIB)},
    )
    assert read_limits(root).memory_bytes == GIB


def test_without_a_list_of_mounts(tmp_path):
    (tmp_path / "sys/fs/cgroup/memory").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory/memory.limit_in_bytes").write_text(f"{GIB}\n")
    (tmp_path / "sys/fs/cgroup/cpu.max").write_text("200000 100000\n")
    assert read_limits(tmp_path) == Limits(GIB, GIB, 2.0)


@pytest.mark.parametrize(
    ("text", "count"), [("0", 1), ("3-5", 3), ("0-1,8,10-11", 5), ("", None), ("a-b", None), ("1-", None)]
)
def test_lists_of_cpus(tmp_path, text, count):
    assert read_limits(tree(tmp_path, **{"sys/fs/cgroup/cpuset.cpus.effective": text})).cpus == count


def test_a_process_that_holds_more_than_its_limit(tmp_path):
    files = {"sys/fs/cgroup/memory.max": "100", "sys/fs/cgroup/memory.current": "900"}
    assert read_limits(tree(tmp_path, **files)) == Limits(100, 0)


def test_no_groups_at_all(tmp_path):
    assert read_limits(tmp_path) == Limits()


@pytest.fixture
def limits(monkeypatch):
    """Sets what the groups allow."""

    def set_limits(*values):
        monkeypatch.setattr(cgroup, "read_limits", lambda: Limits(*values))

    return set_limits


def test_memory_is_the_least_of_machine_and_container(limits):
    total, free = runtime.memory_bytes()
    if free is None:
        pytest.skip("nobody knows here")
    limits(10**8, 10**7)
    assert runtime.memory_bytes() == (10**8, 10**7)
    assert runtime.free_bytes(torch.device("cpu")) == 10**7
    assert runtime.facts()["memory"] == "0.1 GiB in all, 0.0 GiB free"
    limits(total * 2, total * 2)
    assert runtime.memory_bytes()[0] == total


@pytest.mark.parametrize(("cpus", "count"), [(0.3, 1), (1.0, 1), (1.5, 2), (64.0, 3), (None, 3)])
def test_threads_follow_the_container(limits, monkeypatch, cpus, count):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(16), raising=False)
    limits(None, None, cpus)
    with runtime.threads(3):
        runtime.keep_to_cpus()
        assert torch.get_num_threads() == count
    with runtime.threads(3):
        NetworkHandle.load(_settings())
        assert torch.get_num_threads() == count


def _settings():
    from impasto.settings import StylizeSettings

    return StylizeSettings(network="test-net")


def test_doctor_tells_the_share(limits, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64), raising=False)
    limits(None, None, 1.5)
    with runtime.threads(1):
        assert runtime.facts()["threads"] == "1 of 1.5 CPUs (the machine has 64)"


def test_a_limit_of_the_address_space(monkeypatch):
    resource = pytest.importorskip("resource")
    if runtime.used_bytes(torch.device("cpu")) == 0:
        pytest.skip("nobody knows here")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (2**40, 2**40))
    monkeypatch.setattr(cgroup, "read_limits", lambda: Limits())
    total, free = runtime._own_limit()
    assert total == 2**40 and 0 < free < 2**40
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1000, 1000))
    assert runtime.memory_bytes() == (1000, 0)
