"""What the figures share."""

import pytest
import torch

from impasto.errors import LayerError, SettingError, ShapeError
from impasto.explain.context import ExplainContext


def test_a_run_is_painted_once(context):
    assert context.run(size=32) is context.run(size=32)
    assert context.run(size=32) is not context.run(size=32, init="noise")


def test_a_recorded_run_has_a_frame_for_each_step(context):
    run = context.page_run(record=True)
    assert len(run.frames) == len(run.by_layer) == len(run.history) >= 1
    assert run.frames[-1].size == (48, 36)


def test_layers_add_up_to_the_style_loss(context):
    run = context.run(record=True, steps=6)
    for by_layer, row in zip(run.by_layer, run.history, strict=True):
        assert sum(by_layer.values()) == pytest.approx(row["style"], rel=0.01)  # it is clipped to [0, 1]
    for by_layer, row in zip(run.by_layer[:2], run.history[:2], strict=True):
        assert sum(by_layer.values()) == pytest.approx(row["style"], rel=1e-5)


def test_a_picture_is_called_by_its_file(photo, pictures, tiny):
    context = ExplainContext.read(photo, pictures[1], **tiny)
    assert (context.content.name, context.style.name) == ("photo", "style")


def test_units_are_the_network_without_its_map(pictures):
    compact = ExplainContext.read(*pictures, size=48, layers=("relu1_1",), content_layer="relu1_1")
    pixels = compact.content.pixels
    activations = compact.view.features(pixels, ["relu1_1"])["relu1_1"]
    assert (activations >= 0).all()
    mapped = compact.view.network.taps["relu1_1"](activations)
    assert torch.allclose(compact.view.network(pixels, ["relu1_1"])["relu1_1"], mapped, atol=1e-5)


def test_a_texture_has_no_photo(context):
    run = context.run(texture=True, init="noise", content_weight=0.0, size=32)
    assert run.pixels.shape == (1, 3, 32, 32)


def test_the_same_seed_paints_the_same(pictures, tiny):
    first, second = (ExplainContext.read(*pictures, **tiny).run(init="noise").pixels for _ in range(2))
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
        ExplainContext.read(*pictures, **{**tiny, **options})


def test_a_sliver_is_too_small(pictures, tiny):
    with pytest.raises(ShapeError, match="too small for the layers"):
        ExplainContext.read(
            pictures[0][:16], pictures[1], **{**tiny, "network": "compact", "layers": ("relu5_1",)}
        )


def test_pictures_are_cut_to_whole_strides(pictures):
    """So that no run mirrors a picture at its edges, as the seam would be painted."""
    options = {"network": "compact", "layers": ("relu4_1",), "content_layer": "relu4_1"}
    context = ExplainContext.read(pictures[0][:, :57], pictures[1], size=64, steps=2, **options)
    assert context.content.pixels.shape == (1, 3, 48, 56) and context.grid_px == 40
    assert context.run(size=40).pixels.shape == (1, 3, 32, 40)


def test_recording_repeats_a_run_that_was_not_recorded(context):
    plain = context.run(size=32)
    recorded = context.run(size=32, record=True)
    assert plain.frames == [] and recorded.frames and torch.equal(plain.pixels, recorded.pixels)
    assert context.run(size=32) is recorded
