"""What the figures share."""

import pytest
import torch

from impasto.errors import LayerError, SettingError, ShapeError
from impasto.explain.context import Scene


def test_a_run_is_painted_once(scene):
    assert scene.paint(size=32) is scene.paint(size=32)
    assert scene.paint(size=32) is not scene.paint(size=32, init="noise")


def test_a_film_has_a_frame_a_step(scene):
    track = scene.main(filmed=True)
    assert len(track.frames) == len(track.by_layer) == len(track.history) >= 1
    assert track.frames[-1].size == (48, 36)


def test_layers_add_up_to_the_style_loss(scene):
    track = scene.paint(filmed=True, steps=6)
    for by_layer, row in zip(track.by_layer, track.history, strict=True):
        assert sum(by_layer.values()) == pytest.approx(row["style"], rel=0.01)  # it is clipped to [0, 1]
    for by_layer, row in zip(track.by_layer[:2], track.history[:2], strict=True):
        assert sum(by_layer.values()) == pytest.approx(row["style"], rel=1e-5)


def test_a_picture_is_called_by_its_file(photo, pictures, tiny):
    scene = Scene.read(photo, pictures[1], **tiny)
    assert (scene.content.name, scene.style.name) == ("photo", "style")


def test_units_are_the_network_without_its_map(scene, pictures):
    compact = Scene.read(*pictures, size=48, layers=("relu1_1",), content_layer="relu1_1")
    pixels = compact.content.pixels
    own = compact.lens.look(pixels, ["relu1_1"])["relu1_1"]
    assert (own >= 0).all()
    mapped = compact.lens.network.taps["relu1_1"](own)
    assert torch.allclose(compact.lens.network(pixels, ["relu1_1"])["relu1_1"], mapped, atol=1e-5)


def test_a_texture_has_no_photo(scene):
    assert scene.paint(textured=True, init="noise", content_weight=0.0, size=32).pixels.shape == (
        1,
        3,
        32,
        32,
    )


def test_the_same_seed_paints_the_same(pictures, tiny):
    first, second = (Scene.read(*pictures, **tiny).paint(init="noise").pixels for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"layers": ("relu9_1",)}, LayerError, "no layer 'relu9_1'"),
        ({"content_layer": "relu9_1"}, LayerError, "no layer 'relu9_1'"),
        ({"figures": ("gram-matrx",)}, SettingError, "did you mean 'gram-matrix'"),
        ({"sice": 3}, SettingError, "did you mean 'size'"),
    ],
)
def test_bad_options(pictures, tiny, options, kind, text):
    with pytest.raises(kind, match=text):
        Scene.read(*pictures, **{**tiny, **options})


def test_a_sliver_is_too_small(pictures, tiny):
    with pytest.raises(ShapeError, match="too small for the layers"):
        Scene.read(pictures[0][:16], pictures[1], **{**tiny, "network": "compact", "layers": ("relu5_1",)})


def test_pictures_are_cut_to_whole_units(pictures):
    """So that no run is continued by a mirror, whose seam would be painted."""
    options = {"network": "compact", "layers": ("relu4_1",), "content_layer": "relu4_1"}
    scene = Scene.read(pictures[0][:, :57], pictures[1], size=64, steps=2, **options)
    assert scene.content.pixels.shape == (1, 3, 48, 56) and scene.small_px == 40
    assert scene.paint(size=40).pixels.shape == (1, 3, 32, 40)
