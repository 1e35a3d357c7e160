"""The weight of each of several paintings: one slider each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from impasto.studio.form import Component
from impasto.studio.picture_inputs import follow
from impasto.studio.uploads import paths_of

MAX_STYLES = 16
"""As many as any studio may blend (``StudioSettings.max_styles``)."""


def weight_inputs(styles: gr.Gallery, events: Sequence[Any], most: int) -> dict[str, Component]:
    """A slider for each painting, visible while there are several.

    Args:
        styles: the paintings.
        events: that change them.
        most: how many there may be.
    Returns:
        The sliders by name, ``weight_0`` first.
    """
    sliders = [
        gr.Slider(
            0,
            1,
            value=1,
            step=0.05,
            label=f"Share of painting {number}",
            visible=False,
            elem_classes="weight",
        )
        for number in range(1, most + 1)
    ]

    def visible(sent: Any) -> list[Any]:
        count = len(paths_of(sent))
        return [gr.update(visible=count > 1 and number < count) for number in range(most)]

    follow(events, visible, styles, sliders)
    return {f"weight_{number}": slider for number, slider in enumerate(sliders)}


def weights_of(sent: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The setting ``style_weights`` out of the sliders; nothing for one painting."""
    if count < 2:
        return {}
    return {"style_weights": tuple(float(sent[f"weight_{number}"]) for number in range(count))}


def slider_values(weights: Sequence[float] | None, most: int) -> dict[str, float]:
    """Values of the sliders for a setting; the largest weight, if above 1, is a whole slider.

    Args:
        weights: of the paintings; None: all alike.
        most: number of sliders.
    """
    given = list(weights or ())[:most]
    highest = max([1.0, *given])
    values = [weight / highest for weight in given] + [1.0] * (most - len(given))
    return {f"weight_{number}": value for number, value in enumerate(values)}
