import pytest
from PIL import Image

from impasto.errors import SettingError
from impasto.settings import StylizeSettings
from impasto.studio.tabs import stylize
from tests.studio.test_uploads import LIMITS, sent_mask


def read(styles, *, mask=None, file=None, brushed=stylize.KEEP, use=stylize.BLEND):
    sent = {"mask": mask, "mask_file": file, "brushed": brushed, "use": use}
    return stylize.read(sent, {"content": "photo", "style": styles}, LIMITS)


def test_the_brushed_part_stays_or_is_painted_weakly_or_gets_the_second_painting(tmp_path):
    mask = sent_mask(tmp_path)
    assert read(["a"]) == {"content": "photo", "style": ["a"]}
    assert isinstance(read(["a"], mask=mask)["keep"], Image.Image)
    weak = read(["a"], mask=mask, brushed=stylize.WEAK)["strength_mask"]
    assert weak.getextrema() == (stylize.WEAK_GREY, 255)
    kept = read(["a"], mask=mask)["keep"]
    assert [weak.getpixel(xy) < 255 for xy in ((0, 0), (20, 15))] == [
        kept.getpixel(xy) > 0 for xy in ((0, 0), (20, 15))
    ]
    second = read(["a", "b"], mask=mask, brushed=stylize.SECOND)
    assert second["content_mask"].size == (40, 30)
    assert second["style_mask"] == ["black", "white"]
    with pytest.raises(SettingError, match=r"(?s)second painting.*1 paintings"):
        read(["a"], mask=mask, brushed=stylize.SECOND)


def test_an_uploaded_mask_does_what_a_brushed_one_does(tmp_path):
    Image.new("L", (8, 4), 100).save(tmp_path / "mask.png")
    file = {"path": str(tmp_path / "mask.png")}
    assert read(["a"], file=file)["keep"].getpixel((0, 0)) == 100
    assert read(["a"], file=file, mask=sent_mask(tmp_path))["keep"].size == (40, 30)  # strokes come first


def test_the_last_of_several_paintings_lends_its_strokes():
    assert read(["a", "b"], use=stylize.STROKES) == {"content": "photo", "style": ["a"], "fine_style": "b"}
    assert read(["a"], use=stylize.STROKES)["style"] == ["a"]


def test_the_first_picture_takes_one_pass_in_the_same_colours():
    settings = StylizeSettings.of({"preset": "best", "size": 1024, "colors": "match", "strength": 0.5})
    first = stylize.sketch(settings)
    assert (first.size, first.steps, first.init) == (384, 0, "instant")
    assert (first.colors, first.strength) == ("match", 0.5)
    assert stylize.sketch(StylizeSettings(network="vgg19", content_layers=("relu4_2",))).network == "compact"
