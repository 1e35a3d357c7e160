"""A finished sound with the record of how it was made."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from impasto.audio import io
from impasto.audio.sound import Samples, Sound
from impasto.errors import PictureError, SettingError, SoundError
from impasto.images.atomic_write import remove, write_text
from impasto.result import FORMAT, record_path, without_folders
from impasto.settings.audio import AudioSettings
from impasto.synthesis.find_inputs import InputFinder
from impasto.weights.records import file_sha256

AUDIBLE_DB = 0.5
"""A smaller difference of loudness is not told: half the 1 dB that people are commonly said to hear."""


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
        """What was done to the sounds, and in what the result differs from what was wanted, for people."""
        return (*input_notes(self.record, self.rate_hz), *self.loudness_notes)

    @property
    def loudness_notes(self) -> tuple[str, ...]:
        """Whether the result is quieter than wanted: none, or one sentence, for people."""
        quieter_db = self.record.get("quieter_db", 0.0)
        if quieter_db < AUDIBLE_DB:
            return ()
        of = "usual for a texture" if self.record["content"] is None else "the content"
        return (f"the result is {quieter_db:.1f} dB quieter than {of}, so that no peak exceeds -1 dB",)

    def save(self, path: str | Path, *, bits: int = 16) -> Path:
        """Write the sound, and its record as JSON beside it, which names files and hashes, but no folders.

        Args:
            path: .wav, .flac, .ogg, .mp3 or .m4a.
            bits: a sample: 16 or 24; .wav also 32, and 0 for 32-bit floats.
        Returns:
            The path of the sound.
        Raises:
            OutputError: the folder is missing or read-only, or the format is unknown or cannot hold the bits.
        """
        target = io.write_sound(path, self.samples, self.rate_hz, bits=bits, tags=self.tags, cover=self.cover)
        record = {**without_folders(self.record), "sound": target.name}
        write_text(record_path(target), json.dumps(record, indent=1) + "\n")
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


def input_notes(record: Mapping[str, Any], rate_hz: int) -> tuple[str, ...]:
    """What was done to the sounds when they were read, for people.

    Args:
        record: its "content" and "styles", as ``describe`` makes them.
        rate_hz: of the result.
    """
    content = record["content"]
    inputs = [entry for entry in (content, *record["styles"]) if entry is not None]
    notes = [f"{entry['name']}: {note}" for entry in inputs for note in entry["notes"]]
    if content is not None and content["rate_hz"] != rate_hz:
        notes.append(f"the result has {rate_hz} Hz, the content {content['rate_hz']} Hz")
    return tuple(notes)


def read_sound_record(path: str | Path, *, look_in: str | Path | None = None) -> dict[str, Any]:
    """The record that ``SoundResult.save`` wrote, with absolute paths of its sounds.

    Args:
        path: the .json, or the sound beside it.
        look_in: a folder in which the record's sounds may be, besides the record's and the working folder.
    Raises:
        SettingError: it is no such record.
        SoundError: a sound of the record was given in memory, so there is no file; or its file is not found.
    """
    source = Path(path) if Path(path).suffix.lower() == ".json" else record_path(path)
    try:
        record = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        record = None
    if not _is_sound_record(record):
        raise SettingError(
            f"{source.name} does not tell how a sound was made",
            got=str(source),
            expected="the .json beside a sound made by impasto audio",
        )
    for entry in (record["content"], *record["styles"]):
        if entry is not None and not entry["path"]:
            raise SoundError(
                "the record's sounds were given in memory, not as files",
                got=entry["name"],
                attempt="impasto.stylize_audio with the same arrays and settings",
            )
    finder = InputFinder(source, look_in)
    try:
        styles = [finder.resolved(style) for style in record["styles"]]
        content = None if record["content"] is None else finder.resolved(record["content"])
        files = {
            name: str(finder.file(file["path"], file["sha256"]))
            for name, file in record.get("files", {}).items()
        }
    except PictureError as error:
        raise SoundError(
            error.problem, got=error.got, expected=error.expected, attempt=error.attempt
        ) from error
    settings = {**record["settings"], **files}
    return {**record, "content": content, "styles": styles, "settings": settings}


def _is_sound_record(record: Any) -> bool:
    """Whether parsed JSON has what ``from_sound_record`` needs."""
    if (
        not isinstance(record, dict)
        or record.get("impasto_format") != FORMAT
        or record.get("task") != "audio"
    ):
        return False
    styles, content = record.get("styles"), record.get("content")
    if not isinstance(record.get("settings"), dict) or not isinstance(styles, list) or not styles:
        return False
    sounds = [*styles, *([] if content is None else [content])]
    keys = {"name", "path", "sha256", "notes", "rate_hz"}
    return "content" in record and all(isinstance(sound, dict) and keys <= sound.keys() for sound in sounds)


def from_sound_record(
    path: str | os.PathLike[str], *, look_in: str | Path | None = None
) -> tuple[dict[str, Any], AudioSettings]:
    """What a record says was run: inputs as paths, and settings; ``stylize_audio`` runs it again.

    Args:
        path: the .json, or the sound beside it.
        look_in: as ``read_sound_record``.
    Raises:
        SettingError: it is no record of a sound.
        SoundError: a sound of the record was given in memory, or is not found.
    """
    record = read_sound_record(Path(path), look_in=look_in)
    styles: list[Mapping[str, Any]] = record["styles"]
    inputs: dict[str, Any] = {"style": [Path(entry["path"]) for entry in styles]}
    if record["content"] is not None:
        inputs["content"] = Path(record["content"]["path"])
    return inputs, AudioSettings.of_record(record["settings"])


def changed_inputs(record: Mapping[str, Any]) -> list[str]:
    """Names of what a record (as ``read_sound_record`` returns it) was made of, if the files have changed."""
    entries = [entry for entry in (record["content"], *record["styles"]) if entry and entry["path"]]
    files: Mapping[str, Any] = record.get("files", {})
    entries += [{**file, "path": record["settings"][name]} for name, file in files.items()]
    return [
        entry["name"]
        for entry in entries
        if Path(entry["path"]).is_file() and file_sha256(Path(entry["path"])) != entry["sha256"]
    ]
