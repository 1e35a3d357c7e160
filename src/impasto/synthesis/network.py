"""A feature network, loaded and fingerprinted once, and shared by every job."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch

from impasto import features, runtime
from impasto.features.extractor import FeatureNetwork, fingerprint, prepared
from impasto.registry import NamedObject
from impasto.settings import NetworkSettings

KERNEL_CACHE, KERNELS = "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128"
"""oneDNN's setting of how many kernels it keeps, and what it is here unless the user says; its own is 1024.

Each size of a picture has kernels of its own: after 40 sizes a process had grown by 68 MB with 1024 of them,
and by 24 MB with 128, which are enough for one size (20.1 s of processor time, 22.7 s with 1024; one run
each). It is read at the first use.
"""


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
        chosen = runtime.choose_device(device)
        runtime.keep_to_cpus()
        os.environ.setdefault(KERNEL_CACHE, KERNELS)
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
