"""Figures on light and on dark pages."""

import subprocess
import sys

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.explain import feature_maps
from impasto.explain.figure_style import (
    CURVE_COLORS,
    DPI,
    TEXT_COLOR,
    TEXT_COLOR_ON_DARK,
    WIDTH_IN,
    Cell,
    add_axes,
    add_legend,
    figure_grid,
    in_rows,
    new_figure,
    on_white,
    render,
)


def figure():
    return figure_grid([[Cell(np.full((8, 8, 3), 0.5), "below")]], titles=["above"], labels=["left"])


def opaque_colors(picture):
    """All colours of opaque pixels."""
    pixels = np.asarray(picture).reshape(-1, 4)
    return {tuple(p[:3]) for p in pixels[pixels[:, 3] == 255].tolist()}


@pytest.mark.slow
def test_text_is_dark_on_light_and_light_on_dark():
    drawn = figure()
    light, dark = render(drawn), render(drawn, dark=True)
    text, on_dark = (tuple(bytes.fromhex(color[1:])) for color in (TEXT_COLOR, TEXT_COLOR_ON_DARK))
    assert text in opaque_colors(light)
    assert text not in opaque_colors(dark) and on_dark in opaque_colors(dark)
    assert render(drawn).tobytes() == light.tobytes()  # and back again
    assert light.mode == "RGBA" and light.width == round(WIDTH_IN * DPI)


def test_legends_ticks_and_axes_follow_too():
    drawn = new_figure(3.0, 2.0)
    axes = add_axes(drawn, left=0.5, top=0.2, width=1.2, height=1.2)
    axes.plot([1, 2], color=CURVE_COLORS[0], label="a curve")
    add_legend(axes)
    text = tuple(bytes.fromhex(TEXT_COLOR[1:]))
    assert text in opaque_colors(render(drawn)) and text not in opaque_colors(render(drawn, dark=True))
    assert axes.get_legend().get_texts()[0].get_color() == TEXT_COLOR


def test_a_file_is_opaque():
    picture = on_white(render(figure()))
    assert picture.mode == "RGB" and picture.getpixel((1, 1)) == (255, 255, 255)


def test_cells_in_rows():
    cells = [Cell(np.zeros((2, 2)), str(number)) for number in range(4)]
    assert in_rows(cells, 3) == [cells[:3], [cells[3], None, None]]


def test_cells_keep_their_proportions():
    drawn = figure_grid([[Cell(np.zeros((20, 40, 3))), Cell(np.zeros((40, 20, 3)))]])
    boxes = [axes.get_window_extent() for axes in drawn.axes]
    assert boxes[0].width / boxes[0].height == pytest.approx(2, rel=0.02)
    assert boxes[1].width / boxes[1].height == pytest.approx(0.5, rel=0.02)


@pytest.mark.slow
def test_no_pyplot():
    code = (
        "import sys, numpy; from impasto.explain import feature_maps; "
        "feature_maps(numpy.zeros((32, 32, 3)), network='test-net', layers=['relu1_1'], "
        "content_layer='relu1_1'); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_matplotlib_is_missing(pictures, tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(
        OutputError, match=r"needs matplotlib, which is not installed(.|\n)*impasto\[explain\]"
    ):
        feature_maps(pictures[0], **tiny)
