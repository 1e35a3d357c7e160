"""A run as a video: the spectrogram as it is painted, with the sound that came out. Needs PyAV."""

from __future__ import annotations

import importlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from impasto.audio.aac import AacTrack
from impasto.audio.picture import spectrogram_picture
from impasto.audio.sound import Samples, resampled
from impasto.errors import OutputError
from impasto.images.atomic_write import atomic_write, check_path
from impasto.optimize.loop import Step

SPECTROGRAMS = 40
"""Spectrograms of a run that are kept, at most."""

WIDTH_PX = (640, 1280)
"""Least and greatest width of the video."""

HEADING_PX = 20
"""Height of the line of text above the spectrogram."""

RUN_SHARE = 0.6
"""The run is shown in this fraction of the sound's length; then the finished spectrogram stands still."""

FRAMES_PER_S = 25
"""Frame rate: the line that shows what is heard moves smoothly."""

SOUND_HZ = 48_000
"""Sample rate of the sound in the video."""


def check_animation_output(path: Path) -> Path:
    """Check, before any work is done, that an animation can be written.

    Args:
        path: .mp4.
    Raises:
        OutputError: another ending, a folder that is missing or closed, or PyAV is not installed.
    """
    check_path(path, (".mp4",))
    try:
        importlib.import_module("av")
    except ImportError as error:
        raise OutputError(
            "writing .mp4 needs PyAV, which is not installed",
            got=str(path),
            attempt='pip install "impasto[audio]"',
        ) from error
    return path


class SpectrogramRecorder:
    """Keeps spectrograms of a run; more of its beginning, because early steps change a sound most.

    Args:
        rate_hz: of the result.
    """

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.pictures: list[Image.Image] = []

    def see(self, step: Step) -> None:
        """Keep the spectrogram of a step if its time has come."""
        done = step.seconds / max(step.seconds + step.seconds_left, 1e-9)
        if len(self.pictures) < min(SPECTROGRAMS - 1, 1 + SPECTROGRAMS * done**0.5):
            heading = f"size {step.scale} of {step.scales}, step {step.step} of {step.steps}"
            self.keep(step.snapshot()[0, :, 0].numpy(), heading)

    def keep(self, samples: Samples, heading: str) -> None:
        """Keep the spectrogram of samples (C, T), under a line of text."""
        self.pictures.append(_titled(spectrogram_picture(samples, self.rate_hz), heading))

    def write(self, path: Path, samples: Samples) -> Path:
        """Write the run with the finished sound.

        Args:
            path: .mp4.
            samples: (C, T), the result.
        Returns:
            The path.
        Raises:
            OutputError: as ``check_animation_output``, or it cannot be encoded.
        """
        check_animation_output(path)
        self.keep(samples, "the result")
        av = importlib.import_module("av")
        with atomic_write(path) as temporary:
            try:
                self._encode(av, temporary, samples)
            except (av.FFmpegError, ValueError) as error:
                raise OutputError(
                    "the animation could not be encoded",
                    got=f"{path}: {error}",
                    attempt='pip install --upgrade "impasto[audio]"',
                ) from error
        return path

    def _encode(self, av: Any, path: Path, samples: Samples) -> None:
        seconds = samples.shape[1] / self.rate_hz
        frames = max(1, round(seconds * FRAMES_PER_S))
        options = {"movflags": "+faststart"}
        with av.open(str(path), "w", format="mp4", container_options=options) as container:
            video = container.add_stream("libx264", rate=FRAMES_PER_S, options={"crf": "20"})
            video.width, video.height = self.pictures[-1].size
            video.pix_fmt = "yuv420p"
            sound = AacTrack(av, container, resampled(samples, self.rate_hz, SOUND_HZ), SOUND_HZ)
            for number in range(frames):
                picture = with_line(self.picture_at(number / frames), number / frames)
                frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_S)
                container.mux(video.encode(frame))
                sound.write_until(number * SOUND_HZ // FRAMES_PER_S)
            container.mux(video.encode(None))
            sound.close()

    def picture_at(self, share: float) -> Image.Image:
        """The spectrogram that is shown after a share of the sound's length, 0 to 1."""
        index = int(share / RUN_SHARE * (len(self.pictures) - 1))
        return self.pictures[min(index, len(self.pictures) - 1)]


def with_line(picture: Image.Image, share: float) -> Image.Image:
    """The picture with an upright line where the sound is, at a share of its length."""
    copy, x = picture.copy(), round(share * (picture.width - 1))
    ImageDraw.Draw(copy).line([(x, HEADING_PX), (x, picture.height)], fill=(255, 255, 255), width=2)
    return copy


def _titled(spectrogram: np.ndarray[Any, np.dtype[np.uint8]], heading: str) -> Image.Image:
    """A spectrogram (H, W, 3) under a line of text, of even sides, as videos need."""
    low, high = WIDTH_PX
    picture = Image.fromarray(spectrogram)
    width, height = min(max(picture.width, low), high) // 2 * 2, picture.height // 2 * 2
    sheet = Image.new("RGB", (width, height + HEADING_PX), "white")
    sheet.paste(picture.resize((width, height), Image.Resampling.BILINEAR), (0, HEADING_PX))
    ImageDraw.Draw(sheet).text((4, 4), heading, fill="black")
    return sheet
