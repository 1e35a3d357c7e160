"""A network as a chain of named layers, read in one pass up to the deepest layer asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from impasto.errors import LayerError, ShapeError, nearest
from impasto.features.fused_chain import fits, framed_units, run_framed
from impasto.features.geometry import Geometry, chain_geometry


class Extractor(nn.Module):
    """Picture in, activations by name out.

    The layers run in order; nothing is changed in place, so the activations of ``conv3_1`` and of ``relu3_1``
    are two tensors. A layer may carry a *tap*: a linear map (1 x 1 convolution) applied to what is returned,
    not to what flows on. What the network wants to see (mean, scale, colour order) is its own ``prepare``
    layer, so pictures keep one form everywhere else.

    Args:
        name: what the user calls the network.
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
        super().__init__()
        self.name = name
        self.chain = nn.ModuleDict(dict(layers))
        self.prepare = prepare
        self.taps = nn.ModuleDict(taps or {})
        self.geometry: dict[str, Geometry] = chain_geometry(self.chain.items())

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers that can be asked for, shallowest first."""
        return tuple(self.chain)

    def check_layers(self, layers: Iterable[str]) -> None:
        """Say clearly which layer is unknown.

        Raises:
            LayerError: a name is not a layer of this network.
        """
        check_names(layers, self.layer_names, network=self.name)

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
        wanted = set(layers)
        self.check_layers(wanted)
        self._check_size(images, wanted)
        # Pictures may be more precise than the network: mean and scale are taken first, then rounded.
        seen = self.prepare(images).to(self._dtype(images))
        found = self._activations(seen, wanted)
        return {name: self.taps[name](flow) if name in self.taps else flow for name, flow in found.items()}

    def _activations(self, seen: Tensor, wanted: set[str]) -> dict[str, Tensor]:
        """Of the wanted layers, before their taps: as one function where that is possible, else in turn."""
        names = list(self.chain)
        chain = list(self.chain.items())[: 1 + max((names.index(name) for name in wanted), default=-1)]
        units = framed_units(chain)
        if units and wanted <= {unit.name for unit in units} and fits(units, seen):
            return run_framed(units, wanted, seen)
        found, flow = {}, seen
        for name, layer in chain:
            flow = layer(flow)
            if name in wanted:
                found[name] = flow
        return found

    def _dtype(self, images: Tensor) -> torch.dtype:
        return next((p.dtype for p in self.chain.parameters()), images.dtype)

    def _check_size(self, images: Tensor, layers: set[str]) -> None:
        if images.ndim != 4 or images.shape[1] != 3:
            raise ShapeError(
                "a network reads batches of RGB pictures",
                got=str(tuple(images.shape)),
                expected="(N, 3, H, W)",
            )
        smallest = max((self.geometry[layer].smallest_input_px for layer in layers), default=1)
        height, width = images.shape[2:]
        if min(height, width) < smallest:
            deepest = max(layers, key=list(self.chain).index)
            raise ShapeError(
                f"the picture is too small for {deepest} of {self.name!r}",
                got=f"{width} x {height} px",
                expected=f"at least {smallest} px on each side",
                attempt="a larger --size, or shallower layers",
            )


def check_names(layers: Iterable[str], known: Sequence[str], *, network: str) -> None:
    """Say clearly which layer is unknown.

    Args:
        layers: what was asked for.
        known: what there is.
        network: its name, for the error.
    Raises:
        LayerError: a name is not among the known; the text lists them and the nearest.
    """
    for layer in layers:
        if layer not in known:
            raise LayerError(
                f"the network {network!r} has no layer {layer!r}",
                got=layer,
                expected=", ".join(known),
                attempt=nearest(layer, known),
            )


def smallest_px(network: Extractor, layers: Iterable[str]) -> int:
    """Shortest side that all layers can be computed for; 1 where a network's geometry is not known."""
    return max(network.geometry[x].smallest_input_px if x in network.geometry else 1 for x in layers)


def fingerprint(network: nn.Module) -> str:
    """Which weights these are: 16 hexadecimal digits for a result's record.

    SHA-256 over names, shapes and bytes of all parameters and buffers, so mean and colour scale count too.
    Take it before the precision is reduced: rounded weights are other weights. The device does not matter.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype};".encode())
        flat = tensor.detach().cpu().contiguous().flatten()
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def freeze(network: Extractor) -> Extractor:
    """The same network, in evaluation mode and without gradients for its weights."""
    return network.eval().requires_grad_(requires_grad=False)


def to_device(network: Extractor, device: torch.device, dtype: torch.dtype) -> Extractor:
    """The network on a device and in a precision, channels last (faster for convolutions).

    Like ``torch.nn.Module.to`` it moves the network itself. What prepares the pictures stays in float32: a
    mean of 123.68 has no bfloat16.
    """
    network.to(device=device, dtype=dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if isinstance(network.prepare, nn.Module):
        network.prepare.to(dtype=torch.float32)
    return network
