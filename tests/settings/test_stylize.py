from impasto.settings import PRESETS, StylizeSettings

RECORD = {
    "preset": "crowson",
    "content_layers": ["relu4_2"],
    "style_layers": ["relu1_1=256", "relu2_1=64", "relu3_1=16", "relu4_1=4", "relu5_1=1"],
    "style_loss": ["wasserstein"],
    "style_scale": [1.0],
    "style_weights": None,
    "fine_layers": ["relu1_1", "relu2_1"],
    "first_steps": 1000,
}
"""Settings as a record of version 0.1 holds them."""


def test_records_of_the_first_version_are_read():
    settings = StylizeSettings.from_mapping(RECORD)
    assert settings.style_layers == PRESETS["crowson"]["style_layers"]
    assert settings.content_layers == {"relu4_2": 1.0} and settings.style_loss == {"wasserstein": 1.0}
    assert settings.fine_layers == ("relu1_1", "relu2_1") and settings.style_weights is None


def test_what_is_asked_most_comes_first():
    assert list(StylizeSettings.info())[:3] == ["preset", "strength", "size"]
    panels = [origin.panel for origin in StylizeSettings.origins().values()]
    assert list(dict.fromkeys(panels)) == ["", "Style", "Content", "Steps and sizes", "Network and machine"]
