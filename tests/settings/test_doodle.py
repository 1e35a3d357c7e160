import pytest

from impasto.errors import SettingError
from impasto.settings import DoodleSettings


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "patch"}, r"(?s)method has no such choice.*did you mean 'patches'"),
        ({"semantic_weight": -1.0}, "semantic_weight is too small"),
        ({"variety": 1.5}, "variety is too large"),
        ({"patch_layers": ("relu3_1=0",)}, "a layer's weight is a number above 0"),
        ({"style_loss": ("gramm",)}, r"(?s)there is no style loss 'gramm'"),
        ({"memory": "much"}, "that is no amount of memory"),
        ({"stepps": 3}, r"(?s)there is no setting 'stepps'.*did you mean 'steps'"),
    ],
)
def test_what_is_wrong_is_said(options, text):
    with pytest.raises(SettingError, match=text):
        DoodleSettings.from_mapping(options)
