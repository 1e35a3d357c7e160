import pytest

from impasto.errors import SettingError
from impasto.settings import DoodleSettings, StylizeSettings


def test_the_painting_has_what_both_know():
    settings = DoodleSettings(seed=3, steps=7, network="test-net", content_weight=0.7)
    painting = settings.painting(content=True)
    for name in set(DoodleSettings.info()) & set(StylizeSettings.info()) - {"init"}:
        assert getattr(painting, name) == getattr(settings, name)
    assert settings.painting(content=False).content_weight == 0


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
