from pathlib import Path

from PIL import Image

from impasto.studio.mask_inputs import brush, editor, under_brush


def test_a_picture_under_the_brush():
    assert under_brush(None) is None
    assert under_brush(Path("/a.png")) == {"background": "/a.png", "layers": [], "composite": None}
    picture = Image.new("L", (2, 2))
    assert under_brush(picture)["background"] is picture


def test_a_brush_has_the_colors_and_no_others():
    made = brush(["#ff0000", "#0000ff"], size_px=40)
    assert (made.colors, made.default_color) == (["#ff0000", "#0000ff"], "#ff0000")
    assert (made.color_mode, made.default_size) == ("fixed", 40)


def test_an_editor_takes_no_other_pictures():
    made = editor("Mask", name="mask", colors=["#ff0000"], words="")
    assert list(made.sources) == []
    assert made.elem_id == "mask"
