"""Read animations (GIF, APNG, WebP) and series of pictures as videos."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from impasto.errors import PictureError, VideoError
from impasto.images import io
from impasto.images.picture_file import SUFFIXES
from impasto.video.clip import ClipInfo, Frame

ANIMATIONS = (".gif", ".webp", ".png", ".apng")
"""Endings of pictures that may hold several frames."""

SHORTEST_MS, REPLACED_MS = 10, 100
"""Browsers show a frame without a delay, or of less than that, for 100 ms."""

SERIES_RATE = Fraction(25)
"""Frames a second of a series of pictures, which has none of its own."""

MILLISECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class AnimationClip:
    """An animated GIF, PNG or WebP, with the delay of each frame."""

    info: ClipInfo

    def frames(self, start_s: float = 0.0) -> Iterator[Frame]:
        """The frames, as ``Clip.frames`` says; transparent places are white."""
        pts = 0
        with Image.open(self.info.path) as animation:
            for number in range(getattr(animation, "n_frames", 1)):
                try:
                    animation.seek(number)
                    pixels = io.to_tensor(_opaque(animation))
                except (OSError, EOFError) as error:
                    raise VideoError(
                        f"frame {number} of the animation is damaged", got=f"{self.info.path}: {error}"
                    ) from error
                duration = _delay_ms(animation)
                yield Frame(number, pixels, pts, duration)
                pts += duration


def open_animation(path: Path) -> AnimationClip:
    """Open an animated GIF, PNG or WebP.

    Raises:
        VideoError: it cannot be read, or has a single frame.
    """
    try:
        with Image.open(path) as animation:
            count, size = int(getattr(animation, "n_frames", 1)), animation.size
            delays = []
            for number in range(count):
                animation.seek(number)
                animation.load()
                delays.append(_delay_ms(animation))
    except (OSError, UnidentifiedImageError, EOFError, SyntaxError) as error:
        raise VideoError("the animation cannot be read", got=f"{path}: {error}") from error
    if count < 2:
        raise VideoError(
            "this is a picture, not a video",
            got=f"{path}: 1 frame",
            expected="a video, an animation, a folder of frames, or a pattern such as frame_%05d.png",
            attempt=f"impasto stylize {path} STYLE",
        )
    rate = Fraction(1000 * count, sum(delays)).limit_denominator(1001)
    return AnimationClip(ClipInfo(path, *size, rate, MILLISECOND, count))


def _delay_ms(animation: Image.Image) -> int:
    delay = round(animation.info.get("duration", REPLACED_MS) or 0)
    return delay if delay > SHORTEST_MS else REPLACED_MS if delay < SHORTEST_MS else delay


def _opaque(animation: Image.Image) -> Image.Image:
    """The frame on white."""
    picture = animation.convert("RGBA")
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


@dataclass(frozen=True)
class SeriesClip:
    """A series of pictures: one file a frame.

    Attributes:
        files: in order.
    """

    info: ClipInfo
    files: tuple[Path, ...]

    def frames(self, start_s: float = 0.0) -> Iterator[Frame]:
        """The frames, as ``Clip.frames`` says."""
        size = (self.info.height, self.info.width)
        for number, file in enumerate(self.files):
            try:
                pixels = io.read(file).pixels
            except PictureError as error:
                raise VideoError(f"frame {number} cannot be read", got=f"{file}: {error.problem}") from error
            if tuple(pixels.shape[2:]) != size:
                raise VideoError(
                    f"frame {number} has another size than the first",
                    got=f"{file}: {pixels.shape[3]} x {pixels.shape[2]} px",
                    expected=f"{size[1]} x {size[0]} px",
                )
            yield Frame(number, pixels, number, 1)


def open_series(files: Sequence[Path], path: Path, rate: Fraction = SERIES_RATE) -> SeriesClip:
    """Open a series of pictures.

    Args:
        files: in order.
        path: the folder or pattern that they come from.
        rate: frames a second.
    Raises:
        VideoError: there is none, or the first cannot be read.
    """
    if not files:
        raise VideoError(
            "there are no pictures there",
            got=str(path),
            expected=f"frames such as frame_00001.png; {', '.join(sorted(SUFFIXES))}",
        )
    try:
        height, width = io.read(files[0]).pixels.shape[2:]
    except PictureError as error:
        raise VideoError("frame 0 cannot be read", got=f"{files[0]}: {error.problem}") from error
    return SeriesClip(ClipInfo(path, width, height, rate, 1 / rate, len(files)), tuple(files))


def files_of(path: Path) -> list[Path] | None:
    """The pictures of a folder or of a pattern such as ``frame_%05d.png``; None for any other path.

    Numbers are compared as numbers, so that frame_10 comes after frame_9.
    """
    if path.is_dir():
        return sorted((p for p in path.iterdir() if p.suffix.lower() in SUFFIXES), key=_by_numbers)
    if not is_pattern(path):
        return None
    regular = re.compile(re.sub(r"%0?\d*d", r"\\d+", re.escape(path.name).replace(r"\%", "%")))
    folder = path.parent
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if regular.fullmatch(p.name)), key=_by_numbers)


def is_pattern(path: Path) -> bool:
    """Whether a path stands for a series of files, as ``frame_%05d.png`` does."""
    return re.search(r"%0?\d*d", path.name) is not None


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
