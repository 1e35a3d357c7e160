"""Figures that explain how style transfer works, shown on two pictures.

Needs matplotlib and latex2mathml: ``pip install "impasto[explain]"``. Every function takes pictures and the
fields of ``ExplainSettings``. It returns a matplotlib ``Figure``, or the frames of an animation as PIL
images; ``page`` writes all of them to one HTML page.
"""

from impasto.explain.co_activation import co_activation_animation
from impasto.explain.compare import compare
from impasto.explain.feature_maps import feature_maps
from impasto.explain.gram_matrix import gram_matrices, gram_product
from impasto.explain.page import page, page_steps
from impasto.explain.receptive_field import receptive_fields
from impasto.explain.reconstruct import content_reconstructions, style_reconstructions
from impasto.explain.sentence import sentence_losses
from impasto.explain.timeline import canvas_animation, loss_curves
from impasto.explain.top_patches import top_patches
from impasto.explain.weight_sweep import ratio_animation, weight_sweep

__all__ = [
    "canvas_animation",
    "co_activation_animation",
    "compare",
    "content_reconstructions",
    "feature_maps",
    "gram_matrices",
    "gram_product",
    "loss_curves",
    "page",
    "page_steps",
    "ratio_animation",
    "receptive_fields",
    "sentence_losses",
    "style_reconstructions",
    "top_patches",
    "weight_sweep",
]
