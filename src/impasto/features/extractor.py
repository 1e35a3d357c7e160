"""Feature networks: a chain of named layers, read in one pass up to the deepest layer asked for."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

from impasto.errors import LayerError, SettingError, ShapeError, nearest
from impasto.features.fused_chain import fits, fused_units, run_fused, run_layers, usable
from impasto.features.geometry import Geometry, chain_geometry


class FeatureNetwork(nn.Module):
    """Picture in, activations by layer out: ``network(images, layers)`` gives ``{layer: (N, C, h, w)}``.

    Args:
        name: what errors and records call the network.
        layer_names: the layers that can be asked for, shallowest first.
        geometry: {layer: Geometry}, of the layers where it is known.
        prepare: from sRGB in [0, 1] to the network's own input, same shape.

    Attributes:
        cut: how much of the network there is, in words ("the file ends at conv3_4"); empty for all of it.
    """

    def __init__(
        self,
        name: str,
        layer_names: Iterable[str],
        geometry: dict[str, Geometry],
        prepare: nn.Module | Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__()
        self.name, self.layer_names, self.geometry = name, tuple(layer_names), geometry
        self.prepare = prepare
        self.cut = ""

    def check_layers(self, layers: Iterable[str]) -> None:
        """Check that all layers exist.

        Raises:
            LayerError: a name is not a layer of this network.
        """
        check_names(layers, self.layer_names, network=self.name, cut=self.cut)

    def check_input(self, images: Tensor, layers: Collection[str]) -> None:
        """Check that the layers exist, and are defined for pictures of this shape.

        Raises:
            LayerError: a name is not a layer of this network.
            ShapeError: images is not (N, 3, H, W), or too small for a layer whose geometry is known.
        """
        self.check_layers(layers)
        if images.ndim != 4 or images.shape[1] != 3:
            raise ShapeError(
                "a network reads batches of RGB pictures",
                got=str(tuple(images.shape)),
                expected="(N, 3, H, W)",
            )
        height, width = images.shape[2:]
        for layer in reversed(
            [name for name in self.layer_names if name in layers and name in self.geometry]
        ):
            needed_px = self.geometry[layer].smallest_input_px
            if min(height, width) < needed_px:
                problem = f"the picture is too small for {layer} of {self.name!r}"
                raise too_small(problem, (height, width), needed_px)


class Extractor(FeatureNetwork):
    """A network that is a chain of layers.

    The layers run in order; nothing is changed in place, so the activations of ``conv3_1`` and of ``relu3_1``
    are two tensors. A layer may have a *tap*: a linear map (1 x 1 convolution) of what is returned, but not
    of what the next layer reads. The network's input (mean, scale, colour order) is its own ``prepare``
    layer, so pictures keep one form everywhere else.

    Args:
        name: what errors and records call the network.
        layers: (name, module) in the order they run.
        prepare: from sRGB in [0, 1] to the network's own input, same shape.
        taps: layer name -> module applied to the activations that are returned.
    """

    def __init__(
        self,
        name: str,
        layers: Iterable[tuple[str, nn.Module]],
        *,
        prepare: nn.Module | Callable[[Tensor], Tensor],
        taps: dict[str, nn.Module] | None = None,
    ) -> None:
        chain = dict(layers)
        super().__init__(name, chain, chain_geometry(chain.items()), prepare)
        self.chain = nn.ModuleDict(chain)
        self.taps = nn.ModuleDict(taps or {})

    def forward(self, images: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Activations of the named layers, in one pass that stops at the deepest.

        Args:
            images: (N, 3, H, W), sRGB in [0, 1].
            layers: names out of ``layer_names``.
        Returns:
            {layer: (N, C, h, w)}, in the dtype of the network, with gradients to ``images``.
        Raises:
            LayerError: a name is not a layer of this network.
            ShapeError: the picture is too small for the deepest layer asked for.
        """
        names = set(layers)
        self.check_input(images, names)
        # Pictures may be more precise than the network: mean and scale are taken first, then rounded.
        flow = self.prepare(images).to(self._dtype(images))
        activations = self._activations(flow, names)
        return {name: self.taps[name](x) if name in self.taps else x for name, x in activations.items()}

    def _activations(self, flow: Tensor, names: set[str]) -> dict[str, Tensor]:
        """Activations before their taps: by one fused function where possible, else layer by layer."""
        depth = max((self.layer_names.index(name) for name in names), default=-1)
        chain = list(self.chain.items())[: 1 + depth]
        units = fused_units(chain)
        if units and names <= {unit.name for unit in units} and fits(units, flow):
            if usable(flow.device.type, flow.dtype):
                return run_fused(units, names, flow)
        return run_layers(chain, names, flow)

    def _dtype(self, images: Tensor) -> torch.dtype:
        return next((p.dtype for p in self.chain.parameters()), images.dtype)


def check_names(layers: Iterable[str], known: Sequence[str], *, network: str, cut: str = "") -> None:
    """Check that layers are among the known ones.

    Args:
        layers: what was asked for.
        known: the layers that exist.
        network: its name, for the error.
        cut: how much of the network there is, in words, if not all.
    Raises:
        LayerError: a name is not among the known; the text lists them and the nearest.
    """
    for layer in layers:
        if layer not in known:
            raise LayerError(
                f"the network {network!r} has no layer {layer!r}{f': {cut}' if cut else ''}",
                got=layer,
                expected=", ".join(known),
                attempt=f"a complete file, or layers up to {known[-1]}" if cut else nearest(layer, known),
            )


def too_small(
    problem: str,
    size: tuple[int, int],
    needed_px: int,
    *,
    attempt: str = "a larger --size, or shallower layers",
) -> ShapeError:
    """The error for a picture that is too small for some layers; the caller raises it.

    Args:
        problem: which picture is too small for what.
        size: (height, width) of the picture, px.
        needed_px: shortest side that the layers are defined for.
        attempt: what to do next.
    """
    return ShapeError(
        problem,
        got=f"{size[1]} x {size[0]} px",
        expected=f"at least {needed_px} px on each side",
        attempt=attempt,
    )


def smallest_px(network: FeatureNetwork, layers: Iterable[str]) -> int:
    """Shortest side that all layers are defined for; 1 where a network's geometry is not known."""
    return max(network.geometry[x].smallest_input_px if x in network.geometry else 1 for x in layers)


def fingerprint(network: nn.Module) -> str:
    """Which weights a network has: 16 hexadecimal digits, for a result's record.

    SHA-256 over names, shapes and bytes of all parameters and buffers, so mean and colour scale count too.
    Take it before ``prepared``: weights that are rounded to another precision are other weights. The device
    does not matter.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype};".encode())
        flat = tensor.detach().cpu().contiguous().flatten()
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


M = TypeVar("M", bound=nn.Module)
N = TypeVar("N", bound=FeatureNetwork)


def freeze(network: M) -> M:
    """Set a network that was just built to evaluation mode, without gradients for its weights; return it."""
    return network.eval().requires_grad_(requires_grad=False)


def prepared(network: N, device: torch.device, dtype: torch.dtype) -> N:
    """A copy of a network on a device and in a precision, channels last (faster for convolutions).

    The network itself is not changed. The part that prepares the pictures stays in float32: a mean of 123.68
    has no bfloat16.

    Args:
        network: an ``Extractor`` or a ``CustomNetwork``.
        device: of the copy.
        dtype: of the copy's weights.
    Raises:
        SettingError: the network cannot be copied.
    """
    converted = copied(network, network.name)
    converted.to(device=device, dtype=dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if isinstance(converted.prepare, nn.Module):
        converted.prepare.to(dtype=torch.float32)
    return converted


def copied(network: M, name: str) -> M:
    """A copy of a network, with copies of its weights; hooks that are functions are shared.

    Raises:
        SettingError: the network holds something that cannot be copied.
    """
    try:
        return copy.deepcopy(network)
    except (copy.Error, TypeError, RuntimeError) as error:
        raise SettingError(
            f"the network {name!r} cannot be copied, so it cannot be used without being changed",
            got=str(error).partition("\n")[0],
            expected="modules with parameters and buffers only",
            attempt="remove locks, open files and results of earlier computations, or write a __deepcopy__",
        ) from error
