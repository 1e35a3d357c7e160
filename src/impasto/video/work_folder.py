"""The folder of a video in progress: finished parts, frames of the next part, what the engine keeps."""

from __future__ import annotations

import io as memory
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor

from impasto.errors import CheckpointError, OutputError
from impasto.images.atomic_write import make_folder
from impasto.synthesis.run import expect_same
from impasto.video.engine import Past
from impasto.video.writing import PART_SUFFIX, Bytes, Encoding, write_part

PART_FRAMES = 48
"""Frames of a part: about two seconds, as often as a video needs a frame that stands alone."""

IDENTITY = "run.json"
"""File that says what the folder is of."""


@dataclass(frozen=True)
class Restored:
    """Where a run goes on.

    Attributes:
        done: number of frames that are painted.
        past: what the engine kept, the newest first.
        means: statistics averaged over frames.
        anchors: numbers of frames that the engine needs however far back they are.
        scene_start: number of the first frame of the scene.
    """

    done: int = 0
    past: tuple[Past, ...] = ()
    means: dict[str, Tensor] = field(default_factory=dict)
    anchors: tuple[int, ...] = ()
    scene_start: int = 0


@dataclass
class WorkFolder:
    """Keeps every finished frame until the video is written; a killed run goes on from the last one.

    Frames are kept without loss until there are ``PART_FRAMES`` of them, which are then encoded as a part.
    The disk so holds the encoded video and one part's frames, however long the video is.

    Attributes:
        path: of the folder.
        time_base: seconds of one unit of time stamps.
        rate: frames a second.
        encoding: how parts are compressed.
    """

    path: Path
    time_base: Fraction
    rate: Fraction
    encoding: Encoding

    def begin(self, identity: Mapping[str, Any], *, resume: bool) -> Restored:
        """Make the folder, or find out what it holds already.

        Args:
            identity: what decides the frames.
            resume: go on from what is there.
        Returns:
            Where to go on.
        Raises:
            CheckpointError: the folder is of another run, or holds something else.
            OutputError: it cannot be made.
        """
        if self.path.exists():
            file = self.path / IDENTITY
            if not file.is_file() and (not self.path.is_dir() or any(self.path.iterdir())):
                raise CheckpointError(
                    "the folder for the frames holds something else",
                    got=str(self.path),
                    attempt="another name for the result, or remove that folder",
                )
            if resume and file.is_file():
                expect_same(json.loads(file.read_text(encoding="utf-8")), _as_json(identity), self.path)
                return self._restored()
            shutil.rmtree(self.path)
        make_folder(self.path)
        text = json.dumps(_as_json(identity), indent=1)
        save(self.path / IDENTITY, lambda file: file.write(text.encode()))
        return Restored()

    def keep(
        self,
        number: int,
        pixels: Bytes,
        past: Sequence[Past],
        *,
        means: Mapping[str, Tensor],
        anchors: Sequence[int] = (),
        scene_start: int,
    ) -> None:
        """Keep a finished frame, and what the engine needs to go on after it.

        Args:
            number: of the frame in the result.
            pixels: as it is shown.
            past: what the engine needs, the newest first; files of other frames are removed.
            means: statistics averaged over frames.
            anchors: numbers of frames that the engine needs however far back they are.
            scene_start: number of the first frame of its scene.
        Raises:
            OutputError: the disk is full; the text says at which frame.
        """
        state: dict[str, Any] = {"past": np.array([one.number for one in past])}
        state |= {"scene_start": np.array(scene_start), "anchors": np.array(anchors, np.int64)}
        state |= {f"mean {name}": tensor.cpu().numpy() for name, tensor in means.items()}
        try:
            for one in past:
                if not self._past(one.number).exists():
                    save(self._past(one.number), partial(np.savez, **_arrays(one)))
            save(self._frame(number), lambda file: np.save(file, pixels))
            save(self._state(number), lambda file: np.savez(file, **state))
        except OSError as error:
            raise not_kept(number, self.path, error) from error
        self._state(number - 1).unlink(missing_ok=True)
        needed = {self._past(one.number) for one in past}
        for file in self.path.glob("past-*.npz"):
            if file not in needed:
                file.unlink()

    def close_part(self, first: int, stamps: Sequence[int]) -> None:
        """Encode the kept frames from a number on, and forget them; a part that is there already stays.

        Args:
            first: number of the first frame.
            stamps: time stamps of the frames.
        Raises:
            OutputError: it cannot be encoded or written.
        """
        target = self.path / f"part-{first // PART_FRAMES:06}{PART_SUFFIX}"
        if not stamps or target.exists():
            return
        frames = [(np.load(self._frame(first + k)), pts) for k, pts in enumerate(stamps)]
        temporary = target.with_suffix(".temporary")
        write_part(temporary, frames, time_base=self.time_base, rate=self.rate, encoding=self.encoding)
        temporary.replace(target)
        for k in range(len(stamps)):
            self._frame(first + k).unlink(missing_ok=True)

    @property
    def parts(self) -> list[Path]:
        """The finished parts, in order."""
        return sorted(self.path.glob(f"part-*{PART_SUFFIX}"))

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _restored(self) -> Restored:
        """What the folder holds: whole frames only."""
        last = max((int(file.stem.partition("-")[2]) for file in self.path.glob("state-*.npz")), default=-1)
        if last < 0:
            return Restored()
        with np.load(self._state(last)) as state:
            numbers = [int(number) for number in state["past"]]
            means = {
                name.removeprefix("mean "): torch.from_numpy(state[name])
                for name in state.files
                if name.startswith("mean ")
            }
            scene_start, anchors = (
                int(state["scene_start"]),
                tuple(int(number) for number in state["anchors"]),
            )
        past = tuple(self._load(number) for number in numbers)
        return Restored(last + 1, past, means, anchors, scene_start)

    def _load(self, number: int) -> Past:
        with np.load(self._past(number)) as arrays:
            shown = torch.from_numpy(arrays["shown"])
            canvas = torch.from_numpy(arrays["canvas"]) if "canvas" in arrays.files else shown
            return Past(int(arrays["number"]), torch.from_numpy(arrays["frame"]), canvas, shown)

    def _frame(self, number: int) -> Path:
        return self.path / f"frame-{number:08}.npy"

    def _state(self, number: int) -> Path:
        return self.path / f"state-{number:08}.npz"

    def _past(self, number: int) -> Path:
        return self.path / f"past-{number:08}.npz"


def save(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under another name, then rename it: it is there as a whole or not at all.

    Args:
        path: of the file.
        write: is called with an open file.
    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    buffer = memory.BytesIO()  # NumPy seeks, which is slow in a file
    write(buffer)
    temporary = path.with_name(path.name + ".temporary")
    with temporary.open("wb") as file:
        file.write(buffer.getbuffer())
    temporary.replace(path)


def not_kept(number: int, folder: Path, error: OSError) -> OutputError:
    """The error of a frame that could not be kept; the number counts from 0."""
    return OutputError(
        f"frame {number + 1} could not be kept",
        got=f"{folder}: {error.strerror or error}",
        attempt="make room on the disk, then the same command with --resume",
    )


def _arrays(past: Past) -> dict[str, Any]:
    """What is written of a frame."""
    kept = {"frame": past.frame, "canvas": past.canvas, "shown": past.shown}
    if past.canvas is past.shown:
        del kept["canvas"]
    return {name: tensor.numpy() for name, tensor in kept.items()} | {"number": np.array(past.number)}


def _as_json(identity: Mapping[str, Any]) -> dict[str, Any]:
    """The identity as it is after a trip through a file."""
    loaded: dict[str, Any] = json.loads(json.dumps(identity))
    return loaded
