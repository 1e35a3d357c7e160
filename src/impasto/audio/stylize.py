"""A sound in the style of another: inputs read and checked, the job made, and the public functions."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from torch import Tensor

from impasto import runtime
from impasto.audio import ulyanov
from impasto.audio.io import SoundSource, read_sound
from impasto.audio.job import SoundJob
from impasto.audio.levels import finished, levelled
from impasto.audio.loudness import at_loudness, loudness_lufs
from impasto.audio.network import RANDOM, network_identity, sound_network
from impasto.audio.result import SoundResult, describe, input_notes
from impasto.audio.sound import Samples, Sound, resampled
from impasto.audio.waveform import CONTENT_KINDS, LOWEST_RATE_HZ, Waveform
from impasto.errors import SettingError
from impasto.optimize.loop import Loop, Step
from impasto.optimize.optimizers import lbfgs
from impasto.optimize.pyramid_adam import PyramidAdam
from impasto.optimize.schedule import Scale, schedule
from impasto.result import FORMAT
from impasto.settings.audio import TASK, AudioOptions, AudioSettings
from impasto.settings.task import Inputs
from impasto.synthesis.context import Context
from impasto.synthesis.record import absolute_paths, describe_files
from impasto.synthesis.run import drained, run_steps

HIGHEST_RATE_HZ = 48_000
"""Highest sample rate of a result."""

TEXTURE_LUFS = -18.0
"""Loudness of a texture, where no content gives one; chosen to leave room for its peaks."""


def result_rate_hz(rate_hz: int) -> int:
    """Sample rate of the result: the content's, or half of it and so on down to 48 kHz."""
    while rate_hz > HIGHEST_RATE_HZ:
        rate_hz = -(-rate_hz // 2)
    return rate_hz


def style_sounds(style: Any, settings: AudioSettings) -> tuple[list[Sound], list[float]]:
    """The styles, and the share of each; shares add up to 1.

    Raises:
        SettingError: there is no style, or the weights are not one each, or all 0.
        SoundError: a style cannot be read.
    """
    sources = list(style) if isinstance(style, list) else [style]
    if not sources or sources == [None]:
        raise SettingError("audio needs a style", got="none", expected="one or more sounds")
    weights = settings.style_weights or (1.0,) * len(sources)
    if len(weights) != len(sources) or not sum(weights) > 0:
        raise SettingError(
            f"style_weights has {len(weights)} values for {len(sources)} styles",
            got=",".join(f"{weight:g}" for weight in weights),
            expected="one weight for each style, not all 0",
            attempt="leave style_weights out for equal weights",
        )
    sounds = [
        read_sound(source, f"style {number}", max_minutes=settings.max_minutes)
        for number, source in enumerate(sources, 1)
    ]
    return sounds, [weight / sum(weights) for weight in weights]


def job(inputs: Inputs, settings: AudioSettings, context: Context) -> SoundJob:
    """The job of one sound; reads and checks everything.

    Args:
        inputs: "content" (may be missing) and "style" (one, or a list).
        settings: of the run.
        context: not used; every recipe's functions take one.
    Raises:
        ImpastoError: as ``stylize_audio_steps``.
    """
    source = inputs.get("content")
    content = None if source is None else read_sound(source, "the content", max_minutes=settings.max_minutes)
    styles, shares = style_sounds(inputs.get("style"), settings)
    if content is None and settings.length > 60 * settings.max_minutes:
        raise SettingError(
            "length is beyond max_minutes",
            got=f"{settings.length:g} s",
            expected=f"at most {settings.max_minutes:g} minutes",
        )
    if content is not None and settings.loop:
        raise SettingError(
            "loop is for textures", got="a content as well", attempt="leave out the content, or loop"
        )
    make = _ulyanov_job if settings.preset == "ulyanov" else _waveform_job
    return make(content, styles, shares, settings)


def _waveform_job(
    content: Sound | None, styles: Sequence[Sound], shares: Sequence[float], settings: AudioSettings
) -> SoundJob:
    _check_weights(settings, has_content=content is not None)
    main = content or styles[0]
    rate_hz = result_rate_hz(main.rate_hz)
    if rate_hz < LOWEST_RATE_HZ:
        raise SettingError(
            "the sample rate is too low", got=f"{rate_hz} Hz", expected=f"at least {LOWEST_RATE_HZ} Hz"
        )
    played, levels = levelled(resampled(main.samples, main.rate_hz, rate_hz))
    count = played.shape[1] if content else round(settings.length * rate_hz)
    scales = tuple(
        scale
        for scale in schedule(
            1,
            count,
            scales=settings.scales,
            factor=2.0,
            steps=settings.steps,
            coarse_steps=settings.coarse_steps,
            smallest_px=1,
        )
        if scale.width == count or rate_hz * scale.width >= LOWEST_RATE_HZ * count
    )
    waveform = Waveform(
        played if content else None,
        levels,
        styles,
        shares,
        settings,
        rate_hz,
        scales,
        count,
        sound_network(settings.network),
    )
    loop = Loop(PyramidAdam, settings.rate, settings.average, 0.0, False, bounds=None, resize=waveform.resize)
    lufs = TEXTURE_LUFS if content is None else loudness_lufs(content.samples, content.rate_hz)
    finish = partial(finished, levels=levels, rate_hz=rate_hz, lufs=lufs, fades=not settings.loop)
    return SoundJob(
        scales=scales,
        start=waveform.start,
        loss_at=waveform.loss_at,
        loop=loop,
        finish=finish,
        rate_hz=rate_hz,
        **_about(content, styles, settings, rate_hz),
    )


def _check_weights(settings: AudioSettings, *, has_content: bool) -> None:
    """Check that something is compared at all.

    Raises:
        SettingError: the weights of all losses are 0; without content, those of the content do not count.
    """
    names = ["style_weight", "rhythm_weight", "levels_weight", "modulation_weight"]
    if has_content:
        names += [f"{kind}_weight" for kind in CONTENT_KINDS]
    if not any(getattr(settings, name) for name in names):
        raise SettingError("all weights are 0", got=", ".join(names), expected="at least one above 0")


def _ulyanov_job(
    content: Sound | None, styles: Sequence[Sound], shares: Sequence[float], settings: AudioSettings
) -> SoundJob:
    """The job of the published method.

    Raises:
        SettingError: a loop, another network or a strength below 1 is asked for: the method has none of them.

    Source: as ``audio/ulyanov.py``.
    Differs: the whole content instead of its first ten seconds; the result has the content's loudness.
    """
    if settings.loop:
        raise SettingError("--preset ulyanov makes no loop", got="loop", attempt="the default preset")
    if settings.network != RANDOM:
        raise SettingError(
            "--preset ulyanov has a network of its own", got=settings.network, attempt="the default preset"
        )
    if settings.strength < 1:
        raise SettingError(
            "--preset ulyanov has no strength",
            got=f"strength {settings.strength:g}",
            attempt="more content_weight, which keeps more of the content",
        )
    spectrograms = [ulyanov.log_spectrogram(ulyanov.mono(style)) for style in styles]
    kept = None if content is None else ulyanov.log_spectrogram(ulyanov.mono(content))
    frames = round(settings.length * ulyanov.RATE_HZ / ulyanov.HOP_SAMPLES) if kept is None else kept.shape[1]
    scale = Scale(spectrograms[0].shape[0], frames, settings.steps)
    loop = Loop(lbfgs, 1.0, 0.0, 0.0, False, bounds=None)
    lufs = TEXTURE_LUFS if content is None else loudness_lufs(content.samples, content.rate_hz)

    def finish(canvas: Tensor) -> tuple[Samples, float]:
        samples = ulyanov.griffin_lim(canvas[0, 0], seed=settings.seed)[None].numpy()
        return at_loudness(samples, ulyanov.RATE_HZ, lufs=lufs)

    return SoundJob(
        scales=(scale,),
        start=ulyanov.noise_canvas(scale, settings.seed),
        loss_at=lambda _: ulyanov.ulyanov_loss(kept, spectrograms, shares, settings),
        loop=loop,
        finish=finish,
        rate_hz=ulyanov.RATE_HZ,
        **_about(content, styles, settings, ulyanov.RATE_HZ),
    )


def _about(
    content: Sound | None, styles: Sequence[Sound], settings: AudioSettings, rate_hz: int
) -> dict[str, Any]:
    """Record, identity, notes and tags of a job."""
    versions = runtime.versions()
    record = {
        "impasto_format": FORMAT,
        "task": TASK.name,
        "settings": settings.to_dict() | absolute_paths(settings),
        "files": describe_files(settings),
        "content": None if content is None else describe(content),
        "styles": [describe(style) for style in styles],
        "controls": {},
        "versions": versions,
    }
    identity = {
        "task": TASK.name,
        **{
            name: value for name, value in settings.to_dict().items() if name not in ("preset", "max_minutes")
        },
        "network": network_identity(settings.network),
        "method": "ulyanov" if settings.preset == "ulyanov" else "waveform",
        "style_weights": None if settings.style_weights is None else list(settings.style_weights),
        "content": None if content is None else content.sha256,
        "styles": [style.sha256 for style in styles],
        **{name: versions[name] for name in ("impasto", "torch")},
    }
    return {
        "record": record,
        "identity": lambda: identity,
        "notes": input_notes(record, rate_hz),
        "tags": {} if content is None else dict(content.tags),
        "cover": None if content is None else content.cover,
    }


def stylize_audio_steps(
    content: SoundSource | None,
    style: SoundSource | list[SoundSource],
    *,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[AudioOptions],
) -> Generator[Step, None, SoundResult]:
    """Play a sound in another sound's texture, timbre and rhythm.

    What is taken over is how the style sounds from moment to moment: its timbre, its noise, its decays, after
    how long it repeats itself. Its arrangement is not: a tune does not become a bossa nova.

    ``stylize_audio_steps`` yields after each step; ``stylize_audio`` returns the result.

    Args:
        content: a path, or (samples, rate): samples (T,) or (C, T), floats, full scale is 1. None: a texture
            of ``length`` seconds.
        style: the same, or a list of several.
        context: names a checkpoint; there is no network to share.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if the run is stopped.
        resume: continue from the checkpoint if it is there.
        **options: fields of ``AudioSettings``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the sound so far, (1, C, 1, T).
    Returns:
        The sound, its losses and the record of its making.
    Raises:
        SoundError: a sound is missing, cannot be read, is silent, too short or too long.
        SettingError: an option is not known or has a value it cannot have.
        WeightsError: the file of ``network`` is missing, damaged, or holds no 1-D convolutions.
        CheckpointError: the checkpoint is of another run.
        DivergedError: the loss was not finite, twice.
    """
    inputs = {"content": content, "style": style}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    made = job(inputs, AudioSettings.of(dict(options)), context)
    return (yield from run_steps(made, context))


stylize_audio = drained(stylize_audio_steps)
