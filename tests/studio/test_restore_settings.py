import json

import pytest

from impasto.errors import SettingError
from impasto.settings import StylizeSettings, TextureSettings
from impasto.studio.restore_settings import differences, settings_of


def test_settings_of_a_file(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"settings": {"size": 128, "device": "cpu"}}))
    assert settings_of(file, StylizeSettings).size == 128
    file.write_text('{"size": 96}')
    assert settings_of(file, StylizeSettings).size == 96
    for wrong in ("[1]", "{", '{"settings": 3}', '{"size": 1' + 5000 * "0" + "}", 5000 * "["):
        file.write_text(wrong)
        with pytest.raises(SettingError, match=r"(?s)a.json holds no settings.*names and values"):
            settings_of(file, StylizeSettings)
    file.write_text(" " * 1_000_001)
    with pytest.raises(SettingError, match="holds no settings"):
        settings_of(file, StylizeSettings)
    with pytest.raises(SettingError, match="holds no settings"):
        settings_of(tmp_path / "gone.json", StylizeSettings)
    file.write_text('{"sise": 96}')
    with pytest.raises(SettingError, match="there is no setting 'sise'"):
        settings_of(file, StylizeSettings)


def test_what_the_page_cannot_show_is_said():
    settings = StylizeSettings(size=512, style_scale=(1.0, 0.5))
    assert differences(["size", "style_scale", "style_layers"], settings, {"size": 256}) == [
        "Size: 256, the most here, instead of 512.",
        "Style scale: the page has one for all, 1, instead of 1, 0.5.",
    ]
    assert differences(["size", "style_scale"], settings, {"size": 512})[1:] == []
    assert differences(["size"], TextureSettings(size="300x200"), {"size": 256}) == [
        "Size: 256x200, the most here, instead of 300x200."
    ]
