"""A finished sound with the record of how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from impasto.audio import io
from impasto.audio.sound import Samples, Sound
from impasto.errors import SettingError, SoundError
from impasto.images.atomic_write import remove, write_text
from impasto.result import FORMAT, record_path


@dataclass(frozen=True, eq=False)
class SoundResult:
    """A sound and the record of how it was made.

    Attributes:
        samples: (C, T), float32, true peak at most -1 dB of full scale.
        rate_hz: sample rate.
        losses: weighted parts of the last step by name, and "total".
        record: settings, inputs, versions and losses, which ``save`` writes as JSON.
        history: (scale, step, losses) of every step.
        checkpoint: the file of the interrupted run, if any; ``save`` removes it.
        tags: title, artist and the like of the content.
        cover: the picture in the content's file.
    """

    samples: Samples = field(repr=False)
    rate_hz: int
    losses: dict[str, float]
    record: dict[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list, repr=False)
    checkpoint: Path | None = field(default=None, repr=False)
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)
    cover: bytes | None = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        """Length."""
        return int(self.samples.shape[1]) / self.rate_hz

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the sounds when they were read, for people."""
        inputs = [entry for entry in (self.record.get("content"), *self.record["styles"]) if entry]
        return tuple(f"{entry['name']}: {note}" for entry in inputs for note in entry["notes"])

    def save(self, path: str | Path, *, bits: int = 16) -> Path:
        """Write the sound, and its record as JSON beside it.

        Args:
            path: .wav, .flac, .ogg, .mp3 or .m4a.
            bits: a sample: 16 or 24; .wav also 32, and 0 for 32-bit floats.
        Returns:
            The path of the sound.
        Raises:
            OutputError: the folder is missing or read-only, or the format is unknown or cannot hold the bits.
        """
        target = io.write_sound(path, self.samples, self.rate_hz, bits=bits, tags=self.tags, cover=self.cover)
        write_text(record_path(target), json.dumps({**self.record, "sound": target.name}, indent=1) + "\n")
        if self.checkpoint is not None:
            remove(self.checkpoint)
        return target


def describe(sound: Sound) -> dict[str, Any]:
    """What a record says of a sound."""
    return {
        "name": sound.name,
        "path": str(sound.path.resolve()) if sound.path else None,
        "sha256": sound.sha256,
        "seconds": round(sound.seconds, 3),
        "rate_hz": sound.rate_hz,
        "channels": len(sound.samples),
        "notes": list(sound.notes),
    }


def read_sound_record(path: str | Path) -> dict[str, Any]:
    """The record that ``SoundResult.save`` wrote.

    Args:
        path: the .json, or the sound beside it.
    Raises:
        SettingError: it is no such record.
        SoundError: a sound of the record was given in memory, so there is no file.
    """
    source = Path(path) if Path(path).suffix.lower() == ".json" else record_path(path)
    try:
        record = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        record = None
    fits = isinstance(record, dict) and record.get("impasto_format") == FORMAT
    if not fits or record.get("task") != "audio" or not isinstance(record.get("settings"), dict):
        raise SettingError(
            f"{source.name} does not tell how a sound was made",
            got=str(source),
            expected="the .json beside a sound made by impasto audio",
        )
    for entry in (record.get("content"), *record["styles"]):
        if entry is not None and not entry["path"]:
            raise SoundError(
                "the record's sounds were given in memory, not as files",
                got=entry["name"],
                attempt="impasto.stylize_audio with the same arrays and settings",
            )
    return dict(record)
