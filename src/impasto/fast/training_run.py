"""A training in progress: its steps, and the checkpoint that outlives a crash."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from impasto import features, runtime
from impasto.errors import CheckpointError, DivergedError, OutputError
from impasto.fast.any_style import from_state, load
from impasto.fast.distributed import Processes
from impasto.fast.pictures import Crops, files_in, sample_pictures
from impasto.fast.restyle import read_style
from impasto.fast.style_file import TrainedStyle
from impasto.fast.trainable import StyleObjective, TrainableStyles, statistics_of
from impasto.fast.training_checkpoint import read_checkpoint
from impasto.features.extractor import prepared
from impasto.images.atomic_write import atomic_write
from impasto.images.io import Picture
from impasto.images.resize import shrink_to
from impasto.losses.base import merged
from impasto.losses.content import ContentLoss
from impasto.losses.laplacian_bands import LaplacianBandsLoss
from impasto.losses.palette import PaletteLoss
from impasto.losses.wasserstein import WassersteinLoss
from impasto.optimize.muon import Muon
from impasto.settings.train import TrainSettings
from impasto.settings.weighted import normalised

log = logging.getLogger(__name__)

WARM_UP_STEPS = 20
"""Steps in which the rate rises; chosen by eye."""

WINDOW = 100
"""Losses whose mean is compared with that of as many before, for ``tolerance``; chosen by eye."""

BIAS_RATE = 0.2
"""Rate of offsets and of the styles' statistics, by Adam, relative to that of the convolutions, by Muon;
chosen by eye."""


@dataclass(frozen=True, kw_only=True)
class TrainStep:
    """What training reports after each step.

    Attributes:
        step: from 1.
        steps: how many at most.
        loss: of this step's pictures.
        losses: its weighted parts by name.
        seconds: since the run began.
        seconds_left: estimate.
        trained: gives the network so far; call it before the next step.
    """

    step: int
    steps: int
    loss: float
    losses: Mapping[str, float]
    seconds: float
    seconds_left: float
    trained: Callable[[], TrainedStyle] = field(repr=False)


class TrainingRun:
    """A training in progress."""

    def __init__(
        self,
        settings: TrainSettings,
        paintings: Sequence[tuple[str, Picture]],
        photos: str | Path | None,
        processes: Processes,
    ) -> None:
        self.settings, self.processes = settings, processes
        self.names = [name for name, _ in paintings]
        device = processes.device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        loss_network = features.load(settings.network, settings.weights, settings.pooling)
        loss_network.check_layers([*settings.style_layers, *settings.content_layers])
        self.loss_network = prepared(loss_network, device, dtype)
        self.device = device
        network = load().requires_grad_().to(device)
        pixels = settings.size**2
        views = [shrink_to(picture.pixels, pixels, smallest_px=64).to(device) for _, picture in paintings]
        self.paintings = dict(zip(self.names, views, strict=True))
        self.objectives = [self._objective(view) for view in views]
        self.learner = TrainableStyles(network, [read_style(network, view) for view in views])
        self.step, self.spent, self.recent = 0, 0.0, list[float]()
        self.consistent = True
        kernels = [p for p in network.parameters() if p.ndim > 1]
        others = [p for p in self.learner.parameters() if not any(p is k for k in kernels)]
        self.optimizers: list[torch.optim.Optimizer] = [
            Muon(kernels, rate=settings.rate),
            torch.optim.Adam(others, lr=settings.rate * BIAS_RATE, betas=(0.9, 0.99)),
        ]
        self.rates = [settings.rate, settings.rate * BIAS_RATE]
        self.average = {name: value.clone() for name, value in self.learner.state_dict().items()}
        sources = sample_pictures() if photos is None else files_in(Path(photos))
        self.crops = Crops(sources, settings.crop, settings.seed, settings.max_megapixels)
        self.about = {
            "settings": settings.to_dict(),
            "styles": [{"name": name, "sha256": _sha256(view)} for name, view in self.paintings.items()],
            "photos": {"count": len(sources), "sha256": _listing_sha256(sources)},
            "versions": runtime.versions(),
        }

    def _objective(self, view: Tensor) -> StyleObjective:
        s = self.settings
        losses = (
            ("style", WassersteinLoss(normalised(s.style_layers)), s.style_weight),
            ("palette", PaletteLoss({"image": 1.0}), s.palette_weight),
            ("bands", LaplacianBandsLoss({"image": 1.0}), s.bands_weight),
        )
        with torch.no_grad():
            seen = {**self.loss_network(view, s.style_layers), "image": view}
        return StyleObjective(
            tuple((n, loss, loss.finish(loss.target(seen)), w) for n, loss, w in losses if w > 0)
        )

    def steps(self) -> Generator[TrainStep, None, None]:
        """Train, from the step after the last one."""
        s, share = self.settings, self.processes.share(self.settings.batch)
        numbers = [
            range(k * s.batch + share.start, k * s.batch + share.stop) for k in range(self.step, s.steps)
        ]
        begin = time.monotonic() - self.spent
        model = self.processes.wrapped(self.learner)
        if self._stalled():  # so was the run whose checkpoint this is
            return
        for batch in self.crops.batches(numbers):
            losses = self._advance(model, batch.to(self.device))
            total = sum(losses.values())
            self.step += 1
            self.spent = time.monotonic() - begin
            self.recent = [*self.recent, total][-2 * WINDOW :]
            self.consistent = True
            yield TrainStep(
                step=self.step,
                steps=s.steps,
                loss=total,
                losses=losses,
                seconds=self.spent,
                seconds_left=self.spent / self.step * (s.steps - self.step),
                trained=self.trained,
            )
            if self._stalled():
                return

    def _advance(self, model: nn.Module, photos: Tensor) -> dict[str, float]:
        """One step; the parts of its loss, the mean over all processes."""
        s, style = self.settings, self.step % len(self.names)
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * self._rate()
            optimizer.zero_grad(set_to_none=True)
        painted = model(photos, style)
        seen = {**self.loss_network(painted, {**s.style_layers, **s.content_layers}), "image": painted}
        losses = self.objectives[style](seen)
        losses["content"] = s.content_weight * self._content(seen, photos)
        torch.stack(list(losses.values())).sum().backward()  # type: ignore[no-untyped-call]
        means = self.processes.mean({name: value.item() for name, value in losses.items()})
        gradients = [p.grad for p in self.learner.parameters() if p.grad is not None]
        finite = [*map(math.isfinite, means.values()), *(bool(g.isfinite().all()) for g in gradients)]
        if not all(finite):
            raise DivergedError(
                "the training diverged: the loss or its gradient is not a finite number",
                got=f"loss {sum(means.values())} at step {self.step + 1}",
                attempt="a smaller --rate",
            )
        self.consistent = False
        for optimizer in self.optimizers:
            optimizer.step()
        decay = min(s.average, (1 + self.step) / (10 + self.step))
        for name, value in self.learner.state_dict().items():
            self.average[name].lerp_(value, 1 - decay)
        return means

    def _content(self, seen: Mapping[str, Tensor], photos: Tensor) -> Tensor:
        """Mean content loss over the pictures; each has a target of its own."""
        loss = ContentLoss(normalised(self.settings.content_layers))
        with torch.no_grad():
            of_photos = self.loss_network(photos, loss.layers)
        parts = []
        for n in range(len(photos)):
            one = slice(n, n + 1)
            of_photo = {layer: activations[one] for layer, activations in of_photos.items()}
            target = merged(loss.target(of_photo), loss.spatial_target(of_photo))
            parts.append(loss({layer: seen[layer][one] for layer in loss.layers}, target))
        return torch.cat(parts).mean()

    def _rate(self) -> float:
        """Share of the highest rate: rising at first, then along a cosine to 0."""
        falling = 0.5 * (1 + math.cos(math.pi * self.step / self.settings.steps))
        return falling * min(1.0, (self.step + 1) / WARM_UP_STEPS)

    def _stalled(self) -> bool:
        older, newer = sum(self.recent[:WINDOW]), sum(self.recent[WINDOW:])
        full = len(self.recent) == 2 * WINDOW
        return full and self.settings.tolerance > 0 and newer > older * (1 - self.settings.tolerance)

    def trained(self) -> TrainedStyle:
        """The network and the styles, by the running mean of the weights."""
        state = {name: value.detach().cpu().clone() for name, value in self.average.items()}
        prefix = "network."
        weights = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        styles = {name: statistics_of(state, number) for number, name in enumerate(self.names)}
        about = {**self.about, "steps": self.step, "seconds": round(self.spent, 1)}
        return TrainedStyle(from_state(weights, Path("training")), styles, self.paintings, about)

    @property
    def _identity(self) -> dict[str, Any]:
        """What a checkpoint must have in common with a run."""
        settings = {k: v for k, v in self.settings.to_dict().items() if k != "device"}
        return {"settings": settings, "styles": self.about["styles"], "photos": self.about["photos"]}

    def save(self, path: Path) -> None:
        """Write all that the rest of the run depends on; where that cannot be, log it and go on.

        After a Ctrl-C in the middle of a step, the checkpoint before stays.
        """
        if not self.consistent:
            return
        state = {
            "identity": self._identity,
            "learner": self.learner.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "spent": self.spent,
            "recent": self.recent,
        }
        buffer = BytesIO()
        torch.save(state, buffer)
        try:
            with atomic_write(path, durable=True) as temporary:
                temporary.write_bytes(buffer.getvalue())
        except OutputError as error:
            log.warning("no checkpoint can be written; training goes on. %s", error)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            CheckpointError: it is damaged or of another run.
        """
        state = read_checkpoint(path, self.device)
        if state["identity"] != self._identity:
            different = [k for k, v in self._identity.items() if state["identity"].get(k) != v]
            raise CheckpointError(
                "the checkpoint is of another training",
                got=f"{path}: other {' and '.join(different)}",
                attempt="the styles, photos and settings of before; or begin anew, without --resume",
            )
        self.learner.load_state_dict(state["learner"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.average, self.step = state["average"], state["step"]
        self.spent, self.recent = state["spent"], state["recent"]


def _sha256(picture: Tensor) -> str:
    return hashlib.sha256(picture.cpu().contiguous().numpy().data).hexdigest()


def _listing_sha256(sources: Sequence[Path | Tensor]) -> str:
    """Of names and sizes of files, or of pictures."""
    lines = [
        _sha256(source) if isinstance(source, Tensor) else f"{source.name} {source.stat().st_size}"
        for source in sources
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
