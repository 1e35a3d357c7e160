"""Training: the any-style network is fine-tuned for one style or several."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Unpack

from impasto.errors import SettingError
from impasto.fast.distributed import Processes
from impasto.fast.style_file import TrainedStyle
from impasto.fast.training_checkpoint import read_checkpoint
from impasto.fast.training_run import TrainingRun, TrainStep
from impasto.images import io
from impasto.images.clear_part import without_clear_part
from impasto.images.io import Picture, PictureSource
from impasto.optimize.run_to_end import drained
from impasto.settings.task import as_list
from impasto.settings.train import TrainOptions, TrainSettings

log = logging.getLogger(__name__)

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
    Differs: the start; the losses are those of ``stylize``, without strokes, order and evenness; what
    distinguishes styles are statistics at three levels instead of scales and offsets at every layer.
    """
    settings = TrainSettings.of(dict(options))
    sources = as_list(styles)
    if not sources:
        raise SettingError(
            "there is no style to learn", got="an empty list", expected="one or more paintings"
        )
    paintings = [
        without_clear_part(io.read(style, max_megapixels=settings.max_megapixels, name=f"style {number}"))
        for number, style in enumerate(sources, 1)
    ]
    processes = Processes.join()
    run = TrainingRun(settings, named(sources, paintings), photos, processes)
    path = None if checkpoint is None else Path(checkpoint)
    if path is not None:
        _prepare(run, path, resume=resume)
    written = time.monotonic()
    try:
        for step in run.steps():
            last = step.step == settings.steps
            if (
                path is not None
                and processes.is_first
                and (last or time.monotonic() - written > SAVE_EVERY_S)
            ):
                run.save(path)
                written = time.monotonic()
            yield step
    except (KeyboardInterrupt, GeneratorExit):
        if path is not None and processes.is_first and run.step:
            run.save(path)
        raise
    finally:
        processes.leave()
    return run.trained()


def _prepare(run: TrainingRun, path: Path, *, resume: bool) -> None:
    """Go on from a checkpoint, or make sure that the file may be replaced by one.

    Raises:
        CheckpointError: it is damaged, of another run, or no checkpoint.
    """
    if not path.exists():
        if resume:
            log.warning("there is no checkpoint %s; beginning anew", path)
    elif resume:
        run.restore(path)
        log.warning("going on from %s, step %d", path, run.step)
    else:
        read_checkpoint(path, run.device)
        log.warning("%s is left from a training that was stopped; this one begins anew", path)


train = drained(train_steps)


def named(sources: Sequence[PictureSource], pictures: Sequence[Picture]) -> list[tuple[str, Picture]]:
    """Every painting with the name of its style: its file's, with a number where two have the same."""
    names: list[str] = []
    for source, picture in zip(sources, pictures, strict=True):
        stem = Path(source).stem if isinstance(source, (str, os.PathLike)) else picture.name
        number, name = 1, stem
        while name in names:
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return list(zip(names, pictures, strict=True))
