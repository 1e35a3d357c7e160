import pytest

from impasto.errors import SettingError
from impasto.settings import EvaluateSettings


def test_layers_are_names_and_the_scale_is_one_number():
    settings = EvaluateSettings.of({"style_layers": "relu1_1,relu2_1", "content_layers": ["relu3_1"]})
    assert (settings.style_layers, settings.content_layers) == (("relu1_1", "relu2_1"), ("relu3_1",))
    with pytest.raises(SettingError, match="style_scale is not a number"):
        EvaluateSettings.from_mapping({"style_scale": [1.0, 2.0]})
