"""Any torch module as a feature network: one trained on faces, for example, keeps faces better."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from impasto.errors import LayerError, SettingError
from impasto.features.blocks import Normalise
from impasto.features.extractor import FeatureNetwork, check_names, copied, freeze
from impasto.features.geometry import Geometry, chain_geometry, is_chain


class _AllCaptured(Exception):  # noqa: N818 - it ends a pass that went well
    """Every layer asked for has run."""


class CustomNetwork(FeatureNetwork):
    """A module's named submodules, read like the layers of an ``Extractor``; made by ``wrap``.

    ``geometry`` is empty unless the module is a plain chain (``nn.Sequential``).

    Args:
        name: what errors and records call the network.
        module: a network that takes (N, 3, H, W); it is used as it is, so hand over a copy.
        layers: dotted names of submodules.
        prepare: from sRGB in [0, 1] to the module's own input.
    """

    def __init__(self, name: str, module: nn.Module, *, layers: Sequence[str], prepare: nn.Module) -> None:
        super().__init__(name, layers, _geometry(module, layers), prepare)
        self.module = module

    def forward(self, images: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Activations of the named layers, in one pass that stops when the last of them has run.

        Activations are copied as soon as their layer has run, so later operations in place do not change
        them. A submodule that runs several times gives its first activations.

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
        names = set(layers)
        self.check_input(images, names)
        activations: dict[str, Tensor] = {}
        if not names:
            return activations
        modules = dict(self.module.named_modules())
        hooks = [
            modules[name].register_forward_hook(partial(_capture, name, names, activations)) for name in names
        ]
        dtype = next((p.dtype for p in self.module.parameters() if p.is_floating_point()), images.dtype)
        try:
            self.module(self.prepare(images).to(dtype))
        except _AllCaptured:
            return activations
        finally:
            for hook in hooks:
                hook.remove()
        missing = ", ".join(sorted(names - activations.keys()))
        raise LayerError(
            f"not every layer of {self.name!r} ran",
            got=missing,
            expected="layers that the module's forward() calls",
            attempt="other layers",
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

    A network distinguishes best what it was trained on: one trained on faces keeps faces better than VGG. The
    module is copied and not changed; the copy is frozen and in evaluation mode.

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
        SettingError: mean or std has not three numbers, or a std is not above 0; or the module cannot be
            copied.
    """
    if len(mean) != 3 or len(std) != 3 or not all(value > 0 for value in std):
        raise SettingError(
            "mean and std of a custom network do not fit",
            got=f"mean {tuple(mean)}, std {tuple(std)}",
            expected="three numbers each, for red, green, blue; std above 0",
        )
    module = freeze(copied(module, name))
    for part in module.modules():
        # An activation that is overwritten can be neither kept nor differentiated.
        if getattr(part, "inplace", False) is True:
            part.inplace = False  # type: ignore[assignment]
    names = [submodule for submodule, _ in module.named_modules() if submodule]
    if layers is not None:
        check_names(layers, names, network=name)
    offered = names if layers is None else layers
    return CustomNetwork(name, module, layers=offered, prepare=Normalise(mean, std)).eval()


def _capture(
    name: str, names: set[str], activations: dict[str, Tensor], module: nn.Module, inputs: Any, output: Any
) -> None:
    """Forward hook: copy the activations, and end the pass when they are complete."""
    if not isinstance(output, Tensor) or output.ndim != 4:
        shape = str(tuple(output.shape)) if isinstance(output, Tensor) else f"a {type(output).__name__}"
        raise LayerError(
            f"the layer {name!r} gives no activations by position",
            got=shape,
            expected="a tensor (N, C, h, w)",
        )
    activations.setdefault(name, output.clone())
    if len(activations) == len(names):
        raise _AllCaptured


def _geometry(module: nn.Module, layers: Sequence[str]) -> dict[str, Geometry]:
    """Geometry by name for a plain chain; empty for modules whose connections are not known."""
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
