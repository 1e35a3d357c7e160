"""Any torch module as a feature network: a network trained on faces does better on faces, say."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from impasto.errors import LayerError, SettingError, ShapeError
from impasto.features.blocks import Normalise
from impasto.features.extractor import check_names
from impasto.features.geometry import Geometry, chain_geometry, is_chain


class _AllFound(Exception):  # noqa: N818 - it ends a pass that went well
    """Every layer asked for has run."""


class CustomNetwork(nn.Module):
    """A module's named submodules, read like the layers of an ``Extractor``; made by ``wrap``.

    Args:
        name: what the user calls the network.
        module: a network that takes (N, 3, H, W); it is used as it is, so hand over a copy.
        layers: dotted names of submodules.
        prepare: from sRGB in [0, 1] to the module's own input.

    Attributes:
        layer_names: the layers that can be asked for.
        geometry: {layer: Geometry}; empty unless the module is a plain chain (``nn.Sequential``).
    """

    def __init__(self, name: str, module: nn.Module, *, layers: Sequence[str], prepare: nn.Module) -> None:
        super().__init__()
        self.name = name
        self.module = module
        self.prepare = prepare
        self.layer_names = tuple(layers)
        self.geometry: dict[str, Geometry] = _geometry(module, self.layer_names)

    def check_layers(self, layers: Iterable[str]) -> None:
        """Say clearly which layer is unknown.

        Raises:
            LayerError: a name is not a layer of this network.
        """
        check_names(layers, self.layer_names, network=self.name)

    def forward(self, images: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Activations of the named layers, in one pass that stops when the last of them has run.

        What is returned is copied when its layer has run, so that sums in place after it do not change it.
        A submodule that runs several times gives its first activations.

        Args:
            images: (N, 3, H, W), sRGB in [0, 1].
            layers: names out of ``layer_names``.
        Returns:
            {layer: (N, C, h, w)}, with gradients to ``images``.
        Raises:
            LayerError: a name is not a layer of this network, or the layer does not run, or gives no tensor.
            ShapeError: the picture is too small for the deepest layer asked for (where the geometry is
                known).
        """
        wanted = set(layers)
        self.check_layers(wanted)
        self._check_size(images, wanted)
        found: dict[str, Tensor] = {}
        if not wanted:
            return found
        modules = dict(self.module.named_modules())
        hooks = [modules[name].register_forward_hook(partial(_keep, name, wanted, found)) for name in wanted]
        dtype = next((p.dtype for p in self.module.parameters() if p.is_floating_point()), images.dtype)
        try:
            self.module(self.prepare(images).to(dtype))
        except _AllFound:
            return found
        finally:
            for hook in hooks:
                hook.remove()
        missing = ", ".join(sorted(wanted - found.keys()))
        raise LayerError(
            f"not every layer of {self.name!r} ran",
            got=missing,
            expected="layers that the module's forward() calls",
            attempt="other layers",
        )

    def _check_size(self, images: Tensor, layers: set[str]) -> None:
        if images.ndim != 4 or images.shape[1] != 3:
            raise ShapeError(
                "a network reads batches of RGB pictures",
                got=str(tuple(images.shape)),
                expected="(N, 3, H, W)",
            )
        needs = {self.geometry[name].smallest_input_px: name for name in layers if name in self.geometry}
        smallest = max(needs, default=1)
        height, width = images.shape[2:]
        if min(height, width) < smallest:
            raise ShapeError(
                f"the picture is too small for {needs[smallest]} of {self.name!r}",
                got=f"{width} x {height} px",
                expected=f"at least {smallest} px on each side",
                attempt="a larger --size, or shallower layers",
            )


def wrap(
    module: nn.Module,
    *,
    layers: Sequence[str] | None = None,
    mean: Sequence[float] = (0.0, 0.0, 0.0),
    std: Sequence[float] = (1.0, 1.0, 1.0),
    name: str = "custom",
) -> CustomNetwork:
    """Use a torch module as a feature network.

    Networks see best what they were trained on: one trained on faces keeps faces better than VGG does. The
    module is copied, so the caller's stays as it is; the copy is frozen and in evaluation mode.

    Args:
        module: takes (N, 3, H, W) and has named submodules.
        layers: dotted names of the submodules to offer ("features.3"), shallowest first; all of them if left
            out.
        mean: subtracted from red, green, blue in [0, 1] before the module sees them.
        std: divides them afterwards; a module that was trained on 0 to 255 has 1/255.
        name: what errors and records call it.
    Returns:
        A network that is called like the others: ``network(images, layers)``.
    Raises:
        LayerError: a name is not a submodule.
        SettingError: mean or std has not three numbers, or a std is not above 0.
    """
    if len(mean) != 3 or len(std) != 3 or not all(value > 0 for value in std):
        raise SettingError(
            "mean and std of a custom network do not fit",
            got=f"mean {tuple(mean)}, std {tuple(std)}",
            expected="three numbers each, for red, green, blue; std above 0",
        )
    own = copy.deepcopy(module).eval().requires_grad_(requires_grad=False)
    for part in own.modules():
        # Written over, an activation could be neither kept nor differentiated.
        if getattr(part, "inplace", False) is True:
            part.inplace = False  # type: ignore[assignment]
    names = [submodule for submodule, _ in own.named_modules() if submodule]
    if layers is not None:
        check_names(layers, names, network=name)
    offered = names if layers is None else layers
    network = CustomNetwork(name, own, layers=offered, prepare=Normalise(mean, std))
    return network.eval()


def _keep(
    name: str, wanted: set[str], found: dict[str, Tensor], module: nn.Module, inputs: Any, output: Any
) -> None:
    """Forward hook: copy the activations, and end the pass when they are complete."""
    if not isinstance(output, Tensor) or output.ndim != 4:
        shape = str(tuple(output.shape)) if isinstance(output, Tensor) else f"a {type(output).__name__}"
        raise LayerError(
            f"the layer {name!r} gives no activations by position",
            got=shape,
            expected="a tensor (N, C, h, w)",
        )
    found.setdefault(name, output.clone())
    if len(found) == len(wanted):
        raise _AllFound


def _geometry(module: nn.Module, layers: Sequence[str]) -> dict[str, Geometry]:
    """Geometry by name for a plain chain; nothing for modules whose wiring is not known."""
    if not isinstance(module, nn.Sequential) or not is_chain(module):
        return {}
    modules = list(module.named_modules())
    chain = chain_geometry((name, layer) for name, layer in modules if not isinstance(layer, nn.Sequential))
    for name, layer in modules:
        if isinstance(layer, nn.Sequential) and len(layer):
            last = [inner for inner in chain if inner.startswith(f"{name}.")]
            if last:
                chain[name] = chain[last[-1]]
    return {name: chain[name] for name in layers if name in chain}
