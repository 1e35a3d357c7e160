"""Training: the any-style network learns to paint one style, or several, better than it paints any."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Unpack

from impasto.fast.distributed import Processes
from impasto.fast.style_file import TrainedStyle
from impasto.fast.training_run import TrainingRun, TrainStep
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.settings.train import TrainOptions, TrainSettings

SAVE_EVERY_S = 30.0
"""Seconds between two checkpoints."""


def train_steps(
    styles: Sequence[PictureSource],
    *,
    photos: str | Path | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[TrainOptions],
) -> Generator[TrainStep, None, TrainedStyle]:
    """Train a network on styles of one's own.

    The network begins as the any-style network of the package, which can paint them already, so that minutes
    suffice where a network that knows nothing takes hours (Johnson et al. 2016: four on a GPU).

    Run by ``torchrun --nproc-per-node N``, each process learns from its part of every batch, and the result
    is that of one process with the whole batch, up to rounding.

    Args:
        styles: paintings: paths, PIL images or arrays; their files' names are the names of the styles.
        photos: a folder of photos to learn from, with its sub-folders; None: the sample photos and styles of
            the package. More photos are better.
        checkpoint: a file that is refreshed every half minute.
        resume: go on from it, if it is there; the result is that of an unbroken run.
        **options: fields of ``TrainSettings``.
    Yields:
        A ``TrainStep`` after each step.
    Returns:
        The network and the styles; ``save`` writes them.
    Raises:
        PictureError: a painting or all photos cannot be read, or the folder has none.
        SettingError: an option is not known or has a value it cannot have.
        CheckpointError: the checkpoint is damaged or of another run.
        DivergedError: the loss became infinite.

    Source: Johnson, Alahi, Fei-Fei 2016, "Perceptual losses for real-time style transfer and
    super-resolution"; several styles in one network: Dumoulin, Shlens, Kudlur 2017.
    Differs: the start; the losses are those of ``stylize``, without strokes and order; what distinguishes
    styles are statistics at three levels instead of scales and offsets at every layer.
    """
    settings = TrainSettings.of(dict(options))
    processes = Processes.join()
    paintings = [io.read(style, max_megapixels=settings.max_megapixels, name=f"style {number}")
                 for number, style in enumerate(styles, 1)]  # fmt: skip
    run = TrainingRun(
        settings, [_named(*pair) for pair in zip(styles, paintings, strict=True)], photos, processes
    )
    if resume and checkpoint is not None and Path(checkpoint).exists():
        run.restore(Path(checkpoint))
    written = time.monotonic()
    for step in run.steps():
        last = step.step == settings.steps
        if (
            checkpoint is not None
            and processes.is_first
            and (last or time.monotonic() - written > SAVE_EVERY_S)
        ):
            run.save(Path(checkpoint))
            written = time.monotonic()
        yield step
    return run.trained()


def train(styles: Sequence[PictureSource], **arguments: Any) -> TrainedStyle:
    """Run ``train_steps`` to its end and return its result."""
    steps = train_steps(styles, **arguments)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: TrainedStyle = end.value
            return result


def _named(source: PictureSource, picture: Picture) -> tuple[str, Picture]:
    return (Path(source).stem if isinstance(source, (str, os.PathLike)) else picture.name), picture
