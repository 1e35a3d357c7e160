"""Limits of a container on Linux: the memory and the CPUs that its control groups leave to this process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

UNLIMITED_BYTES = 2**62
"""Version 1 writes "no limit" as the largest multiple of a page below 2^63."""

MEMORY_LIMITS = ("memory.max", "memory.high", "memory.limit_in_bytes")
"""Files of the most that a group may hold; beyond memory.high it is slowed down until it stands still."""

MEMORY_USES = ("memory.current", "memory.usage_in_bytes")
"""Files of what a group holds, with the pages of files that it read."""

RECLAIMABLE = ("inactive_file", "total_inactive_file")
"""Lines of memory.stat: pages of files that the kernel gives back before it refuses memory."""

CPU_LISTS = ("cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus")
"""Files of the CPUs that a group may run on, such as "0-3,8"; the first that is there and is not empty."""

CONTROLLERS = ("memory", "cpu", "cpuset")
"""Controllers of version 1 that limit memory and CPUs."""

USUAL_PLACE = "/sys/fs/cgroup"
"""Where groups are mounted if the list of mounts does not say."""

USUAL_NAMES = {
    "": "",
    "unified": "",
    "memory": "memory",
    "cpu": "cpu",
    "cpu,cpuacct": "cpu",
    "cpuset": "cpuset",
}
"""Folders in it -> their controller; "" is version 2."""


@dataclass(frozen=True)
class Limits:
    """What the control groups of a process allow.

    Attributes:
        memory_bytes: the most that the process may hold together with others of its groups; None: no limit.
        free_bytes: what is left of it; None: no limit.
        cpus: CPUs that it may use at a time, such as 1.5; None: no limit.
    """

    memory_bytes: int | None = None
    free_bytes: int | None = None
    cpus: float | None = None


def read_limits(root: Path = Path("/")) -> Limits:
    """The limits of this process, of its groups and of all groups around them; the tightest counts.

    Versions 1 and 2 are read, also where both are mounted. Where a file is missing or holds something else,
    there is no limit.

    Args:
        root: of the file system; tests have others.

    Source: Linux kernel, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
    Differs: memory that holds pages of files counts as free, as the kernel gives it back.
    """
    memory: list[tuple[int, int]] = []
    cpus: list[float] = []
    for folder in _groups(root):
        limit = _limit_bytes(folder)
        if limit is not None:
            memory.append((limit, max(0, limit - _held_bytes(folder))))
        cpus += [count for count in (_quota(folder), _cpu_count(folder)) if count]
    return Limits(
        memory_bytes=min((limit for limit, _ in memory), default=None),
        free_bytes=min((free for _, free in memory), default=None),
        cpus=min(cpus, default=None),
    )


def _groups(root: Path) -> Iterator[Path]:
    """The folders of this process's groups and of those around them, once each."""
    paths = dict(_own_groups(root))
    seen: set[Path] = set()
    usual = [(kind, "/", PurePosixPath(USUAL_PLACE, name)) for name, kind in USUAL_NAMES.items()]
    for kind, group_root, mounted in [*_mounts(root), *usual]:
        place = root / mounted.relative_to("/")
        for folder in _upwards(place, paths.get(kind, "/"), group_root):
            if folder not in seen:
                seen.add(folder)
                yield folder


def _own_groups(root: Path) -> Iterator[tuple[str, str]]:
    """(controller, path of this process's group); the controller of version 2 is "" for all."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield "", path
        for controller in controllers.split(","):
            if controller in CONTROLLERS:
                yield controller, path


def _mounts(root: Path) -> Iterator[tuple[str, str, PurePosixPath]]:
    """(controller or "", group that is mounted, where) of each mount of groups."""
    for line in _text(root / "proc/self/mountinfo").splitlines():
        before, separator, after = line.partition(" - ")
        fields, system = before.split(), after.split()
        if not separator or len(fields) < 5 or len(system) < 3 or not fields[4].startswith("/"):
            continue
        group, mounted = _unescaped(fields[3]), PurePosixPath(_unescaped(fields[4]))
        if system[0] == "cgroup2":
            yield "", group, mounted
        elif system[0] == "cgroup":
            for controller in system[2].split(","):
                if controller in CONTROLLERS:
                    yield controller, group, mounted


def _upwards(place: Path, path: str, group_root: str) -> Iterator[Path]:
    """The folder of a group and those around it, up to the one that is mounted at ``place``.

    A container often sees its group at the mount itself, while the path is that of the host.
    """
    group, base = PurePosixPath(path), PurePosixPath(group_root)
    inside = group.relative_to(base).parts if group.is_relative_to(base) else group.parts[1:]
    if ".." in inside:  # outside of what is mounted here
        inside = ()
    for count in range(len(inside), -1, -1):
        folder = place.joinpath(*inside[:count])
        if folder.is_dir():
            yield folder


def _limit_bytes(folder: Path) -> int | None:
    """The tightest limit of memory in a group's files; None for none."""
    values = [_number(_text(folder / name)) for name in MEMORY_LIMITS]
    values.append(_stat(folder).get("hierarchical_memory_limit"))  # version 1: with the groups around it
    return min((value for value in values if value is not None and value < UNLIMITED_BYTES), default=None)


def _held_bytes(folder: Path) -> int:
    """Memory that a group holds and cannot give back."""
    held = next((value for name in MEMORY_USES if (value := _number(_text(folder / name))) is not None), 0)
    stat = _stat(folder)
    return max(0, held - max(stat.get(name, 0) for name in RECLAIMABLE))


def _quota(folder: Path) -> float | None:
    """CPUs by the share of each period that a group may run; None for no limit."""
    words = _text(folder / "cpu.max").split()  # "150000 100000" or "max 100000", in microseconds
    quota = _number(words[0]) if words else _number(_text(folder / "cpu.cfs_quota_us"))
    period = _number(words[1]) if len(words) > 1 else _number(_text(folder / "cpu.cfs_period_us"))
    if quota is None or quota <= 0:
        return None
    return quota / (period or 100_000)


def _cpu_count(folder: Path) -> int | None:
    """CPUs in a group's list; None where there is none."""
    text = next((text for name in CPU_LISTS if (text := _text(folder / name).strip())), "")
    if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", text):
        return None
    spans = [[int(number) for number in span.split("-")] for span in text.split(",")]
    return sum(max(0, span[-1] - span[0] + 1) for span in spans)


def _stat(folder: Path) -> dict[str, int]:
    """memory.stat as numbers by name."""
    lines = (line.split() for line in _text(folder / "memory.stat").splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdecimal()}


def _number(text: str) -> int | None:
    """A whole number; None for "max", for "-1" (version 1: no limit), and where there is none."""
    text = text.strip()
    return int(text) if text.isdecimal() and text.isascii() else None


def _text(path: Path) -> str:
    """The text of a file of the kernel; empty if there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _unescaped(text: str) -> str:
    """A path of mountinfo, where blanks are written as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
