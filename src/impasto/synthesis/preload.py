"""What the first picture of a process waits for, done before it is asked for."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Unpack

import numpy as np

from impasto.settings import StylizeOptions, StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.recipe import find_recipe

log = logging.getLogger(__name__)

WARM_PX = 96
"""Side of the picture whose first step is made; chosen small."""


def preload(*, context: Context | None = None, **options: Unpack[StylizeOptions]) -> Context:
    """Load libraries and the network, and make the first step of a small picture.

    The first picture of a process pays for all that otherwise: seconds on a slow disk.

    Args:
        context: keeps the network; None for a new one.
        **options: fields of ``StylizeSettings``: those that the pictures will have. Only the network's
            settings and ``init`` make a difference.
    Returns:
        The context; give it to the runs, so that they use the network that is loaded.
    Raises:
        ImpastoError: as ``stylize``.
    """
    settings = StylizeSettings.of(dict(options))
    context = Context() if context is None else context
    network = context.network_for(settings)
    grey = np.full((WARM_PX, WARM_PX, 3), 128, np.uint8)
    small = replace(settings, size=WARM_PX, steps=min(settings.steps, 1), style_weights=None)
    steps = find_recipe("stylize").steps({"content": grey, "style": grey}, small, Context(network=network))
    next(steps)
    steps.close()
    log.debug("the network %s is loaded", network.name)
    return context
