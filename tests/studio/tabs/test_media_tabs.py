"""The tabs of sounds, videos and texts, without a server."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import SettingError, VideoError
from impasto.settings import StudioSettings
from impasto.settings.values import kind_of
from impasto.studio.limits import WITHHELD
from impasto.studio.media_inputs import file_paths, media_path
from impasto.studio.media_task import Made, MediaRun
from impasto.studio.tabs import audio, several_photos, text, video

LIMITS = StudioSettings(max_size=128, max_minutes=0.1)

TABS = {"audio": audio.TAB, "several-photos": several_photos.TAB, "text": text.TAB, "video": video.TAB}

WORDS = {"preset", "init", "content_layers", "style_layers"}
"""Settings that are texts and name no file: they are checked by name."""


def events(tab, tmp_path, inputs, options, *, stop_after=10**9):
    """What a run reports."""
    settings = tab.parse(options, LIMITS)
    tab.check(inputs)
    asked = iter(range(10**9))
    run = MediaRun(inputs, settings, LIMITS, lambda: tmp_path / "made", lambda: next(asked) >= stop_after)
    *progress, made = tab.run(run)
    assert isinstance(made, Made)
    fractions = [one.fraction for one in progress]
    assert fractions == sorted(fractions)
    assert not fractions or 0 <= fractions[0] <= fractions[-1] <= 1.001
    return progress, made


@pytest.mark.parametrize("name", TABS)
def test_every_setting_is_on_the_page_or_the_owners(name):
    tab = TABS[name]
    assert {*tab.settings.info()} - {*tab.main, *tab.others, *tab.separate} <= set(WITHHELD)
    texts = {
        setting
        for setting in tab.others + tab.main
        if kind_of(tab.settings.types()[setting]) is str and not tab.settings.info()[setting].choices
    }
    assert texts <= {"network", *WORDS}, "a text may name a file or an address of the server: withhold it"


@pytest.mark.parametrize(
    ("tab", "name", "value"),
    [
        (text.TAB, "llm_url", "http://127.0.0.1:1/v1"),
        (text.TAB, "llm_file", "/etc/passwd"),
        (video.TAB, "flow_files", "/etc"),
        (audio.TAB, "max_minutes", 600),
    ],
)
def test_what_only_the_owner_decides(tab, name, value):
    with pytest.raises(SettingError, match=f"{name} is not for visitors"):
        tab.parse({name: value}, LIMITS)


def test_a_text_with_its_changes(tmp_path):
    inputs = {"content": text.EXAMPLE, "style": ["poe"]}
    progress, made = events(text.TAB, tmp_path, inputs, {})
    assert [one.where for one in progress] == ["paragraph 1 of 1"]
    assert made.files[0].read_text() != text.EXAMPLE
    assert made.files[1].suffix == ".json"
    assert "<iframe" in made.shown
    assert "ins&gt;" in made.shown


def test_a_text_that_is_stopped_is_none(tmp_path):
    _, made = events(text.TAB, tmp_path, {"content": text.EXAMPLE, "style": ["poe"]}, {}, stop_after=0)
    assert made == Made(interrupted=True)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("style", ["/etc/passwd", "shakespeare", "poe, ../../secret.txt"])
def test_only_authors_and_uploads(style):
    with pytest.raises(SettingError, match="there is no author"):
        text.TAB.check({"content": "Words.", "style": style})
    text.TAB.check({"content": "Words.", "style": [Path("upload.txt"), "Poe, austen"]})
    with pytest.raises(SettingError, match="no author"):
        text.TAB.check({"content": "Words.", "style": []})


def test_a_file_is_taken_in_place_of_the_text():
    sent = {"content": "typed", "file": {"path": "/a/b.txt"}, "style": ["poe"], "own": [{"path": "/c.txt"}]}
    assert text.read(sent)[0] == {"content": Path("/a/b.txt"), "style": ["poe", Path("/c.txt")]}
    assert text.read({**sent, "file": None, "own": None})[0] == {"content": "typed", "style": ["poe"]}


@pytest.fixture
def sounds(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    time = np.arange(12_000) / 16_000
    paths = [tmp_path / name for name in ("tone.wav", "noise.wav")]
    soundfile.write(paths[0], 0.3 * np.sin(2 * np.pi * 440 * time) * (1 + np.sin(9 * time)), 16_000)
    soundfile.write(paths[1], 0.2 * np.random.default_rng(0).standard_normal(12_000), 16_000)
    return paths


QUICK_SOUND = {"scales": 1, "steps": 3}


def test_a_sound_with_its_spectrograms(tmp_path, sounds):
    inputs = {"content": sounds[0], "style": sounds[1:]}
    progress, made = events(audio.TAB, tmp_path, inputs, QUICK_SOUND)
    assert progress[-1].where == "sample rate 1 of 1, step 3 of 3"
    assert made.files[0].name == "tone-noise-audio.wav"
    assert "<audio" in made.shown
    assert "Spectrograms" in made.shown
    assert not made.interrupted


def test_a_sound_that_is_stopped_is_the_sound_so_far(tmp_path, sounds):
    _, made = events(audio.TAB, tmp_path, {"style": sounds[1:]}, QUICK_SOUND | {"length": 0.5}, stop_after=1)
    assert made.interrupted
    assert made.files[0].exists()


def test_sounds_that_were_sent():
    sent = {"content": None, "style": {"path": "/a.wav"}, "more": [{"path": "/b.wav"}]}
    assert audio.read(sent)[0] == {"style": [Path("/a.wav"), Path("/b.wav")]}
    assert media_path({"video": {"path": "/c.mp4"}}) == Path("/c.mp4")
    assert media_path(None) is None
    assert file_paths({"path": "/d"}) == [Path("/d")]


@pytest.fixture
def clip(tmp_path):
    pytest.importorskip("cv2")
    from tests.video.scenes import moving_square, write_clip

    return write_clip(tmp_path / "clip.mp4", moving_square(3, 60, 80), rate=Fraction(2))


def test_a_clip_beside_the_one_before(tmp_path, clip, painting):
    progress, made = events(video.TAB, tmp_path, {"content": clip, "style": [painting]}, {})
    assert [one.where.split(" of")[0] for one in progress] == ["frame 1", "frame 2", "frame 3"]
    assert progress[0].picture is not None
    assert made.files[0].name == "clip-painting.mp4"
    assert all(file.exists() for file in made.files)
    assert made.shown.count("<video") == 2


def test_a_clip_that_is_stopped_is_none(tmp_path, clip, painting):
    _, made = events(video.TAB, tmp_path, {"content": clip, "style": [painting]}, {}, stop_after=1)
    assert made == Made(interrupted=True)


def test_limits_of_a_clip(tmp_path, clip, painting):
    settings = video.TAB.parse({}, LIMITS)
    inputs = {"content": clip, "style": [painting]}

    def within(limits):
        return video.within_limits(clip, MediaRun(inputs, settings, limits, lambda: tmp_path, lambda: False))

    assert within(LIMITS) == (settings, ())
    smaller, notes = within(StudioSettings(max_size=72))
    assert smaller.size == 72
    assert notes == ("the video is painted at 72 px, the most here",)
    with pytest.raises(VideoError, match=r"(?s)longer than this studio allows.*--max-minutes"):
        within(StudioSettings(max_minutes=0.02))  # 1.2 s; the clip has 1.5
