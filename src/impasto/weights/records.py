"""Which weights can be fetched, what is known about them, and where they are kept."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import WeightsError, nearest

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class WeightRecord:
    """What must be known about a file of weights before it is trusted.

    Attributes:
        name: what the user calls it.
        urls: where it is published, tried in this order.
        sha256: leading hexadecimal digits of the file's SHA-256; all 64 where they are known, else the eight
            that the publisher wrote into the file's name.
        size_bytes: length of the file; for people and progress bars only, the hash decides.
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


# The eight digits in each name are the publisher's. The full hashes of torchvision's two files are those that
# several independent public projects state for the files they downloaded; for the Caffe conversions no full
# hash was found (copies that were saved again have other hashes), so only the publisher's eight digits are
# checked.
RECORDS = {
    "vgg19": WeightRecord(
        name="vgg19",
        urls=("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",),
        sha256="dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
        size_bytes=574_673_361,
        licence="BSD-3-Clause",
        source="Simonyan, Zisserman 2015; trained by torchvision",
        file_name="vgg19-dcbb9e9d.pth",
    ),
    "vgg16": WeightRecord(
        name="vgg16",
        urls=("https://download.pytorch.org/models/vgg16-397923af.pth",),
        sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        size_bytes=553_433_881,
        licence="BSD-3-Clause",
        source="Simonyan, Zisserman 2015; trained by torchvision",
        file_name="vgg16-397923af.pth",
    ),
    "vgg19-caffe": WeightRecord(
        name="vgg19-caffe",
        urls=(
            "https://web.eecs.umich.edu/~justincj/models/vgg19-d01eb7cb.pth",
            "https://s3-us-west-2.amazonaws.com/jcjohns-models/vgg19-d01eb7cb.pth",
        ),
        sha256="d01eb7cb",
        size_bytes=574_670_000,
        licence="CC-BY-4.0",
        source="Simonyan, Zisserman 2015; Oxford's weights converted by J. Johnson",
        file_name="vgg19-d01eb7cb.pth",
        preprocessing="caffe",
    ),
    "vgg16-caffe": WeightRecord(
        name="vgg16-caffe",
        urls=(
            "https://web.eecs.umich.edu/~justincj/models/vgg16-00b39a1b.pth",
            "https://s3-us-west-2.amazonaws.com/jcjohns-models/vgg16-00b39a1b.pth",
        ),
        sha256="00b39a1b",
        size_bytes=553_431_000,
        licence="CC-BY-4.0",
        source="Simonyan, Zisserman 2015; Oxford's weights converted by J. Johnson",
        file_name="vgg16-00b39a1b.pth",
        preprocessing="caffe",
    ),
}
"""Weights by name. Sizes of the Caffe conversions are those of their parameters, rounded up."""


def find_record(name: str) -> WeightRecord:
    """The record of that name.

    Raises:
        WeightsError: there is none; the text lists them and the nearest.
    """
    if name not in RECORDS:
        raise WeightsError(
            f"no weights are published here under the name {name!r}",
            got=name,
            expected=f"one of {', '.join(RECORDS)}",
            attempt=nearest(name, RECORDS),
        )
    return RECORDS[name]


def cache_folder() -> Path:
    """Where fetched weights are kept; it need not exist yet.

    ``$IMPASTO_CACHE`` if set; else ``~/Library/Caches/impasto`` on macOS, ``impasto/cache`` in
    ``%LOCALAPPDATA%`` on Windows, and ``$XDG_CACHE_HOME/impasto`` or ``~/.cache/impasto`` elsewhere.

    Source: XDG Base Directory Specification 0.8.
    Differs: nothing; the two other systems have their own places.
    """
    chosen = os.environ.get("IMPASTO_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    system = platform.system()
    if system == "Darwin":
        return Path.home() / "Library" / "Caches" / "impasto"
    if system == "Windows":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "impasto" / "cache"
    return _xdg_cache() / "impasto"


def cached(record: WeightRecord) -> Path | None:
    """The file of a record, if this machine already has it.

    A file that ``fetch`` wrote carries its final name only after its hash was verified, so the name is
    enough. A copy that torchvision downloaded (in ``$TORCH_HOME``, by default ``~/.cache/torch``), or that
    the user put into the cache, is trusted as it lies.
    """
    torch_home = os.environ.get("TORCH_HOME")
    hub = (Path(torch_home).expanduser() if torch_home else _xdg_cache() / "torch") / "hub" / "checkpoints"
    for folder in (cache_folder(), hub):
        if (folder / record.file_name).is_file():
            return folder / record.file_name
    return None


def cache_facts() -> dict[str, str]:
    """The cache folder and what is in it, for ``impasto doctor``."""
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


def _xdg_cache() -> Path:
    # The specification says that a relative path is to be ignored.
    folder = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return folder if folder.is_absolute() else Path.home() / ".cache"
