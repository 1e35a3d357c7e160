"""Settings of the network that computes the features, and of the machine it runs on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict

from impasto.errors import SettingError
from impasto.registry import NETWORKS, POOLINGS
from impasto.settings.base import Settings, setting
from impasto.settings.choices import Network, NetworkObject, Pooling, Precision

PANEL = "Network and machine"
"""Heading of these settings in ``--help``."""


@dataclass(frozen=True, kw_only=True)
class InputSettings(Settings, panel=PANEL):
    """How large the pictures may be that are read."""

    max_megapixels: float = setting(
        100.0, unit="megapixels", low=0.001, help="Refuse larger inputs, which may be decompression bombs."
    )


@dataclass(frozen=True, kw_only=True)
class ExtractorSettings(InputSettings, panel=PANEL):
    """Which network computes the features, and where."""

    network: str = setting(
        "compact", choices=tuple(NETWORKS), objects=True, help="Network that computes the features."
    )
    weights: str | None = setting(None, help="For vgg19 and vgg16: a .pth or .safetensors file, or 'caffe'.")
    pooling: str = setting("max", choices=POOLINGS, help="Pooling layers of the network.")
    device: str = setting("auto", help="auto, cpu, cuda, cuda:1 or mps.")
    precision: str = setting(
        "auto",
        choices=("auto", "float32", "bfloat16", "float16"),
        help="Number type inside the network; auto: the fastest one that suits the device.",
    )


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(ExtractorSettings, panel=PANEL):
    """The network and the machine of a run that optimises a picture."""

    seed: int = setting(
        0,
        low=0,
        high=2**63 - 1,
        help="The same seed gives the same picture. A painting that starts from the photo is the same for "
        "every seed; with --init noise it is not.",
    )
    memory: str | None = setting(
        None, help="Memory limit, such as 4GB; larger pictures are computed in tiles. Left out: free memory."
    )

    def __post_init__(self) -> None:
        """Check ``memory`` too.

        Raises:
            SettingError: a value is not one the setting may have.
        """
        super().__post_init__()
        if self.memory is not None:
            parse_memory_size(self.memory)


class InputOptions(TypedDict, total=False):
    """Keywords: every field of ``InputSettings``."""

    max_megapixels: float


class ExtractorOptions(InputOptions, total=False):
    """Keywords: every field of ``ExtractorSettings``."""

    network: Network | NetworkObject
    weights: str | None
    pooling: Pooling
    device: str
    precision: Precision


class NetworkOptions(ExtractorOptions, total=False):
    """Keywords: every field of ``NetworkSettings``."""

    seed: int
    memory: str | None


def parse_memory_size(amount: str) -> int:
    """Bytes in an amount of memory as people write it: "4GB", "800 MB" or "1.5GiB".

    Raises:
        SettingError: the text is no amount of memory.
    """
    parts = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", amount, re.IGNORECASE)
    if parts is None or float(parts[1]) == 0:
        raise SettingError("that is no amount of memory", got=amount, expected="such as 4GB or 800MB")
    power = " kmgt".index(parts[2].lower() or " ")
    return int(float(parts[1]) * (1024 if parts[3] else 1000) ** power)
