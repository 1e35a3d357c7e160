from impasto.settings import StudioSettings
from impasto.studio.style_weights import MAX_STYLES, slider_values, weights_of


def test_weights_and_sliders():
    assert weights_of({"weight_0": 1, "weight_1": 0.5}, 2) == {"style_weights": (1.0, 0.5)}
    assert weights_of({"weight_0": 1}, 1) == {}
    assert slider_values((0.7, 0.3), 3) == {"weight_0": 0.7, "weight_1": 0.3, "weight_2": 1.0}
    assert slider_values((4, 2), 2) == {"weight_0": 1.0, "weight_1": 0.5}
    assert slider_values(None, 1) == {"weight_0": 1.0}
    assert MAX_STYLES == StudioSettings.info()["max_styles"].high
