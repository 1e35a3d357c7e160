"""Weights that can be fetched: their records, and the folder that keeps them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from impasto.registry import check

CHUNK_BYTES = 1 << 20
"""Read at once when a file is hashed."""


@dataclass(frozen=True, kw_only=True)
class WeightRecord:
    """A published file of weights.

    Attributes:
        name: of the weights, for the user.
        urls: addresses, tried in this order.
        sha256: leading hexadecimal digits of the file's SHA-256; all 64 if they are known, else the eight
            that the publisher wrote into the file's name.
        size_bytes: length of the file, for people and progress bars; only the hash is verified.
        licence: of the weights.
        source: the paper, and who converted or trained these weights.
        file_name: name in the cache.
        preprocessing: "torchvision" (RGB, mean and standard deviation of ImageNet) or "caffe" (BGR, 0-255,
            minus mean).
    """

    name: str
    urls: tuple[str, ...]
    sha256: str
    size_bytes: int
    licence: str
    source: str
    file_name: str
    preprocessing: str = "torchvision"


def _torchvision(name: str, sha256: str, size_bytes: int) -> WeightRecord:
    file_name = f"{name}-{sha256[:8]}.pth"
    return WeightRecord(
        name=name,
        urls=(f"https://download.pytorch.org/models/{file_name}",),
        sha256=sha256,
        size_bytes=size_bytes,
        licence="BSD-3-Clause",
        source="Simonyan, Zisserman 2015; trained by torchvision",
        file_name=file_name,
    )


def _caffe(name: str, sha256: str, size_bytes: int) -> WeightRecord:
    file_name = f"{name}-{sha256}.pth"
    servers = (
        "https://web.eecs.umich.edu/~justincj/models",
        "https://s3-us-west-2.amazonaws.com/jcjohns-models",
    )
    return WeightRecord(
        name=f"{name}-caffe",
        urls=tuple(f"{server}/{file_name}" for server in servers),
        sha256=sha256,
        size_bytes=size_bytes,
        licence="CC-BY-4.0",
        source="Simonyan, Zisserman 2015; Oxford's weights converted by J. Johnson",
        file_name=file_name,
        preprocessing="caffe",
    )


# The eight digits in each name are the publisher's. The full hashes of torchvision's two files are those that
# several independent public projects state for the files they downloaded; for the Caffe conversions no full
# hash was found (copies that were saved again have other hashes), so only the publisher's eight digits are
# checked.
RECORDS = {
    record.name: record
    for record in (
        _torchvision(
            "vgg19", "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44", 574_673_361
        ),
        _torchvision(
            "vgg16", "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0", 553_433_881
        ),
        _caffe("vgg19", "d01eb7cb", 574_670_000),
        _caffe("vgg16", "00b39a1b", 553_431_000),
    )
}
"""Weights by name. Sizes of the Caffe conversions are those of their parameters, rounded up."""


def find_record(name: str) -> WeightRecord:
    """The record of that name.

    Raises:
        SettingError: there is no such record; the text lists them and the nearest.
    """
    check(RECORDS, name, kind="record of weights")
    return RECORDS[name]


def cache_folder() -> Path:
    """The folder of fetched weights, which need not exist yet.

    ``$IMPASTO_CACHE`` if set, else the user's cache folder by the rules of the system, such as
    ``~/.cache/impasto`` on Linux. It is that of version 0.1.
    """
    chosen = os.environ.get("IMPASTO_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("impasto", appauthor=False)


def cached(record: WeightRecord) -> Path | None:
    """The file of a record if it is on this machine.

    ``fetch`` gives a file its final name only after its hash was verified, so files of that name are not
    verified again; nor are copies that torchvision downloaded (in ``$TORCH_HOME``, by default
    ``~/.cache/torch``) or that the user put into the cache.
    """
    torch_home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "torch")
    for folder in (cache_folder(), Path(torch_home, "hub", "checkpoints").expanduser()):
        if (folder / record.file_name).is_file():
            return folder / record.file_name
    return None


def cache_facts() -> dict[str, str]:
    """The cache folder and the files in it, for ``impasto doctor``."""
    folder = cache_folder()
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    listing = ", ".join(f"{path.name} ({path.stat().st_size / 1e6:.1f} MB)" for path in files)
    return {"cache": str(folder), "cached files": listing or "none"}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
