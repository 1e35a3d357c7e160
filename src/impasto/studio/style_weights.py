"""How much each of several paintings counts: a slider each, and what the settings say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from impasto.studio.form import Component
from impasto.studio.picture_inputs import after
from impasto.studio.uploads import paths_of

MOST_STYLES = 16
"""As many as any studio may blend (``StudioSettings.max_styles``)."""


def share_inputs(styles: gr.Gallery, events: Sequence[Any], most: int) -> dict[str, Component]:
    """A slider for each painting, in sight while there are several.

    Args:
        styles: the paintings.
        events: that change them.
        most: how many there may be.
    Returns:
        The sliders by name, ``share_0`` first.
    """
    shares = [
        gr.Slider(0, 1, value=1, step=0.05, label=f"Share of painting {number}", visible=False,
                  elem_classes=["share"])
        for number in range(1, most + 1)
    ]  # fmt: skip

    def visible(sent: Any) -> list[Any]:
        count = len(paths_of(sent))
        return [gr.update(visible=count > 1 and number < count) for number in range(most)]

    after(events, visible, styles, shares)
    return {f"share_{number}": share for number, share in enumerate(shares)}


def shares_of(sent: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The setting that the sliders say, if there is more than one painting."""
    if count < 2:
        return {}
    return {"style_weights": tuple(float(sent[f"share_{number}"]) for number in range(count))}


def shown_shares(weights: Sequence[float] | None, most: int) -> dict[str, float]:
    """What the sliders show of a setting: the largest weight is a whole slider.

    Args:
        weights: of the paintings; None: all alike.
        most: how many sliders there are.
    """
    given = list(weights or ())[:most]
    top = max(given, default=0.0) or 1.0
    whole = top if top > 1 else 1.0
    values = [weight / whole for weight in given] + [1.0] * (most - len(given))
    return {f"share_{number}": value for number, value in enumerate(values)}
