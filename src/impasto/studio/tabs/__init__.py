"""The tabs of the page, from left to right. A new one is a file in here and a line in ``TABS``."""

TABS = {
    "Stylize": "impasto.studio.tabs.stylize:build",
    "Texture": "impasto.studio.tabs.texture:build",
    "Doodle": "impasto.studio.tabs.doodle:build",
    "Explain": "impasto.studio.tabs.explain:build",
}
"""Tabs: title -> function(desk: StudioContext) that makes what is in it."""
