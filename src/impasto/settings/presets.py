"""Presets: sets of settings to start from, our own and those of published methods."""

from __future__ import annotations

from typing import Any

PAPER_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""Style layers of Gatys, Ecker, Bethge 2016, section 3."""

PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "fast": {
        "strokes_weight": 0.0,
        "steps": 6,
        "coarse_steps": 2.5,
        "first_steps": 24,
        "average": 0.8,
    },
    "instant": {"init": "instant", "scales": 1, "steps": 0, "strokes_weight": 0.0},
    "best": {"scales": 4, "steps": 40, "coarse_steps": 1.5, "rate": 0.01, "average": 0.95},
    "painterly": {
        "jitter": True,
        "style_layers": {"relu3_1": 1.0, "relu4_1": 1.0},
        "style_weight": 0.75,
        "strokes_weight": 0.75,
        "strokes_size": 512,
        "content_layers": {"relu4_1": 1.0},
        "content_weight": 1.2,
        "content_focus": 0.6,
        "scales": 4,
        "steps": 14,
        "coarse_steps": 2.2,
        "average": 0.9,
    },
    "nnst": {
        "pooling": "max",
        "jitter": True,
        "style_loss": {"nearest": 1.0, "wasserstein": 1.0},
        "style_layers": {"relu3_1": 1.0, "relu4_1": 1.0},
        "style_weight": 1.5,
        "strokes_weight": 0.0,
        "content_layers": {"relu4_1": 1.0},
        "content_weight": 0.25,
        "evenness_weight": 0.4,
        "scales": 4,
        "steps": 20,
        "coarse_steps": 2.0,
        "average": 0.9,
    },
    "gatys": {
        "network": "vgg19",
        "pooling": "average",
        "init": "noise",
        "optimizer": "lbfgs",
        "rate": 1.0,
        "normalization": "paper",
        "jitter": False,
        "strokes_weight": 0.0,
        "bands_weight": 0.0,
        "order_weight": 0.0,
        "evenness_weight": 0.0,
        "plain_ground": False,
        "tolerance": 0.0,
        "precision": "float32",
        "content_loss": "content",
        "content_layers": {"relu4_2": 1.0},
        "content_weight": 1e-3,
        "style_loss": {"gram": 1.0},
        "style_layers": dict.fromkeys(PAPER_LAYERS, 1.0),
        "style_weight": 1.0,
        "palette_weight": 0.0,
        "tv_weight": 1.0,
        "scales": 1,
        "steps": 500,
        "average": 0.0,
    },
    "crowson": {
        "network": "vgg19",
        "pooling": "max",
        "normalization": "mean",
        "style_loss": {"wasserstein": 1.0},
        "optimizer": "adam",
        "strokes_weight": 0.0,
        "bands_weight": 0.0,
        "order_weight": 0.0,
        "evenness_weight": 0.0,
        "plain_ground": False,
        "jitter": False,
        "tolerance": 0.0,
        "content_loss": "content",
        "content_layers": {"relu4_2": 1.0},
        "content_weight": 0.015,
        "style_layers": {"relu1_1": 256.0, "relu2_1": 64.0, "relu3_1": 16.0, "relu4_1": 4.0, "relu5_1": 1.0},
        "style_weight": 1.0,
        "palette_weight": 0.0,
        "tv_weight": 2.0,
        "rate": 0.02,
        "scales": 5,
        "scale_factor": 2**0.5,
        "steps": 500,
        "coarse_steps": 1.0,
        "first_steps": 1000,
        "average": 0.99,
    },
}
"""Preset -> the settings in which it differs from the defaults.

``instant`` is two passes of the any-style network and no optimisation; ``--steps`` adds some.

``painterly`` lays strokes on canvases up to 512 px, too, and holds the photo less where it is plain: more of
the brush, less of the photo. By eye it suits bright brush paintings; ``default`` is better with ink, drawings
and dark oils.

``nnst`` is like Kolkin et al. 2022, "Neural Neighbor Style Transfer": every position of the canvas is
compared with the most similar position of the painting. It differs in its layers (the deep ones only, for
time), in that the palette loss keeps the colours and ``wasserstein`` is half of the style loss, and in that
matches are searched anew at each step, without the final pass on features.

``gatys`` is Gatys, Ecker, Bethge 2016, section 2: rectified layers, average pooling, white noise, L-BFGS,
alpha / beta = 1e-3. It differs in that each layer is scaled as a whole, by its target, not VGG-19's channels
by their means over many pictures; in the content loss, a mean over positions (``gatys_content_distance``); in
that the noise is of one grey level (``PAPER_NOISE``); and in a little total variation, without which L-BFGS
makes grain: at 144 px the grain rises from 0.9 times the painting's after 20 evaluations to 1.8 after 200,
and with it falls to 0.55 after 100.

``crowson`` is Katherine Crowson's style-transfer-pytorch (2021) with its defaults. It differs in that every
convolution mirrors its input at the edges, that total variation has no diagonals (its weight makes up for
them), that the moments of Adam are carried to the next size in proportion to the gradient, that a style is
sized by its pixels, not by its long side, and that the network computes in bfloat16 where that is fast.
"""
