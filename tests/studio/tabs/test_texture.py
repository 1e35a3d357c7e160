from impasto.settings import TextureSettings
from impasto.studio.tabs import texture


def test_a_sketch_shrinks_the_exemplar_as_much_as_the_result():
    small = texture.sketch(TextureSettings(size="640x320", style_scale=(0.8,)))
    assert (small.size, small.style_scale, small.scales) == ("160x80", (0.2,), 3)
    assert texture.sketch(TextureSettings(size="40x640")).size == "32x160"  # no side is under the least
