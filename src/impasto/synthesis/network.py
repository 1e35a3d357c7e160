"""A feature network, loaded and fingerprinted once, and shared by every job."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch

from impasto import features, runtime
from impasto.features.extractor import FeatureNetwork, fingerprint, prepared
from impasto.registry import NamedObject
from impasto.settings import NetworkSettings


@dataclass(frozen=True, eq=False)
class NetworkHandle:
    """A feature network on its device and in its precision; never changed.

    Attributes:
        network: a copy of its own, so that no caller's network is converted.
        fingerprint: of the weights, taken before the precision was reduced.
        device: where the network and the canvas lie.
        dtype: of the network's weights and activations.
    """

    network: FeatureNetwork
    fingerprint: str
    device: torch.device
    dtype: torch.dtype

    @classmethod
    def of(cls, network: FeatureNetwork, *, device: str = "auto", precision: str = "auto") -> NetworkHandle:
        """A handle of a network that is loaded already; ``features.custom.wrap`` makes one of any module.

        Args:
            network: copied, and left as it is.
            device: as ``NetworkSettings.device``.
            precision: as ``NetworkSettings.precision``.
        Raises:
            DeviceError: the device is not there.
        """
        limit_kernel_cache()
        chosen = runtime.choose_device(device)
        runtime.keep_to_cpus()
        dtype = runtime.choose_dtype(chosen, precision)
        return cls(prepared(network, chosen, dtype), fingerprint(network), chosen, dtype)

    @classmethod
    def load(cls, settings: NetworkSettings) -> NetworkHandle:
        """The network that the settings name, or that they hold as an object.

        Raises:
            SettingError: there is no such network, or the object is none.
            WeightsError: its weights cannot be fetched or read.
            DeviceError: the device is not there.
        """
        given = settings.network.value if isinstance(settings.network, NamedObject) else None
        if isinstance(given, NetworkHandle):
            return given
        network = features.load(settings.network, settings.weights, settings.pooling)
        return cls.of(network, device=settings.device, precision=settings.precision)

    @property
    def name(self) -> str:
        """What errors and records call the network."""
        return self.network.name


def limit_kernel_cache() -> None:
    """Keep oneDNN from keeping 1024 kernels, with which a process grows by each new size of picture.

    Sixteen are as fast (6.36 s against 6.33 s for 256 px). oneDNN reads the variable when it computes
    for the first time; a value that is set already stays.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
