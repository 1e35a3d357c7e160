"""The checkpoint of a training as a file."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from impasto.errors import CheckpointError
from impasto.weights.state import NOT_A_PICKLE

PARTS = {"identity", "learner", "average", "optimizers", "step", "spent", "recent"}
"""What a checkpoint holds."""


def read_checkpoint(path: Path, device: torch.device) -> dict[str, Any]:
    """The contents of a training's checkpoint.

    Raises:
        CheckpointError: the file is none, or damaged.
    """
    problem = "the file is not the checkpoint of a training"
    attempt = "another name, or begin anew, without --resume"
    try:
        state = torch.load(path, weights_only=True, map_location=device)
    except (pickle.UnpicklingError, *NOT_A_PICKLE) as error:
        raise CheckpointError(problem, got=f"{path}: {error}"[:300], attempt=attempt) from error
    if not isinstance(state, dict) or not PARTS <= set(state):
        raise CheckpointError(problem, got=f"{path}: other contents", attempt=attempt)
    return state
