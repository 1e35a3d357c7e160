"""The help of a command: options in panels, first the words that an artist knows, without names of types."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

BASIC, COLORS, MASKS, FILES, EXPERT = "Basic", "Colours", "Masks", "Files and runs", "Expert"
"""Headings, in their order; those of settings with a heading of their own follow "Expert: "."""

PANELS = {
    BASIC: "out size print strength preset style_scale style_weights content_weight palette emotion count "
    "enlarge tile seed interpolate quiet help",
    COLORS: "colors color_map palette_weight bands_weight keep_lightness",
    MASKS: "content_mask style_mask keep strength_mask fine_style style_map doodle mask",
    FILES: "from_record look_in animate preview checkpoint resume record json bits dpi",
}
"""Heading -> names of parameters, in their order."""


MANY = 16
"""A command of fewer parameters needs no headings."""


class HelpLayout(TyperCommand):
    """A command whose help is grouped, if it has many options; what it does is that of the function."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        self.get_params(ctx)  # gives them their headings
        order = {name: index for index, name in enumerate(" ".join(PANELS.values()).split())}
        if len(self.params) >= MANY:
            self.params.sort(key=lambda one: (rank_of(one), order.get(str(one.name), len(order))))
        super().format_help(ctx, formatter)

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters with their headings; none shows the name of its Python type."""
        parameters = super().get_params(ctx)
        for parameter in parameters:
            if len(self.params) >= MANY:
                vars(parameter)["rich_help_panel"] = panel_of(parameter)
            if parameter.param_type_name == "argument" or getattr(parameter, "is_flag", False):
                vars(parameter)["display_type_rich"] = lambda ctx: ""
        return parameters


def panel_of(parameter: Any) -> str | None:
    """The heading of a parameter; None for the arguments' own."""
    before: str | None = getattr(parameter, "rich_help_panel", None)
    if parameter.param_type_name == "argument":
        return before
    for panel, names in PANELS.items():
        if parameter.name in names.split():
            return panel
    if before is None or before in PANELS or before.startswith(EXPERT):
        return before or BASIC
    return f"{EXPERT}: {before[0].lower()}{before[1:]}"


def rank_of(parameter: Any) -> int:
    """Order of a parameter's heading; parameters of one rank stay as they are."""
    if parameter.param_type_name == "argument":
        return -1
    panels, panel = list(PANELS), panel_of(parameter)
    return panels.index(panel) if panel in panels else len(panels)
