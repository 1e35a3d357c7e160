"""Figures on light and on dark paper."""

import subprocess
import sys

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.explain import feature_maps
from impasto.explain.figure_style import (
    DOTS,
    INK,
    INK_ON_DARK,
    LINES,
    Cell,
    in_rows,
    legend_beside,
    new_figure,
    on_paper,
    place,
    printed,
    sheet,
)


def figure():
    return sheet([[Cell(np.full((8, 8, 3), 0.5), "below")]], titles=["above"], labels=["left"], width_in=2.0)


def darkest(picture):
    """Of the opaque pixels outside the grey square: the ink."""
    pixels = np.asarray(picture).reshape(-1, 4)
    return {tuple(p[:3]) for p in pixels[pixels[:, 3] == 255].tolist()}


def test_ink_follows_the_paper():
    drawn = figure()
    light, dark = printed(drawn), printed(drawn, dark=True)
    ink, pale = (tuple(bytes.fromhex(color[1:])) for color in (INK, INK_ON_DARK))
    assert ink in darkest(light) and ink not in darkest(dark) and pale in darkest(dark)
    assert printed(drawn).tobytes() == light.tobytes()  # and back again
    assert light.mode == "RGBA" and light.width == 2 * DOTS


def test_legends_ticks_and_axes_follow_too():
    drawn = new_figure(3.0, 2.0)
    axes = place(drawn, left=0.5, top=0.2, width=1.2, height=1.2)
    axes.plot([1, 2], color=LINES[0], label="a curve")
    legend_beside(axes)
    ink = tuple(bytes.fromhex(INK[1:]))
    assert ink in darkest(printed(drawn)) and ink not in darkest(printed(drawn, dark=True))
    assert axes.get_legend().get_texts()[0].get_color() == INK


def test_a_file_is_opaque():
    picture = on_paper(printed(figure()))
    assert picture.mode == "RGB" and picture.getpixel((1, 1)) == (255, 255, 255)


def test_cells_in_rows():
    cells = [Cell(np.zeros((2, 2)), str(number)) for number in range(4)]
    assert in_rows(cells, 3) == [cells[:3], [cells[3], None, None]]


def test_cells_keep_their_proportions():
    drawn = sheet([[Cell(np.zeros((20, 40, 3))), Cell(np.zeros((40, 20, 3)))]])
    boxes = [axes.get_window_extent() for axes in drawn.axes]
    assert boxes[0].width / boxes[0].height == pytest.approx(2, rel=0.02)
    assert boxes[1].width / boxes[1].height == pytest.approx(0.5, rel=0.02)


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
