import pytest

from impasto.errors import SettingError
from impasto.settings import ContentSettings


def test_layers_hold_the_weights_that_were_written():
    assert ContentSettings.from_mapping({"content_layers": "relu4_1"}).content_layers == {"relu4_1": 1.0}
    assert ContentSettings().content_layers == {"relu3_1": 1.0, "relu4_1": 1.0}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"content_layers": ["relu1_1=0"]}, "a layer's weight is a number above 0"),
        ({"content_weight": -1}, "content_weight is too small"),
        ({"content_loss": "gram"}, r"(?s)content_loss has no such choice.*content, correlation"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        ContentSettings.from_mapping(options)
