"""Pictures for people: how style transfer works, shown on two pictures. Figures need matplotlib.

Every function takes pictures and the fields of ``ExplainSettings``; it returns a matplotlib ``Figure``, or
the frames of an animation as PIL images. ``page`` puts all of them on one HTML page.
"""

from impasto.explain.co_activation import fire_together
from impasto.explain.compare import compare
from impasto.explain.feature_maps import feature_maps
from impasto.explain.gram_matrix import gram_matrices, gram_product
from impasto.explain.page import page, page_steps
from impasto.explain.receptive_field import receptive_fields
from impasto.explain.reconstruct import content_reconstructions, style_reconstructions
from impasto.explain.timeline import iteration, timeline
from impasto.explain.top_patches import preferences
from impasto.explain.weight_sweep import sweep, tug_of_war

__all__ = [
    "compare",
    "content_reconstructions",
    "feature_maps",
    "fire_together",
    "gram_matrices",
    "gram_product",
    "iteration",
    "page",
    "page_steps",
    "preferences",
    "receptive_fields",
    "style_reconstructions",
    "sweep",
    "timeline",
    "tug_of_war",
]
