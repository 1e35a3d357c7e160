"""Whether a sound's file is there; without numpy, so that a mistyped name is reported at once."""

from __future__ import annotations

from pathlib import Path

from impasto.errors import SoundError


def check_sound_file(path: Path) -> None:
    """Check that a file is there.

    Raises:
        SoundError: it is missing, or a folder.
    """
    if path.is_dir():
        raise SoundError("a folder is no sound", got=str(path), expected="a file")
    if not path.is_file():
        raise SoundError("the sound is missing", got=str(path), expected="a file that is there")
