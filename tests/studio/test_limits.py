import pytest

from impasto.errors import PictureError, SettingError
from impasto.settings import (
    PRESETS,
    DreamSettings,
    ExplainSettings,
    InterpolateSettings,
    RecolorSettings,
    StudioSettings,
    StylizeSettings,
    TextureSettings,
)
from impasto.studio.limits import (
    WORK_FACTOR,
    check_auth,
    check_count,
    check_pictures,
    check_settings,
    check_text,
    networks,
    work,
)

STARTS = ("content", "noise", "style")

LIMITS = StudioSettings(max_size=300, max_steps=40)


def check(settings):
    check_settings(settings, LIMITS, init_words=STARTS)


def test_what_is_within_the_limits():
    check(StylizeSettings(size=300, steps=40, scales=3, coarse_steps=1.5))
    check_settings(TextureSettings(size="300x200", steps=30), LIMITS, init_words=("pixels",))
    check_settings(ExplainSettings(steps=40), LIMITS, init_words=())


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
        (
            StylizeSettings(size=300, steps=40, coarse_steps=1.0, scale_factor=1.05, scales=12),
            r"(?s)more work.*times that of 40 steps at 300 px.*at most 4",
        ),
        (StylizeSettings(size=300, first_steps=200), r"(?s)all sizes together: more work"),
        (ExplainSettings(steps=2, layers=("relu1_1",) * 17), r"(?s)layers: more.*17 of them.*at most 16"),
        (ExplainSettings(steps=2, channels=("relu1_1:1",) * 17), r"(?s)channels: more.*try\s+less$"),
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
        check_settings(TextureSettings(size="100x400"), LIMITS, init_words=("pixels",))


def test_no_visitor_starts_a_download(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path))
    assert networks() == ("compact", "test-net")
    with pytest.raises(SettingError, match=r"(?s)not on this machine.*vgg19.*compact, test-net"):
        check(StylizeSettings(size=64, network="vgg19"))


def test_as_many_paintings_as_may_be_blended():
    limits = StudioSettings(max_styles=2)
    check_count({"content": "a", "styles": ["a", "b"], "style_mask": None}, limits)
    for name in ("styles", "style_mask"):
        with pytest.raises(SettingError, match=rf"(?s){name}: more.*3 styles.*2 styles.*--max-styles"):
            check_count({name: ["a", "b", "c"]}, limits)


def test_presets_are_within_the_limits():
    """As large and long as anything may be here."""
    limits = StudioSettings()
    for name in PRESETS:
        settings = StylizeSettings.of({"preset": name})
        values = settings.to_dict() | {"size": limits.max_size, "steps": limits.max_steps}
        assert work(values) <= WORK_FACTOR * limits.max_steps * limits.max_size**2, name
    texture = TextureSettings().to_dict() | {"size": "2048x2048", "steps": 500}
    assert work(texture) <= WORK_FACTOR * limits.max_steps * limits.max_size**2


def test_the_work_of_a_run_by_hand():
    values = {
        "size": "80x40",
        "scales": 2,
        "scale_factor": 2.0,
        "steps": 3,
        "coarse_steps": 2.0,
        "first_steps": None,
    }
    assert work(values) == 3 * 3200 + 6 * 800
    assert work({**values, "size": 40, "first_steps": 10}) == 3 * 1600 + 6 * 400 + 10 * 1600


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
    for wrong in ("secret", ":secret", "secret:"):
        with pytest.raises(SettingError, match=r"(?s)no name or no password.*user:password") as caught:
            door(auth=wrong)
        assert "secret" not in str(caught.value)
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


def test_limits_of_every_task_by_the_names_of_its_settings():
    with pytest.raises(SettingError, match=r"(?s)size: more.*301 px"):
        check_settings(DreamSettings(size=301), LIMITS, init_words=())
    with pytest.raises(SettingError, match=r"(?s)all sizes together"):
        check_settings(
            DreamSettings(size=300, steps=40, octaves=12, octave_scale=1.05), LIMITS, init_words=()
        )
    with pytest.raises(SettingError, match=r"(?s)count: more.*17.*at most 16"):
        check_settings(InterpolateSettings(size=64, count=17), LIMITS, init_words=STARTS)
    with pytest.raises(SettingError, match=r"(?s)all sizes together"):
        check_settings(InterpolateSettings(size=300, steps=40, count=5), LIMITS, init_words=STARTS)
    check_settings(DreamSettings(size=300, steps=10), LIMITS, init_words=())
    check_settings(RecolorSettings(), LIMITS, init_words=())


def test_a_start_that_is_no_file_where_the_words_are_not_known():
    check_settings(StylizeSettings(size=64, init="zeros"), LIMITS, init_words=())
    with pytest.raises(SettingError, match="init names a file of this machine"):
        check_settings(StylizeSettings(size=64, init="/etc/passwd"), LIMITS, init_words=())


def test_texts_that_name_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo").touch()
    for text in ("sunset", "#112233,#aa8800", "navy, gold"):
        check_text("palette", text)
    for text in ("photo", "a.png", "a/b", "..\\a", "/etc/passwd"):
        with pytest.raises(
            SettingError, match=r"(?s)palette names a file of this machine.*upload the picture"
        ):
            check_text("palette", text)
    check_text("palette", 5000 * "a")


def test_the_password_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("IMPASTO_STUDIO_AUTH", "ann:secret")
    assert check_auth(StudioSettings(host="0.0.0.0"), no_auth=False) == ("ann", "secret")
    assert check_auth(StudioSettings(auth="ben:other"), no_auth=False) == ("ben", "other")
    monkeypatch.setenv("IMPASTO_STUDIO_AUTH", "secret")
    with pytest.raises(SettingError, match="no name or no password") as caught:
        check_auth(StudioSettings(), no_auth=False)
    assert "secret" not in str(caught.value)
