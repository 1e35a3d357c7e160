"""Words for colours."""

from __future__ import annotations

import pytest

from impasto.images.color_names import distance, list_colors, named_color


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("#ff0000", "#ff0000 (red)"),
        ("#fe0302", "#fe0302 (red)"),
        ("#c00000", "#c00000 (dark red)"),
        ("#010101", "#010101 (black)"),
        ("#808080", "#808080 (grey)"),
        ("#00ffff", "#00ffff (cyan)"),
        ("white", "white"),
        ("all", "all"),
    ],
)
def test_named_color(name, expected):
    assert named_color(name) == expected


def test_distance_by_hand():
    assert distance("#ff0000", "#ff331f") == pytest.approx(0.2)
    assert distance("white", "#ffffff") == 0
    assert distance("all", "black") == 1


def test_list_colors():
    assert list_colors(["#ff0000", "white"]) == "#ff0000 (red), white"
