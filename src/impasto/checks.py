"""The only place that looks at the shapes of what functions are given."""

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

    A number must be that size; a letter may be any size of 1 or more, the same wherever the letter stands.

    Args:
        x: tensor or array.
        pattern: one word for each dimension.
        name: what the error calls it.

    Raises:
        ShapeError: the number of dimensions, or a size, differs.
    """
    words = pattern.split()
    sizes = tuple(x.shape)
    seen: dict[str, int] = {}
    fits = len(words) == len(sizes) and all(
        size == int(word) if word.isdigit() else size >= 1 and seen.setdefault(word, size) == size
        for word, size in zip(words, sizes, strict=True)
    )
    if not fits:
        raise ShapeError(f"{name} has the wrong shape", got=str(sizes), expected=f"({', '.join(words)})")
