"""The machine: device, precision, threads, memory, seeds, and facts for a bug report."""

from __future__ import annotations

import ctypes
import math
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from impasto import cgroup, registry
from impasto.errors import DeviceError, SettingError, nearest

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
"""Number formats by the name a user types; "auto" chooses among them."""

REPORTED_FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16", "svebf16")
"""CPU features in Linux's spelling that decide how fast convolutions are."""

FAST_BF16 = frozenset({"avx512_bf16", "amx_bf16", "bf16", "svebf16"})
"""CPU features that multiply bfloat16 numbers in hardware: AVX-512 BF16, AMX, and two of Arm."""

OUT_OF_MEMORY = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "Cannot allocate memory",
    "could not create a primitive",
    "could not create a memory object",
    "could not execute a primitive",
    "unable to mmap",
    "Unable to find a valid cuDNN algorithm",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""Texts in torch's errors when memory runs out: on the CPU (Linux, Windows), on GPUs, in cuBLAS and cuDNN.

"could not ..." are oneDNN's; it says the same of kernels that do not exist, which torch does not ask for.
"""

HIGHEST_SEED = 2**63 - 1
"""Seeds are 0 to this number, the largest that torch accepts."""


def devices() -> tuple[str, ...]:
    """The devices of this machine, by the names a user types; the fastest first."""
    names = (
        [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    )
    if torch.backends.mps.is_available():
        names.append("mps")
    return (*names, "cpu")


def choose_device(name: str) -> torch.device:
    """The device of a name.

    Args:
        name: "auto" (the first of ``devices()``), "cpu", "cuda" (the same as "cuda:0"), "cuda:1", ..., or
            "mps".
    Raises:
        DeviceError: this machine has no such device, or no device has that name.
    """
    available = devices()
    full_name = {"auto": available[0], "cuda": "cuda:0"}.get(name, name)
    if full_name in available:
        return torch.device(full_name)
    known = name.partition(":")[0] in ("cuda", "mps")
    raise DeviceError(
        f"this machine has no device {name!r}" if known else f"there is no device called {name!r}",
        got=name,
        expected=f"one of auto, {', '.join(reversed(available))}",
        attempt=(f"--device {available[0]}" if known else nearest(name, ("auto", "cpu", "cuda", "mps"))),
    )


def choose_dtype(device: torch.device, precision: str = "auto") -> torch.dtype:
    """The number format that networks compute in.

    "auto" takes bfloat16 where the hardware multiplies it (CPUs with AVX-512 BF16, AMX or Arm's BF16; GPUs of
    compute capability 8.0 and above), else float32. It never takes float16: gradients of a loss that is a
    mean over positions are below its smallest number (6e-8), and they would vanish.

    Args:
        device: where the network will run.
        precision: "auto", "float32", "bfloat16" or "float16".
    Raises:
        SettingError: no precision has that name.
    """
    if precision in PRECISIONS:
        return PRECISIONS[precision]
    registry.check(("auto", *PRECISIONS), precision, kind="precision")
    if device.type == "cuda":
        fast = torch.cuda.get_device_capability(device) >= (8, 0)
    else:
        fast = device.type == "cpu" and not FAST_BF16.isdisjoint(cpu_features())
    return torch.bfloat16 if fast else torch.float32


def generator(seed: int) -> torch.Generator:
    """A generator of random numbers on the CPU.

    Noise is drawn on the CPU and then moved, so that a seed gives the same start on every device.

    Args:
        seed: 0 to 2^63 - 1.
    Raises:
        SettingError: the seed is outside that range.
    """
    if not 0 <= seed <= HIGHEST_SEED:
        raise SettingError("the seed is out of range", got=str(seed), expected=f"0 to {HIGHEST_SEED}")
    return torch.Generator("cpu").manual_seed(seed)


@contextmanager
def threads(count: int | None) -> Iterator[int]:
    """Compute on a number of CPU threads inside the block; restore the old number afterwards.

    Args:
        count: 1 or more; None: torch's choice.
    Yields:
        The number of threads in force.
    Raises:
        SettingError: the count is below 1.
    """
    if count is not None and count < 1:
        raise SettingError("the number of threads is out of range", got=str(count), expected="1 or more")
    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)


def cpu_features() -> frozenset[str]:
    """Features of the CPU in Linux's spelling ("avx512_bf16"); empty where they are not known."""
    return frozenset(_cpu_field("flags", "Features").split()) | _torch_capabilities()


def memory_bytes() -> tuple[int | None, int | None]:
    """(total, free) main memory in bytes that this process may have; None where it is not known.

    The least of what the machine has, what a container leaves, and the process's own limit (``ulimit -v``).
    """
    limits, machine, own = cgroup.read_limits(), _machine_memory(), _own_limit()
    total = _least(machine[0], limits.memory_bytes, own[0])
    return total, _least(machine[1], limits.free_bytes, own[1])


def _machine_memory() -> tuple[int | None, int | None]:
    path = Path("/proc/meminfo")
    if path.is_file():
        lines = (line.split() for line in path.read_text().splitlines())
        kibibytes = {words[0]: int(words[1]) for words in lines if len(words) > 1}
        total, free = kibibytes.get("MemTotal:"), kibibytes.get("MemAvailable:")
        return (total * 1024 if total else None), (free * 1024 if free is not None else None)
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), None
    return None, None


def _own_limit() -> tuple[int | None, int | None]:
    """(limit, what is left of it) of this process's address space; None for no limit."""
    try:
        import resource
    except ImportError:  # Windows
        return None, None
    limit, statm = resource.getrlimit(resource.RLIMIT_AS)[0], Path("/proc/self/statm")
    if limit == resource.RLIM_INFINITY or not statm.is_file():
        return None, None
    return limit, max(0, limit - int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE"))


def _least(*amounts: int | None) -> int | None:
    return min((amount for amount in amounts if amount is not None), default=None)


def available_cpus() -> float:
    """CPUs that this process may use at a time, by the machine, its affinity and its container (1.5, say)."""
    has_affinity = hasattr(os, "sched_getaffinity")
    count = float(len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1)
    limit = cgroup.read_limits().cpus
    return count if limit is None else min(count, limit)


def keep_to_cpus() -> None:
    """Compute on no more threads than the process has CPUs, rounded up; fewer stay as they are.

    torch counts the CPUs of the machine. Where a container has a share of them, more threads than that wait
    for each other most of the time.
    """
    most = max(1, math.ceil(available_cpus()))
    if torch.get_num_threads() > most:
        torch.set_num_threads(most)


def free_bytes(device: torch.device) -> int | None:
    """Free memory of a device, in bytes; None where it is not known."""
    if device.type == "cuda":
        idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)  # torch's own reserve
        return int(torch.cuda.mem_get_info(device)[0]) + idle
    return memory_bytes()[1]


def used_bytes(device: torch.device) -> int:
    """Memory of a device that this process holds, in bytes; 0 where it is not known."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if path.is_file() else 0


def trim_memory() -> None:
    """Return freed memory to the operating system, where the process uses glibc.

    glibc keeps freed memory, and later allocations of other sizes do not fit into its gaps.
    """
    if sys.platform == "linux" and hasattr(c_library := ctypes.CDLL(None), "malloc_trim"):
        c_library.malloc_trim(0)


def out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the machine or its GPU ran out of memory.

    On the CPU and on Apple's GPU torch raises a plain RuntimeError, so its text is searched.
    """
    if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in OUT_OF_MEMORY)


def versions() -> dict[str, str]:
    """Versions of the packages that influence the pixels of a result."""
    return {
        "impasto": _version("impasto"),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": _version("numpy"),
        "pillow": _version("pillow"),
    }


def facts() -> dict[str, str]:
    """What a bug report should say about this machine, {name: text}, in the order of printing."""
    features = cpu_features()
    total, free = memory_bytes()
    keep_to_cpus()
    names = {f"cuda:{i}": torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())}
    return {
        **versions(),
        "platform": platform.platform(),
        "cpu": _cpu_field("model name", "Model") or platform.processor() or platform.machine(),
        "cpu features": ", ".join(name for name in REPORTED_FEATURES if name in features) or "none reported",
        "precision": str(choose_dtype(torch.device("cpu"))).removeprefix("torch.") + " on the CPU",
        "threads": f"{torch.get_num_threads()} of {available_cpus():g} CPUs{_of_machine()}",
        "devices": ", ".join(f"{name} ({names[name]})" if name in names else name for name in devices()),
        "memory": f"{_gibibytes(total)} in all, {_gibibytes(free)} free",
        "executable": sys.executable,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _of_machine() -> str:
    """In words, how many CPUs the machine has, where this process may not use all of them."""
    count = os.cpu_count() or 1
    return "" if available_cpus() >= count else f" (the machine has {count})"


def _gibibytes(count: int | None) -> str:
    return "unknown" if count is None else f"{count / 2**30:.1f} GiB"


def _cpu_field(*names: str) -> str:
    """A field of the first processor in /proc/cpuinfo; empty where there is no such file or field."""
    path = Path("/proc/cpuinfo")
    for line in path.read_text().splitlines() if path.is_file() else ():
        key, _, value = line.partition(":")
        if key.strip() in names:
            return value.strip()
    return ""


def _torch_capabilities() -> frozenset[str]:
    # torch.cpu.get_capabilities also works without /proc; torch 2.4, the oldest supported, lacks it.
    get = getattr(torch.cpu, "get_capabilities", None)
    return frozenset(name for name, value in get().items() if value is True) if get else frozenset()
