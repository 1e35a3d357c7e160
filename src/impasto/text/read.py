"""A text file as prose and what must stay: markup, code, headings, verse; with clear errors for bad input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import TextError, nearest

_KEPT = re.compile(
    r"""
      ^---\n.*?\n---\n                                      # front matter
    | ^(?P<fence>```|~~~).*?^(?P=fence)[^\n]*$              # code
    | <(?P<name>script|style|pre|code|head|svg|math|title|h[1-6])\b.*?</(?P=name)\s*>
    | <!--.*?-->
    | <[!?][^>]*>
    | </?(?:p|div|section|article|ul|ol|li|dl|dt|dd|table|tr|td|th|thead|tbody|blockquote|br|hr|body|html
          |header|footer|main|nav|aside|figure|figcaption|img|link|meta)\b[^>]*>
    | ^[ ]{0,3}\#{1,6}[ ][^\n]*$                            # heading
    | ^[^\n]+\n(?:=+|-{3,})[ ]*$                            # underlined heading
    | ^[ ]{0,3}\|[^\n]*$                                    # table
    | ^[ ]{0,8}(?:[-*+]|\d+[.)])[ ]                         # mark of a list
    | ^[ ]{0,3}>[ ]?                                        # mark of a quotation
    | ^[ ]*[*_=-]{3,}[ ]*$                                  # rule
    | \n[ \t]*\n+                                           # between paragraphs
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_COMMON = frozenset(
    "the of and to a in that is was he for it with as his "
    "on be at by i this had not are but from or have an they "
    "which one you were her all she there would their we him "
    "been has when who will no more if out so said what".split()
)
"""The most frequent words of English."""


@dataclass(frozen=True)
class Block:
    """A piece of a text.

    Attributes:
        text: as in the file.
        is_prose: it may be rewritten.
    """

    text: str
    is_prose: bool


def read_file(path: Path, *, max_megabytes: float) -> tuple[str, tuple[str, ...]]:
    """A file's text, and notes on how it was read.

    Raises:
        TextError: it is missing, a folder, too large, binary, or may not be read.
    """
    try:
        if path.is_dir():
            raise TextError(
                "text is a folder", got=str(path), expected="one file", attempt="a file inside it"
            )
        if not path.exists():
            folder = path.parent if path.parent.is_dir() else Path()
            names = [file.name for file in folder.iterdir()]
            raise TextError("text is missing", got=str(path), attempt=nearest(path.name, names))
        check_size(path.stat().st_size, name=str(path), max_megabytes=max_megabytes)
        return decode(path.read_bytes(), name=str(path))
    except OSError as error:
        raise TextError("text cannot be read", got=f"{path}: {error.strerror or error}") from error


def check_size(size: int, *, name: str, max_megabytes: float) -> None:
    """Look whether a text is small enough.

    Args:
        size: in bytes.
        name: for the error.
        max_megabytes: largest size.
    Raises:
        TextError: it is too large.
    """
    if size > max_megabytes * 1e6:
        raise TextError(
            "text is too large",
            got=f"{name}: {size / 1e6:.1f} MB",
            expected=f"at most {max_megabytes:g} MB",
            attempt="a chapter of it, or a higher --max-megabytes",
        )


def decode(data: bytes, *, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of bytes: UTF-8, UTF-16 with its mark, and else Windows-1252, line by line.

    Args:
        data: of the file.
        name: for errors and notes.
    Raises:
        TextError: these are no bytes of a text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return _newlines(data.decode("utf-16")), ()
        except UnicodeDecodeError as error:
            raise TextError("text is damaged", got=f"{name}: {error.reason}", expected="UTF-16") from error
    control = sum(byte < 9 or 13 < byte < 32 for byte in data[:65536])
    if b"\0" in data or control > len(data[:65536]) / 100:
        raise TextError(
            "this is no text",
            got=f"{name}: bytes that no text has",
            expected="a plain text, Markdown or HTML file",
        )
    try:
        return _newlines(data.decode("utf-8-sig")), ()
    except UnicodeDecodeError:
        lines = [_line(line) for line in data.split(b"\n")]
        return _newlines("\n".join(lines)), (
            f"{name}: not all of it is UTF-8; the rest was read as Windows-1252",
        )


def _newlines(text: str) -> str:
    """A text whose lines all end as on Unix."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(line: bytes) -> str:
    """A line of UTF-8; bytes that are none are read as Windows-1252."""
    text, rest = "", line
    while rest:
        try:
            return text + rest.decode("utf-8")
        except UnicodeDecodeError as error:
            text += rest[: error.start].decode("utf-8")
            text += rest[error.start : error.end].decode("cp1252", errors="replace")
            rest = rest[error.end :]
    return text


def blocks(text: str) -> Iterator[Block]:
    """The text in pieces, in order; joined they are the text."""
    end = 0
    for match in _KEPT.finditer(text):
        yield from _prose(text[end : match.start()])
        if match.group():
            yield Block(match.group(), is_prose=False)
        end = match.end()
    yield from _prose(text[end:])


def _prose(text: str) -> Iterator[Block]:
    """A piece between marks: prose, unless it is verse, a heading, or has hardly any words."""
    if not text:
        return
    lines = [line for line in text.splitlines() if line.strip()]
    is_indented = bool(lines) and all(line.startswith(("  ", "\t")) for line in lines)
    words = re.findall(r"[A-Za-z]{2,}", text)
    is_verse = len(lines) >= 3 and _is_verse(lines)
    is_capital = text.upper() == text
    is_prose = len(words) >= 3 and not is_indented and not is_verse and not is_capital
    yield Block(text, is_prose)


def _is_verse(lines: list[str]) -> bool:
    """Whether lines are short and each begins with a capital letter."""
    starts = sum(line.lstrip(" \"'“‘").startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for line in lines)
    return starts == len(lines) and max(map(len, lines)) < 60


def check_english(text: str, *, name: str) -> None:
    """Look whether a text has words, and whether they are English ones.

    Raises:
        TextError: it is empty, or in another language.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        raise TextError("text is empty", got=f"{name}: no words", expected="English prose")
    share = sum(word in _COMMON for word in words) / len(words)
    if len(words) >= 20 and share < 0.2:
        raise TextError(
            "text does not seem to be English",
            got=f"{name}: {share:.0%} of its words are among the most frequent English ones",
            expected="about half",
            attempt="an English text; other languages are not supported",
        )


def unwrap(text: str) -> tuple[str, int]:
    """A paragraph on one line, and the width it was wrapped at; 0: it was on one line."""
    lines = text.strip("\n").split("\n")
    flat = re.sub(r"[ \t]*\n[ \t]*", " ", text.strip("\n"))
    return flat, max(len(line) for line in lines) if len(lines) > 1 else 0


def wrap(text: str, width: int) -> str:
    """A paragraph in lines of at most that many characters; 0: on one line."""
    if width == 0:
        return text
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line or lines else word
    return "\n".join([*lines, line])
