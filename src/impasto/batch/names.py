"""Names of many results in one folder: each has its own, and none replaces a picture that is read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePath

from impasto.errors import OutputError

LONGEST_BYTES = 180
"""Longest stem, in bytes of UTF-8: file systems take 255, and temporary names and records add to it."""


class Names:
    """Gives every result of a set a name of its own; the same pictures in the same order get the same names.

    Names that differ in capitals or in the ending only count as the same: some file systems take capitals so,
    and the records of both would have the same name.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next = Counter[str]()

    def reserve(self, name: str) -> bool:
        """Take a name; returns whether it was free.

        Args:
            name: of a result, maybe with sub-folders.
        """
        key = _key(name)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def of(self, stem: str, suffix: str) -> str:
        """A free name: the stem and the ending; from the second on with a number: photo-2.png.

        Args:
            stem: name without ending; a long one is cut.
            suffix: the ending, with its dot.
        """
        stem = _cut(stem)
        name, key = f"{stem}{suffix}", _key(f"{stem}{suffix}")
        while not self.reserve(name):
            self._next[key] += 1
            name = f"{stem}-{self._next[key] + 1}{suffix}"
        return name


def check_replaces_nothing(folder: Path, outputs: Iterable[str], read: Iterable[str | Path]) -> None:
    """Check that no result would take the place of a picture that is read.

    Args:
        folder: of the results.
        outputs: names in it.
        read: every file that is read.
    Raises:
        OutputError: one would.
    """
    written = {(_resolved(str((folder / name).parent)), Path(name).name) for name in outputs}
    for file in read:
        path = Path(file)
        if (_resolved(str(path.parent)), path.name) in written:
            raise OutputError(
                "a result would replace its photo", got=str(path), attempt="another folder for -o"
            )


def _key(name: str) -> str:
    """What two names have in common that cannot stand beside each other."""
    return unicodedata.normalize("NFC", str(PurePath(name).with_suffix(""))).casefold()


def _cut(stem: str) -> str:
    return stem.encode()[:LONGEST_BYTES].decode(errors="ignore") or "picture"


@lru_cache(maxsize=1024)
def _resolved(folder: str) -> str:
    return str(Path(folder).resolve())
