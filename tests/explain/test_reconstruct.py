"""What a layer keeps."""

import pytest

from impasto.explain import content_reconstructions, style_reconstructions
from impasto.explain.context import ExplainContext
from impasto.images.resize import resize


def test_a_picture_a_layer(pictures, tiny):
    figure = content_reconstructions(pictures[0], **tiny)
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["the photo", "relu1_1", "relu2_1", "relu3_1"]


def test_a_picture_a_set_of_layers(pictures, tiny):
    figure = style_reconstructions(pictures[1], **tiny)
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["the painting", "relu1_1", "and relu2_1", "and relu3_1"]
    assert figure.axes[1].images[0].get_array().shape == (32, 32, 3)


@pytest.mark.slow
def test_the_first_layer_keeps_the_photo(pictures):
    """With the embedded network and enough steps, nearly every pixel comes back; the fourth forgets more."""
    context = ExplainContext.read(*pictures, size=64, steps=60, precision="float32")
    photo = resize(context.content.pixels, (48, 64))

    def error(layer):
        run = context.run(
            init="noise", content_layers=(layer,), content_weight=1.0, style_weight=0.0, tv_weight=0.0
        )
        return float((run.pixels - photo).abs().mean())

    assert error("relu1_1") < 0.02 < 2 * 0.02 < error("relu4_1")
