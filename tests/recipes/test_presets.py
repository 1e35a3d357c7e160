import pytest
from PIL import Image

import impasto
from impasto.settings import PRESETS, StylizeSettings

SHORT = {"network": "compact", "steps": 1, "coarse_steps": 1.0, "size": 96, "precision": "float32"}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("shape", [(96, 64), (96, 40)])
def test_every_preset_paints(preset, shape):
    """With the network that is at hand; on an ordinary and on a narrow picture."""
    photo = Image.linear_gradient("L").resize(shape).convert("RGB")
    style = Image.radial_gradient("L").resize((80, 70)).convert("RGB")
    first = {"first_steps": 1} if PRESETS[preset].get("first_steps") else {}
    result = impasto.stylize(photo, style, preset=preset, **SHORT, **first)
    assert result.image.size == shape
    assert all(value == value for value in result.losses.values())


def test_crowson_is_what_was_published():
    """Katherine Crowson, style-transfer-pytorch (2021), defaults of its ``stylize``."""
    s = StylizeSettings.of({"preset": "crowson"})
    assert (s.content_weight, s.tv_weight, s.rate, s.average, s.steps, s.first_steps) == (
        0.015, 2.0, 0.02, 0.99, 500, 1000,
    )  # fmt: skip
    assert s.style_layers == {"relu1_1": 256, "relu2_1": 64, "relu3_1": 16, "relu4_1": 4, "relu5_1": 1}
    assert (s.scales, s.scale_factor, s.style_loss) == (5, pytest.approx(2**0.5), {"wasserstein": 1})
