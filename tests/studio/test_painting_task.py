import pytest

from impasto.errors import SettingError
from impasto.settings import StudioSettings
from tests.studio.conftest import task

LIMITS = StudioSettings(max_megapixels=7)


def test_what_is_needed_and_missing():
    stylize = task("stylize")
    assert stylize.needed == "a photo and at least one style"
    with pytest.raises(
        SettingError, match=r"(?s)a photo and at least one style are.*no photo.*pick a sample"
    ):
        stylize.check({"style": ["a"]})
    with pytest.raises(SettingError, match="no style"):
        stylize.check({"content": "a", "style": []})
    with pytest.raises(SettingError, match="at least one exemplar is needed"):
        task("texture").check({})
    stylize.check({"content": "a", "style": ["b"]})


def test_a_palette_in_words_names_no_file(tmp_path):
    recolor = task("recolor")
    recolor.check({"content": "a", "palette": "sunset"})
    recolor.check({"content": "a", "palette": tmp_path})  # an upload
    with pytest.raises(SettingError, match="palette names a file of this machine"):
        recolor.check({"content": "a", "palette": "/etc/passwd"})


def test_settings_of_a_visitor():
    settings = task("stylize").parse({"preset": "fast"}, LIMITS)
    assert settings.max_megapixels == 7
    assert settings.preset == "fast"
    with pytest.raises(SettingError, match="there is no setting 'sise'"):
        task("stylize").parse({"sise": 3}, LIMITS)
    with pytest.raises(SettingError, match="there is no such start"):
        task("texture").parse({"init": "content"}, LIMITS)


def test_a_photo_is_laid_over_results_of_its_form():
    assert task("stylize").before == "content"
    assert task("dream").before == "content"
    assert task("texture").before == ""
    assert task("doodle").before == ""  # the doodle gives the form
