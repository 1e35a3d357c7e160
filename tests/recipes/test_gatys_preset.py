"""The preset that is the 2016 paper paints: from noise, with our network, on the packaged samples."""

import pytest
import torch

import impasto
from impasto import samples
from impasto.images import io
from impasto.images.oklab import to_oklab
from impasto.images.resize import cover
from impasto.losses.total_variation import total_variation

SIZE = {"size": 96, "seed": 0}


@pytest.fixture(scope="module")
def pictures():
    """(photo, painting)."""
    return samples.photo("chelsea"), samples.style("swirl")


@pytest.fixture(scope="module")
def scored(pictures):
    """{alpha / beta: (result, scores)}; "default" is the default preset."""
    photo, painting = pictures
    paths = {alpha: {"content_weight": alpha, "steps": 80} for alpha in (1e-4, 1e-3, 1e-2)}
    runs = {
        alpha: impasto.stylize(photo, painting, preset="gatys", network="compact", **SIZE, **options)
        for alpha, options in paths.items()
    }
    runs |= {"default": impasto.stylize(photo, painting, **SIZE)}
    return {
        name: (run.image, impasto.evaluate(run.image, content=photo, style=painting))
        for name, run in runs.items()
    }


def chroma_grain(image):
    """Differences of neighbouring pixels in OKLab's a and b; (1, 3, H, W) in [0, 1] -> a number."""
    chroma = to_oklab(image[0].flatten(1)).view(1, 3, *image.shape[2:])[:, 1:]
    return total_variation(chroma).sqrt().item()


def test_it_has_the_style(scored):
    assert scored[1e-3][1].gram <= 1.1 * scored["default"][1].gram


def test_it_leaves_no_noise(scored, pictures):
    """Grain is at most 1.5 times the painting's."""
    image = io.read(scored[1e-3][0]).pixels
    painting = cover(io.read(pictures[1]).pixels, tuple(image.shape[2:]))
    assert chroma_grain(image) <= 1.5 * chroma_grain(painting)
    assert image.std() > 0.1 and torch.isfinite(image).all()


@pytest.mark.slow
def test_the_ratio_goes_from_texture_to_photo(scored):
    """As figure 4 of the paper."""
    texture, painted, photo = (scored[alpha][1] for alpha in (1e-4, 1e-3, 1e-2))
    assert texture.content > 1.1 * painted.content > 1.2 * photo.content
    assert texture.gram < painted.gram < photo.gram
