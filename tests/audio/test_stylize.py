"""A sound in the style of another, from its inputs to its record."""

import json

import numpy as np
import pytest
import torch

import impasto
from impasto.audio.io import write_sound
from impasto.audio.job import SoundJob
from impasto.audio.loudness import loudness_lufs, true_peak_db
from impasto.audio.result import changed_inputs, from_sound_record, read_sound_record
from impasto.audio.stylize import job, result_rate_hz, style_sounds
from impasto.audio.texture_statistics import texture_distance, texture_statistics
from impasto.errors import CheckpointError, SettingError, SoundError
from impasto.settings import AudioSettings
from impasto.synthesis.context import Context
from tests.audio.sounds import beats, noise, sine

CONTENT = (np.concatenate([sine(440, 1.0), sine(660, 1.0)], 1) * np.float32(0.2), 8000)
STYLE = (beats(2.0), 8000)
QUICK = {"steps": 3, "scales": 1}
NO_WEIGHTS = {
    f"{name}_weight": 0.0
    for name in ("style", "rhythm", "levels", "modulation", "chroma", "onset", "envelope")
}


def made(content=CONTENT, style=STYLE, **options):
    return impasto.stylize_audio(content, style, **{**QUICK, **options})


@pytest.fixture(scope="module")
def result():
    return made(steps=12, rate=0.005)


def test_the_texture_comes_nearer_and_the_loss_falls(result):
    losses = [row["loss"] for row in result.history]
    assert len(losses) == 12 and losses[-1] < 0.7 * losses[0]
    wanted = texture_statistics(STYLE[0][0].astype(float), 8000)
    before, after = (
        texture_distance(texture_statistics(x.astype(float), 8000), wanted)
        for x in (CONTENT[0][0], result.samples[0])
    )
    assert after < 0.8 * before


def test_the_result_is_as_long_and_loud_as_the_content_and_never_clips(result):
    assert result.samples.shape == CONTENT[0].shape and result.rate_hz == 8000 and result.seconds == 2.0
    assert true_peak_db(result.samples) <= -1.0
    loudness = loudness_lufs(result.samples, 8000)
    assert loudness == pytest.approx(loudness_lufs(*CONTENT), abs=0.1) or true_peak_db(result.samples) > -1.1


def test_a_result_that_peaks_keep_quieter_says_so():
    """The content is loud noise and the style clicks: at one loudness, clicks have higher peaks."""
    content = (np.clip(noise(1, 2.0, level=0.5), -0.99, 0.99), 8000)
    clicks = (beats(2.0) ** 3 * 10, 8000)
    result = made(content=content, style=clicks, steps=10)
    wanted, loudness = loudness_lufs(*content), loudness_lufs(result.samples, 8000)
    assert result.record["quieter_db"] == pytest.approx(wanted - loudness, abs=0.1)
    assert true_peak_db(result.samples) <= -1
    quieter_db = result.record["quieter_db"]
    assert quieter_db > 0.5
    assert result.notes[-1] == (
        f"the result is {quieter_db:.1f} dB quieter than the content, so that no peak exceeds -1 dB"
    )
    quiet = made(content=(CONTENT[0] / 100, 8000))
    assert quiet.notes == () and quiet.record["quieter_db"] == 0


def test_another_sample_rate_is_noted():
    content = (sine(440, 1.0, 50_000), 50_000)
    result = made(content=content, style=(noise(0, 1.0, 25_000), 25_000), steps=1)
    assert "the result has 25000 Hz, the content 50000 Hz" in result.notes


def test_one_kind_of_content_loss_is_enough():
    assert set(made(**{**NO_WEIGHTS, "envelope_weight": 1.0}, steps=1).losses) == {"envelope", "total"}


def test_the_same_again_and_another_seed():
    assert np.array_equal(made().samples, made().samples)
    assert not np.array_equal(made().samples, made(seed=1).samples)


def test_nearly_the_content_at_strength_0():
    def away(strength):
        samples = made(strength=strength).samples[0, 200:-200]
        content = CONTENT[0][0, 200:-200]
        return 1 - abs(np.corrcoef(samples, content)[0, 1])

    assert away(0.0) < 0.1 < away(1.0)


def test_several_styles_have_weights():
    one, other = (
        made(style=[STYLE, (noise(5, 2.0), 8000)]),
        made(style=[STYLE, (noise(5, 2.0), 8000)], style_weights=(1, 0)),
    )
    assert np.allclose(other.samples, made(style_weights=(2,)).samples, atol=1e-3)
    assert not np.allclose(one.samples, other.samples, atol=1e-2)


def test_stereo_keeps_its_width():
    content = np.concatenate([CONTENT[0], sine(300, 2.0, level=0.05)])
    result = made(
        content=(content, 8000), style=(beats(2.0, 0.2).repeat(2, 0) + noise(0, 2.0, channels=2) / 5, 8000)
    )

    def width(samples):
        return np.std(samples[0] - samples[1]) / np.std(samples[0] + samples[1])

    assert result.samples.shape == (2, 16_000)
    assert width(result.samples) == pytest.approx(width(content), rel=0.3)


def test_a_mono_style_serves_both_channels_of_a_stereo_content():
    content = np.concatenate([CONTENT[0], sine(300, 2.0, level=0.05)])
    samples = made(content=(content, 8000)).samples
    assert samples.shape == (2, 16_000) and not np.array_equal(samples[0], samples[1])


def test_sounds_of_any_rate_and_channels_go_together():
    result = made(style=(noise(0, 1.0, 96_000, channels=6), 96_000))
    assert result.rate_hz == 8000 and "6 channels are mixed down to stereo" in " ".join(result.notes)
    assert (result_rate_hz(96_000), result_rate_hz(88_200), result_rate_hz(44_100)) == (
        48_000,
        44_100,
        44_100,
    )


def test_a_texture_has_its_length_and_no_content():
    result = made(content=None, length=1.5)
    assert result.samples.shape == (1, 12_000) and result.record["content"] is None
    assert true_peak_db(result.samples) <= -1


def test_a_loop_has_no_seam():
    """The step from the end to the beginning is like those within."""
    samples = made(content=None, length=1.0, loop=True, steps=6).samples[0]
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) < np.percentile(steps, 99.9)
    assert np.abs(samples[:5]).max() > 0  # no fade
    assert np.abs(made(content=None, length=1.0, steps=1).samples[0, :2]).max() < 1e-2


def test_a_long_sound_in_blocks(monkeypatch):
    from impasto.audio import blocks

    monkeypatch.setattr(blocks, "BLOCK_S", 1.0)
    monkeypatch.setattr(blocks, "OVERLAP_S", 0.5)
    result = made(steps=6, rate=0.005)
    assert result.history[-1]["loss"] < 0.9 * result.history[0]["loss"]


def test_from_coarse_to_fine_the_start_has_the_contents_high_tones():
    content = (sine(440, 1.0, 22_050) + 0.3 * sine(9000, 1.0, 22_050), 22_050)
    made_job = job(
        {"content": content, "style": (noise(0, 1.0, 22_050), 22_050)}, AudioSettings(steps=1), Context()
    )
    assert [scale.width for scale in made_job.scales] == [11_025, 22_050]
    assert isinstance(made_job, SoundJob)
    resized = made_job.loop.resize(made_job.start, (1, 22_050))[0, 0, 0]
    power = torch.fft.rfft(resized).abs()
    assert power[9000] > 20 * power[8000:8900].median()


def test_a_run_that_was_stopped_goes_on_as_if_it_never_was(tmp_path):
    checkpoint = tmp_path / "run.checkpoint"
    steps = impasto.stylize_audio_steps(CONTENT, STYLE, checkpoint=checkpoint, **QUICK)
    next(steps)
    next(steps)
    steps.close()
    assert checkpoint.exists()
    again = made(checkpoint=checkpoint, resume=True)
    assert np.array_equal(again.samples, made().samples)
    assert [row["step"] for row in again.history] == [1, 2, 3]
    with pytest.raises(CheckpointError, match="content"):
        made(content=STYLE, checkpoint=checkpoint, resume=True)
    again.save(tmp_path / "out.wav")
    assert not checkpoint.exists()


def test_snapshots_are_finished_sounds():
    step = next(impasto.stylize_audio_steps(CONTENT, STYLE, **QUICK))
    snapshot = step.snapshot()
    assert snapshot.shape == (1, 1, 1, 16_000) and snapshot.abs().max() < 1


def test_a_record_makes_the_same_sound_again(tmp_path):
    for name, (samples, rate_hz) in (("content", CONTENT), ("style", STYLE)):
        write_sound(tmp_path / f"{name}.wav", samples, rate_hz, tags={"title": "A tune"})
    first = made(tmp_path / "content.wav", tmp_path / "style.wav")
    saved = first.save(tmp_path / "out.flac", bits=24)
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["task"] == "audio" and record["sound"] == "out.flac" and record["content"]["seconds"] == 2.0
    inputs, settings = from_sound_record(saved)
    again = impasto.stylize_audio(inputs["content"], inputs["style"], **settings.to_dict())
    assert np.array_equal(again.samples, first.samples)
    assert record["content"]["path"] == "content.wav" and str(tmp_path) not in json.dumps(record)
    assert changed_inputs(read_sound_record(saved)) == []
    write_sound(tmp_path / "style.wav", noise(0), 8000)
    assert changed_inputs(read_sound_record(saved)) == ["style"]
    (tmp_path / "away").mkdir()
    moved = (tmp_path / "out.json").rename(tmp_path / "away" / "out.json")
    with pytest.raises(SoundError, match=r"a file that the record names is not found\n  got       style.wav"):
        from_sound_record(moved)
    inputs, _ = from_sound_record(moved, look_in=tmp_path)
    assert inputs["content"] == tmp_path / "content.wav"


@pytest.mark.parametrize("change", [{"styles": None}, {"styles": [{}]}, {"content": 3}, {"task": "text"}])
def test_a_record_that_was_changed_is_refused(tmp_path, change):
    saved = made().save(tmp_path / "out.wav").with_suffix(".json")
    saved.write_text(json.dumps(json.loads(saved.read_text()) | change))
    with pytest.raises(SettingError, match=r"out.json does not tell how a sound was made"):
        read_sound_record(saved)


def test_what_is_no_record_is_refused(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(SettingError, match=r"a.json does not tell how a sound was made"):
        read_sound_record(tmp_path / "a.json")
    made().save(tmp_path / "b.wav")
    with pytest.raises(SoundError, match="given in memory"):
        read_sound_record(tmp_path / "b.wav")


def test_the_published_method_runs(monkeypatch):
    monkeypatch.setattr("impasto.audio.ulyanov.GRIFFIN_LIM_STEPS", 5)
    result = made(preset="ulyanov", filters=8, steps=4)
    assert result.rate_hz == 22_050 and result.seconds == pytest.approx(2.0, abs=0.05)
    assert result.record["settings"]["preset"] == "ulyanov" and set(result.losses) == {
        "style",
        "content",
        "total",
    }
    assert true_peak_db(result.samples) <= -1


def test_a_preset_without_content_losses():
    assert set(made(preset="grinstein").losses) == {"texture", "spectrum", "total"}


@pytest.mark.parametrize(
    ("inputs", "options", "text"),
    [
        ({"style": []}, {}, "audio needs a style"),
        ({}, {"style_weights": (1, 2)}, "style_weights has 2 values for 1 styles"),
        ({}, {"style_weights": (0,)}, "not all 0"),
        ({}, {"loop": True}, "loop is for textures"),
        ({"content": None}, {"length": 3000}, "length is beyond max_minutes"),
        ({"content": (sine(440, 1.0, 4000), 4000)}, {}, "the sample rate is too low"),
        ({"content": None}, {"preset": "ulyanov", "loop": True}, "--preset ulyanov makes no loop"),
        ({}, {"preset": "ulyanov", "strength": 0.5}, "--preset ulyanov has no strength"),
        ({}, NO_WEIGHTS, "all weights are 0"),
        ({"content": None}, {**NO_WEIGHTS, "chroma_weight": 1.0}, "all weights are 0"),
    ],
)
def test_settings_that_do_not_fit(inputs, options, text):
    with pytest.raises(SettingError) as caught:
        made(**{"content": CONTENT, "style": STYLE, **inputs}, **options)
    assert text in str(caught.value)


def test_shares_add_up_to_one():
    _, shares = style_sounds([STYLE, STYLE], AudioSettings(style_weights=(3, 1)))
    assert shares == [0.75, 0.25]


def test_no_step_is_an_error():
    made_job = job({"content": CONTENT, "style": STYLE}, AudioSettings(**QUICK), Context())
    with pytest.raises(SettingError, match="no step was made"):
        made_job.result(None, [])
