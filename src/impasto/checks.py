"""Check the shape of a tensor or array against a pattern."""

from __future__ import annotations

from typing import Protocol

from impasto.errors import ShapeError


class HasShape(Protocol):
    """A tensor or array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of its dimensions."""
        ...


def expect(x: HasShape, pattern: str, *, name: str = "input") -> None:
    """Compare a shape with a pattern such as ``"n 3 h w"``.

    A number stands for exactly that size; a letter for any size from 1, the same at each of its places.

    Args:
        x: tensor or array.
        pattern: one word for each dimension, separated by spaces.
        name: what the error calls it.
    Raises:
        ShapeError: the number of dimensions, or a size, differs.
    """
    words = pattern.split()
    sizes = tuple(x.shape)
    known: dict[str, int] = {}
    fits = len(words) == len(sizes) and all(
        size == int(word) if word.isdigit() else size >= 1 and known.setdefault(word, size) == size
        for word, size in zip(words, sizes, strict=True)
    )
    if not fits:
        raise ShapeError(f"{name} has the wrong shape", got=str(sizes), expected=f"({', '.join(words)})")
