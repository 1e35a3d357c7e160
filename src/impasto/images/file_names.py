"""Names of files that a file system can hold, and names that are still free."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import Path

LONGEST_BYTES = 255
"""Length of a file's name in most file systems."""

DIGITS = 8
"""Hexadecimal digits that a shortened name ends with, so that names with the same beginning differ."""

JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""Characters that belong to the one before, besides combining marks: joiners and variation selectors."""


def longest_bytes(folder: Path) -> int:
    """The longest name of a file in a folder, or in the nearest one above it that exists, in bytes."""
    for place in (folder, *folder.absolute().parents):
        try:
            return min(LONGEST_BYTES, os.pathconf(place, "PC_NAME_MAX"))
        except (OSError, ValueError):  # it does not exist, or its file system does not say
            continue
        except AttributeError:  # Windows
            break
    return LONGEST_BYTES


def length_bytes(name: str) -> int:
    """Length of a name as the file system counts it."""
    return len(os.fsencode(name))


def fitting(path: Path, ending: str = "", *, spare_bytes: int = 0) -> Path:
    """The path with an ending, or with a shorter stem if the file system cannot hold so long a name.

    A shortened name is cut between characters and ends with a hash of the whole, so that the same name is
    always shortened alike, and two names differently.

    Args:
        path: the stem is what comes before its last suffix, if it ends with ``ending`` or ``ending`` is
            empty; else its whole name.
        ending: of the result, such as ".json"; empty for the path's own suffix.
        spare_bytes: room that is left for what will be added.
    """
    ending = ending or path.suffix
    stem = path.name.removesuffix(ending)
    room = longest_bytes(path.parent) - spare_bytes - length_bytes(ending)
    if length_bytes(stem) > room:
        digest = hashlib.sha256(os.fsencode(stem + ending)).hexdigest()[:DIGITS]
        stem = f"{_cut(stem, room - DIGITS - 1)}-{digest}"
    return path.with_name(stem + ending)


def beside(path: Path, ending: str) -> Path:
    """The path with another ending: out.png -> out.json; shortened as by ``fitting``."""
    return fitting(path.with_name(path.stem + ending), ending)


def numbered(path: Path) -> Iterator[Path]:
    """out.png, out-2.png, out-3.png, ..., shortened as by ``fitting``."""
    yield path
    for number in count(2):
        yield fitting(path.with_name(f"{path.stem}-{number}{path.suffix}"))


def free(path: Path) -> Path:
    """The path, or the first of ``numbered`` that nothing has."""
    return next(one for one in numbered(path) if not os.path.lexists(one))


def _cut(text: str, room: int) -> str:
    """The beginning of a text, so many bytes at most; no character loses its marks."""
    end, used = 0, 0
    while end < len(text) and used + length_bytes(text[end]) <= room:
        used += length_bytes(text[end])
        end += 1
    while 0 < end < len(text) and _belongs_to_last(text[end]):
        end -= 1
    return text[:end].rstrip(" .-_")


def _belongs_to_last(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character).startswith("M")
