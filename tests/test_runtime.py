import os
import platform

import pytest
import torch

from impasto import runtime
from impasto.errors import DeviceError, SettingError

CPU = torch.device("cpu")


@pytest.fixture
def machine(monkeypatch):
    """A function that pretends this machine has so many GPUs, Apple's GPU, and CPU features."""

    def pretend(*, gpus=0, capability=(8, 0), mps=False, features=()):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"GPU {index}")
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(runtime, "cpu_features", lambda: frozenset(features))

    return pretend


def test_auto_takes_the_best_device(machine):
    machine()
    assert runtime.choose_device("auto") == CPU
    machine(mps=True)
    assert runtime.choose_device("auto") == torch.device("mps")
    machine(gpus=2, mps=True)
    assert runtime.choose_device("auto") == torch.device("cuda:0")
    assert runtime.devices() == ("cuda:0", "cuda:1", "mps", "cpu")


def test_devices_by_name(machine):
    machine(gpus=2, mps=True)
    assert runtime.choose_device("cpu") == CPU
    assert runtime.choose_device("cuda") == torch.device("cuda:0")
    assert runtime.choose_device("cuda:1") == torch.device("cuda:1")
    assert runtime.choose_device("mps") == torch.device("mps")


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps"])
def test_a_device_that_is_not_there(machine, name):
    machine()
    with pytest.raises(DeviceError) as caught:
        runtime.choose_device(name)
    assert str(caught.value).splitlines() == [
        f"this machine has no device {name!r}",
        f"  got       {name}",
        "  expected  one of auto, cpu",
        "  try       --device cpu",
    ]


def test_one_gpu_too_far(machine):
    machine(gpus=2)
    with pytest.raises(DeviceError, match="this machine has no device 'cuda:2'") as caught:
        runtime.choose_device("cuda:2")
    assert caught.value.expected == "one of auto, cpu, cuda:1, cuda:0"


@pytest.mark.parametrize(
    ("name", "attempt"), [("cudda", "did you mean 'cuda'?"), ("", ""), ("gpu", "did you mean 'cpu'?")]
)
def test_a_device_that_does_not_exist(machine, name, attempt):
    machine(gpus=1)
    with pytest.raises(DeviceError, match=f"there is no device called '{name}'") as caught:
        runtime.choose_device(name)
    assert caught.value.attempt == attempt


@pytest.mark.parametrize("feature", ["avx512_bf16", "amx_bf16", "bf16", "svebf16"])
def test_auto_precision_on_a_cpu(machine, feature):
    machine(features=["avx2", feature])
    assert runtime.choose_dtype(CPU) == torch.bfloat16
    machine(features=["avx2", "avx512f"])
    assert runtime.choose_dtype(CPU) == torch.float32


def test_auto_precision_on_gpus(machine):
    machine(gpus=1, capability=(9, 0), features=["amx_bf16"])
    assert runtime.choose_dtype(torch.device("cuda:0")) == torch.bfloat16
    machine(gpus=1, capability=(7, 5), features=["amx_bf16"])
    assert runtime.choose_dtype(torch.device("cuda:0")) == torch.float32
    assert runtime.choose_dtype(torch.device("mps")) == torch.float32


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_precision_by_name(name):
    assert runtime.choose_dtype(CPU, name) == getattr(torch, name)


def test_an_unknown_precision():
    with pytest.raises(SettingError) as caught:
        runtime.choose_dtype(CPU, "bfloat")
    assert str(caught.value).splitlines() == [
        "there is no precision 'bfloat'",
        "  got       bfloat",
        "  expected  one of auto, float32, bfloat16, float16",
        "  try       did you mean 'bfloat16'?",
    ]


def test_a_generator_repeats_and_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    first = torch.randn(5, generator=runtime.generator(7))
    assert torch.equal(first, torch.randn(5, generator=runtime.generator(7)))
    assert not torch.equal(first, torch.randn(5, generator=runtime.generator(8)))
    assert runtime.generator(runtime.HIGHEST_SEED).device == CPU
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range(seed):
    with pytest.raises(SettingError, match="the seed is out of range") as caught:
        runtime.generator(seed)
    assert (caught.value.got, caught.value.expected) == (str(seed), "0 to 9223372036854775807")


def test_threads_are_set_inside_the_block_only():
    before = torch.get_num_threads()
    with runtime.threads(before + 1) as count:
        assert count == torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(KeyError), runtime.threads(before + 1):
        raise KeyError
    assert torch.get_num_threads() == before
    with runtime.threads(None) as count:
        assert count == before


def test_no_threads():
    with (
        pytest.raises(SettingError, match="the number of threads is out of range") as caught,
        runtime.threads(0),
    ):
        pass
    assert caught.value.expected == "1 or more"


def test_facts_are_text_for_every_question(machine):
    machine(gpus=1, features=["avx2", "amx_bf16", "unheard_of"])
    facts = runtime.facts()
    assert all(isinstance(value, str) and value for value in facts.values())
    assert facts["python"] == platform.python_version()
    assert facts["torch"] == torch.__version__
    assert facts["cpu features"] == "avx2, amx_bf16"
    assert facts["precision"] == "bfloat16 on the CPU"
    assert facts["devices"] == "cuda:0 (GPU 0), cpu"
    assert facts["threads"] == f"{torch.get_num_threads()} of {os.cpu_count()} CPUs"


def linux(monkeypatch, tmp_path, **files):
    """Stand-ins for files under /proc."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(runtime, "Path", lambda path: tmp_path / path.rpartition("/")[2])


def test_memory_on_linux(monkeypatch, tmp_path):
    linux(
        monkeypatch,
        tmp_path,
        meminfo="MemTotal:  16384 kB\nMemFree: 1 kB\nMemAvailable:  8192 kB\nHugePages: 0\n",
    )
    assert runtime.memory_bytes() == (16384 * 1024, 8192 * 1024)


def test_memory_elsewhere(monkeypatch, tmp_path):
    linux(monkeypatch, tmp_path)
    monkeypatch.setattr(os, "sysconf_names", {"SC_PHYS_PAGES": 1}, raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}.get, raising=False)
    assert runtime.memory_bytes() == (4_096_000, None)
    monkeypatch.setattr(os, "sysconf_names", {}, raising=False)
    assert runtime.memory_bytes() == (None, None)
    assert runtime.facts()["memory"] == "unknown in all, unknown free"


def test_cpu_features_of_linux(monkeypatch, tmp_path):
    monkeypatch.setattr(
        torch.cpu, "get_capabilities", lambda: {"avx2": True, "sse4a": False, "name": "x"}, raising=False
    )
    linux(
        monkeypatch,
        tmp_path,
        cpuinfo="processor\t: 0\nFeatures\t: asimd bf16\n\nprocessor : 1\nFeatures : x\n",
    )
    assert runtime.cpu_features() == {"asimd", "bf16", "avx2"}
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    linux(monkeypatch, tmp_path, cpuinfo="model name : Fast\nflags : avx512f amx_bf16\n")
    assert runtime.cpu_features() == {"avx512f", "amx_bf16"}
    assert runtime.facts()["cpu"] == "Fast"


def test_a_package_that_is_not_installed():
    assert runtime._version("no-such-package-anywhere") == "not installed"


def test_out_of_memory_by_its_real_error():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**58, dtype=torch.uint8)
    assert runtime.out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (MemoryError(), True),
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9.00 GB)"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("could not create a primitive"), True),  # oneDNN's word for it
        (RuntimeError("could not create a memory object"), True),
        (RuntimeError("could not execute a primitive"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_by_its_text(error, is_one):
    assert runtime.out_of_memory(error) is is_one


def test_free_memory(monkeypatch, tmp_path):
    linux(monkeypatch, tmp_path, meminfo="MemTotal:  16384 kB\nMemAvailable:  8192 kB\n")
    assert runtime.free_bytes(CPU) == 8192 * 1024
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (5, 7))
    assert runtime.free_bytes(torch.device("cuda:0")) == 5


def test_memory_that_is_held():
    before = runtime.used_bytes(CPU)
    if before == 0:
        pytest.skip("nobody knows here")
    held = torch.ones(2**26)  # 256 MiB
    assert runtime.used_bytes(CPU) - before == pytest.approx(4 * held.numel(), rel=0.05)


def test_memory_that_is_held_elsewhere(monkeypatch, tmp_path):
    linux(monkeypatch, tmp_path)
    assert runtime.used_bytes(CPU) == 0
    linux(monkeypatch, tmp_path, statm="900 100 50 1 0 2 0")
    assert runtime.used_bytes(CPU) == 100 * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 11)
    assert runtime.used_bytes(torch.device("cuda:0")) == 11


def test_memory_is_given_back():
    pieces = [torch.ones(2**16) for _ in range(400)]  # 256 KiB each
    keep = pieces[::2]
    before = runtime.used_bytes(CPU)
    del pieces
    runtime.trim_memory()
    assert len(keep) == 200 and runtime.used_bytes(CPU) <= before
