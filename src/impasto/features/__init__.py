"""Networks that turn a picture into activations by layer. torch is imported on first use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import SettingError, WeightsError
from impasto.registry import NETWORKS, POOLINGS, NamedObject, check, find
from impasto.weights.records import RECORDS, WeightRecord, cached

if TYPE_CHECKING:
    from impasto.features.extractor import Extractor, FeatureNetwork


@dataclass(frozen=True, kw_only=True)
class NetworkCard:
    """One row of ``impasto networks``.

    Attributes:
        name: as in ``--network``.
        weights: as in ``--weights``; empty for the network's own choice.
        kind: "embedded" (in the package), "download" (fetched on first use), or "random" (for tests).
        size_bytes: of the file of weights; 0 if there is none.
        licence: of the weights.
        cached: whether it works without a network connection.
        source: the paper, and who made the weights.
        layers: the names that can be asked for, shallowest first.
    """

    name: str
    weights: str = ""
    kind: str
    size_bytes: int
    licence: str
    cached: bool
    source: str
    layers: tuple[str, ...]


def load(name: str, weights: str | None = None, pooling: str = "max") -> FeatureNetwork:
    """A network, ready for use: ``network(images, layers)`` gives ``{layer: (N, C, h, w)}``.

    Args:
        name: "compact", "vgg19", "vgg16" or "test-net"; or a network of the caller's, which is given back.
        weights: None for the network's own choice (fetched if need be), "caffe" for the weights that the
            authors of VGG published, or a file.
        pooling: "max", or "average" for smoother strokes.
    Raises:
        SettingError: no network or no pooling has that name, or the object is no such network.
        WeightsError: the weights cannot be fetched or read, or are those of another network.
    """
    if isinstance(name, NamedObject):
        return _given(name)
    return load_chain(name, weights, pooling)


def load_chain(name: str, weights: str | None = None, pooling: str = "max") -> Extractor:
    """A network of the registry, which is a chain of layers; as ``load``."""
    loader = find(NETWORKS, name, kind="network")
    check(POOLINGS, pooling, kind="pooling")
    network: Extractor = loader(weights, pooling)
    return network


def _given(name: NamedObject) -> FeatureNetwork:
    """The caller's own network.

    Raises:
        SettingError: it does not know its layers, nor the mean and the scale of its pictures.
    """
    from impasto.features.extractor import FeatureNetwork

    if isinstance(name.value, FeatureNetwork):
        return name.value
    raise SettingError(
        "the object is no feature network",
        got=str(name),
        expected="what impasto.features.load or impasto.features.custom.wrap returns, or a NetworkHandle",
        attempt="impasto.features.custom.wrap(module, mean=..., std=...), as a module does not tell these",
    )


def weight_record(name: str, weights: str | None = None) -> WeightRecord | None:
    """The file that ``load`` may have to download, so that a caller can show progress.

    Args:
        name: as for ``load``.
        weights: as for ``load``.
    Returns:
        The record, or None if nothing is ever fetched for this choice.
    Raises:
        WeightsError: the network is published without weights of that name.
    """
    if weights is None:
        return RECORDS.get(name)
    if weights != "caffe":
        return None
    if f"{name}-caffe" not in RECORDS:
        raise WeightsError(
            f"there are no 'caffe' weights for {name!r}",
            got=weights,
            expected="vgg19 or vgg16 with 'caffe'",
            attempt="--network vgg19, or leave out --weights",
        )
    return RECORDS[f"{name}-caffe"]


def describe() -> list[NetworkCard]:
    """Every network and every choice of published weights, for ``impasto networks``."""
    from impasto.features import compact, test_net, vgg

    file = Path(compact.WEIGHTS_FILE)
    cards = [
        NetworkCard(
            name="compact",
            kind="embedded",
            size_bytes=file.stat().st_size if file.is_file() else 0,
            licence="MIT; distilled from VGG-19 (CC-BY-4.0)",
            cached=file.is_file(),
            source="impasto's own, made by training/compact",
            layers=tuple(name for name, _ in compact.layers()),
        )
    ]
    for record in RECORDS.values():
        name, _, weights = record.name.partition("-")
        cards.append(
            NetworkCard(
                name=name,
                weights=weights,
                kind="download",
                size_bytes=record.size_bytes,
                licence=record.licence,
                cached=cached(record) is not None,
                source=record.source,
                layers=vgg.layer_names(name),
            )
        )
    cards.append(
        NetworkCard(
            name="test-net",
            kind="random",
            size_bytes=0,
            licence="MIT",
            cached=True,
            source="random weights, for tests",
            layers=test_net.load().layer_names,
        )
    )
    return cards
