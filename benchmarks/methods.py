"""Methods by name: presets, presets with changes, another loss network, other people's methods.

The names:

    default                                  a preset of StylizeSettings
    default:content_weight=0.5,steps=40      with settings changed; lists are joined by +, off is None
    gatys@small16x:init=content              with the compressed VGG-19 as the loss network
    microast                                 MicroAST's network
    photo                                    the photo unchanged, as a baseline
"""

from __future__ import annotations

import re
import time
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from impasto.errors import SettingError, nearest
from impasto.images.io import Picture
from impasto.images.resize import fit, resize, shrink_to
from impasto.recipes.stylize import RECIPE
from impasto.settings import PRESETS, StylizeSettings
from impasto.settings.values import is_weighted, item_of, kind_of
from impasto.synthesis.context import Context
from impasto.synthesis.network import NetworkHandle
from peers.microast import MicroAST
from teacher import teacher

PEERS = ("microast", "photo")
TEACHERS = ("small16x",)
SWITCHES = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


@dataclass(frozen=True)
class Painting:
    """What a method made, and of what.

    Attributes:
        image: (1, 3, H, W) in [0, 1].
        style: (1, 3, h, w), the painting at the scale it was used.
        seconds: of painting, without reading files and loading networks.
    """

    image: Tensor
    style: Tensor
    seconds: float


@dataclass(frozen=True)
class Method:
    """One way to paint.

    Attributes:
        name: as it was asked for.
        settings: of impasto's own methods; None for the others.
        teacher: the loss network instead of that of the settings; empty for none.
        weights: folder of the networks' weights.
    """

    name: str
    settings: StylizeSettings | None
    teacher: str
    weights: Path

    @property
    def made_by(self) -> dict[str, Any]:
        """What decides the picture: a kept one is painted again if this has changed."""
        settings = self.settings.to_dict() if self.settings else {}
        return {"teacher": self.teacher, **settings}

    @property
    def file_name(self) -> str:
        """The name, fit for a folder."""
        return re.sub(r"[^\w@=+.,-]", "~", self.name)

    def paint(self, photo: Picture, style: Picture, size: int) -> Painting:
        """A picture of at most ``size`` px on the long side."""
        if self.settings is None:
            return self._peer(photo, style, size)
        network = None
        if self.teacher:
            file = self.weights / "small16x" / "trained_e5.safetensors"
            folded = list(self.settings.style_loss) == ["wasserstein"]
            loaded = teacher(file, pooling=self.settings.pooling, folded=folded)
            network = NetworkHandle.of(loaded, precision=self.settings.precision)
        inputs = {"content": str(photo.path), "style": str(style.path)}
        job = RECIPE.job(inputs, self.settings, Context(network=network))
        start = time.perf_counter()
        *_, last = job.steps()
        image = job.finish(resize(last.snapshot().cpu(), job.shape))
        seconds = time.perf_counter() - start
        return Painting(image, job.terms.style_views(job.scales[-1])[0].cpu(), seconds)

    def _peer(self, photo: Picture, style: Picture, size: int) -> Painting:
        shape = fit(photo.pixels.shape[2], photo.pixels.shape[3], size)
        small, used = resize(photo.pixels, shape), shrink_to(style.pixels, shape[0] * shape[1])
        if self.name == "photo":
            return Painting(small, used, 0.0)
        network = MicroAST(self.weights / "peers" / "microast")
        start = time.perf_counter()
        image = network(small, used)
        return Painting(image, used, time.perf_counter() - start)


def listed(words: Sequence[str]) -> list[str]:
    """Names of methods out of ``a,b:x=1,y=2,c``: after a comma, ``y=`` belongs to the method before."""
    names: list[str] = []
    for piece in (piece for word in words for piece in word.split(",") if piece):
        if names and re.match(r"\w+=", piece):
            names[-1] += ("," if ":" in names[-1] else ":") + piece
        else:
            names.append(piece)
    return list(dict.fromkeys(names))


def method(name: str, *, size: int, weights: Path) -> Method:
    """The method of a name.

    Args:
        name: as at the top of this file.
        size: long side of the paintings, px, unless the name changes it.
        weights: folder of the networks' weights.
    Raises:
        SettingError: a preset, network or setting is not known, or a value is not one it may have.
    """
    head, _, changes = name.partition(":")
    base, _, network = head.partition("@")
    if base in PEERS and not network and not changes:
        return Method(name, None, "", weights)
    if network and network not in TEACHERS:
        raise SettingError(
            f"there is no teacher {network!r}", got=name, expected=f"one of {', '.join(TEACHERS)}"
        )
    if base not in PRESETS:
        known = (*PRESETS, *PEERS)
        raise SettingError(
            f"there is no method {base!r}",
            got=name,
            expected=f"one of {', '.join(known)}",
            attempt=nearest(base, known),
        )
    pairs = (change.partition("=") for change in changes.split(",") if change)
    given = {key.strip(): value_of(key.strip(), text.strip()) for key, _, text in pairs}
    return Method(name, StylizeSettings.of({"size": size, **given, "preset": base}), network, weights)


def value_of(name: str, text: str) -> Any:
    """A setting's value out of text, in the type the setting has; a list as text with commas.

    Args:
        name: of the setting; of an unknown one the text is returned, and ``StylizeSettings`` will complain.
        text: such as ``0.5``, ``on``, ``none``, ``relu3_1=0.5+relu4_1=1``.
    """
    annotation = StylizeSettings.types().get(name, str)
    if text.lower() == "none" and type(None) in typing.get_args(annotation):
        return None
    if item_of(annotation) or is_weighted(annotation):
        return text.replace("+", ",")
    return _scalar(kind_of(annotation), text)


def _scalar(kind: Any, text: str) -> Any:
    """The text as a number or a switch where it is one; else as it is, for the settings to refuse."""
    if kind is bool:
        return SWITCHES.get(text.lower(), text)
    try:
        return kind(text)
    except ValueError:
        return text
