import pytest

from impasto.errors import PictureError, SettingError
from impasto.recipes.inputs import STARTS
from impasto.settings import ExplainSettings, StudioSettings, StylizeSettings, TextureSettings
from impasto.studio.limits import check_auth, check_pictures, check_settings, networks

LIMITS = StudioSettings(max_size=300, max_steps=40)


def check(settings):
    check_settings(settings, LIMITS, starts=STARTS)


def test_what_is_within_the_limits():
    check(StylizeSettings(size=300, steps=40, scales=3, coarse_steps=1.5))
    check_settings(TextureSettings(size="300x200", steps=30), LIMITS, starts=("pixels",))
    check_settings(ExplainSettings(steps=40), LIMITS, starts=())


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (ExplainSettings(steps=41), r"(?s)steps: more.*41.*at most 40"),
        (ExplainSettings(steps=2, pictures="/etc"), "pictures is not for visitors to set"),
        (
            StylizeSettings(size=301),
            r"(?s)size: more than this studio allows.*301 px.*at most 300 px.*--max-size",
        ),
        (StylizeSettings(size=64, steps=41), r"(?s)steps: more.*41.*at most 40.*--max-steps"),
        (StylizeSettings(size=64, steps=40, coarse_steps=9, scales=4), r"(?s)of a smaller size.*at most 400"),
        (StylizeSettings(size=64, first_steps=401), r"(?s)of a smaller size.*401.*at most 400"),
        (StylizeSettings(size=64, weights="/etc/passwd"), "weights is not for visitors to set"),
        (StylizeSettings(size=64, device="cuda"), "device is not for visitors"),
        (StylizeSettings(size=64, memory="1GB"), "memory is not for visitors"),
        (StylizeSettings(size=64, init="/etc/passwd"), r"(?s)there is no such start.*content, noise, style"),
    ],
)
def test_what_is_not(settings, text):
    with pytest.raises(SettingError, match=text):
        check(settings)


def test_a_side_of_a_texture():
    with pytest.raises(SettingError, match="400 px"):
        check_settings(TextureSettings(size="100x400"), LIMITS, starts=("pixels",))


def test_no_visitor_starts_a_download(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path))
    assert networks() == ("compact", "test-net")
    with pytest.raises(SettingError, match=r"(?s)not on this machine.*vgg19.*compact, test-net"):
        check(StylizeSettings(size=64, network="vgg19"))


def test_who_may_come_in():
    def door(no_auth=False, **values):
        return check_auth(StudioSettings(**values), no_auth=no_auth)

    assert door() is None
    assert door(host="::1") is None
    assert door(host="localhost") is None
    assert door(host="0.0.0.0", auth="ann:a:b") == ("ann", "a:b")
    assert door(auth="ann:word") == ("ann", "word")
    assert door(host="0.0.0.0", no_auth=True) is None
    with pytest.raises(
        SettingError, match=r"(?s)nothing would keep them out.*--host 0.0.0.0.*--auth user:pass"
    ):
        door(host="0.0.0.0")
    for wrong in ("ann", ":word", "ann:"):
        with pytest.raises(SettingError, match=r"(?s)no name or no password.*user:password"):
            door(auth=wrong)
    with pytest.raises(SettingError, match="exclude each other"):
        door(auth="ann:word", no_auth=True)


def test_uploads(photo, tmp_path):
    check_pictures([photo], StudioSettings())
    with pytest.raises(PictureError, match=r"(?s)photo.png is too large.*at most 0.001 MB"):
        check_pictures([photo], StudioSettings(max_upload_mb=0.001))
    with pytest.raises(PictureError, match="larger than the limit") as caught:
        check_pictures([photo], StudioSettings(max_megapixels=0.001))
    assert str(tmp_path) not in str(caught.value)
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    with pytest.raises(PictureError) as caught:
        check_pictures([text], StudioSettings())
    assert "text.png" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
