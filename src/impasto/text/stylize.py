"""``rewrite_text``: a text in the manner of an author, change by change."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack

from impasto.errors import OutputError
from impasto.images.atomic_write import check_path, write_text
from impasto.result import without_folders
from impasto.settings.text import TextOptions, TextSettings
from impasto.text import changes as change_list
from impasto.text import models as model_files
from impasto.text import rewrite
from impasto.text.changes import Change, Piece
from impasto.text.content import compare
from impasto.text.edits import edits_of
from impasto.text.language_model import Candidates, open_model
from impasto.text.meter import Meter, measure
from impasto.text.models import Models
from impasto.text.packs import find_styles
from impasto.text.read import Block, blocks, check_english, check_size, decode, read_file, unwrap, wrap
from impasto.text.rewrite import Chosen
from impasto.text.sites import Paragraph
from impasto.text.style import Style, count
from impasto.text.tally import Tally
from impasto.text.tokens import join

TextSource = str | os.PathLike[str] | bytes
"""A path object is a file; a str is the text itself; bytes are a file's."""

FORMAT = 1
"""Version of the record's keys."""

ENOUGH_WORDS = 20
"""Words of a text below which it is no surprise that nothing could be changed."""


@dataclass(frozen=True)
class TextStep:
    """What ``rewrite_text_steps`` yields after each paragraph.

    Attributes:
        number: of the paragraph, from 1.
        count: of all paragraphs.
        text: the paragraph, rewritten.
        changes: in it.
    """

    number: int
    count: int
    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TextResult:
    """A rewritten text.

    Attributes:
        text: the whole of it.
        pieces: old and new, for showing.
        before: the meter of the old text.
        after: the meter of the new one.
        record: settings, style, and what was changed, ready for JSON.
        notes: on the inputs, for people.
    """

    text: str
    pieces: tuple[Piece, ...] = field(repr=False)
    before: Meter
    after: Meter
    record: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, in the order of the text."""
        return tuple(piece.change for piece in self.pieces if piece.change is not None)

    def diff_html(self) -> str:
        """A page that shows every change with its gain."""
        meters = self.before.to_dict(), self.after.to_dict()
        return change_list.as_html(self.pieces, meters, title=f"In the manner of {self.record['style']}")

    def save(self, path: str | Path) -> Path:
        """Write the text, and its record as JSON beside it.

        Raises:
            OutputError: the folder is missing or read-only, or the name is the record's.
        """
        target = Path(path)
        if target.suffix == ".json":
            raise OutputError(
                "text and record have the same name",
                got=str(target),
                expected="an ending other than .json",
                attempt=str(target.with_suffix(".txt")),
            )
        check_path(target, ())
        write_text(target, self.text)
        write_text(target.with_suffix(".json"), json.dumps(self.record, indent=1) + "\n")
        return target


def rewrite_text(
    content: TextSource, style: str | Path | Sequence[str | Path], **options: Unpack[TextOptions]
) -> TextResult:
    """Rewrite a text in the manner of an author.

    Args:
        content: a path object, the bytes of a file, or, as a str, the text itself.
        style: "poe", "austen", "carroll", "twain" or a text file; several are blended.
        **options: fields of ``TextSettings``.
    Returns:
        The text with every change, and the meter before and after.
    Raises:
        TextError: a text cannot be read, or is not English.
        SettingError: a setting is out of range, or there is no such style.
    """
    steps = rewrite_text_steps(content, style, **options)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: TextResult = end.value
            return result


def rewrite_text_steps(
    content: TextSource, style: str | Path | Sequence[str | Path], **options: Unpack[TextOptions]
) -> Generator[TextStep, None, TextResult]:
    """Rewrite a text in the manner of an author.

    Args:
        content: as for ``rewrite_text``.
        style: as for ``rewrite_text``.
        **options: as for ``rewrite_text``.
    Yields:
        A step for each paragraph.
    Returns:
        As ``rewrite_text``, as the value of the generator.
    Raises:
        ImpastoError: as ``rewrite_text``.
    """
    settings = TextSettings.of(options)
    models = model_files.load()
    text, name, notes = _read(content, settings)
    names = [style] if isinstance(style, (str, Path)) else list(style)
    wanted, style_notes = find_styles(
        names, settings.style_weights, models.background, max_megabytes=settings.max_megabytes
    )
    candidates = open_model(settings)
    result = yield from _steps(text, wanted, settings, models, candidates)
    record = {
        "impasto_text_format": FORMAT,
        "content": name,
        "style": wanted.name,
        "settings": without_folders(settings.to_dict()),
        "meter": {"before": result.before.to_dict(), "after": result.after.to_dict()},
        "changes": [change.to_dict() for change in result.changes],
    }
    notes = (*notes, *style_notes, *result.notes, *_nothing_changed(result, name, settings))
    return TextResult(result.text, result.pieces, result.before, result.after, record, notes)


def _nothing_changed(result: TextResult, name: str, settings: TextSettings) -> tuple[str, ...]:
    """A note on a text that stayed as it was; none if it changed, or if nothing was to change."""
    if result.changes or settings.strength == 0:
        return ()
    size = len(result.text.split())
    if size < ENOUGH_WORDS:
        return (f"{name}: nothing was changed: too few words ({size}); give at least a few sentences",)
    return (f"{name}: nothing was changed: no sentence of prose in it has a choice to make",)


def _read(content: TextSource, settings: TextSettings) -> tuple[str, str, tuple[str, ...]]:
    name = "text"
    if isinstance(content, (bytes, str)):
        size = len(content if isinstance(content, bytes) else content.encode(errors="replace"))
        check_size(size, name=name, max_megabytes=settings.max_megabytes)
        text, notes = (content, ()) if isinstance(content, str) else decode(content, name=name)
    else:
        name = Path(content).name
        text, notes = read_file(Path(content), max_megabytes=settings.max_megabytes)
    check_english(text, name=name)
    return text, name, notes


@dataclass
class _Part:
    """A block with its paragraph, if it is prose."""

    block: Block
    paragraph: Paragraph | None
    width: int
    lead: str
    tail: str


def _steps(
    text: str, style: Style, settings: TextSettings, models: Models, candidates: Candidates | None
) -> Generator[TextStep, None, TextResult]:
    parts = [_part(block, settings) for block in blocks(text)]
    paragraphs = [part.paragraph for part in parts if part.paragraph is not None]
    counts = count(paragraphs, models.background.function_words)
    tally = Tally(counts, style, models.background)
    chance = random.Random(settings.seed)
    dash = "—" if text.count("—") > text.count("--") else "--"
    written, pieces, number, notes = [], [], 0, []
    rewritten: list[Paragraph] = []
    for part in parts:
        if part.paragraph is None:
            written.append(part.block.text)
            pieces.append(Piece(part.block.text))
            continue
        number += 1
        chosen = _choose(part.paragraph, style, settings, models, tally, chance, dash)
        new, own = rewrite.apply(part.paragraph, chosen), _pieces(part.paragraph, chosen, style)
        if candidates is not None:
            taken, note = candidates.best(part.paragraph, new, style)
            if note:
                notes.append(note)
            if taken is not None:
                old = join(list(part.paragraph.tokens))
                change = Change(0, old, taken, "paragraph", "language model", 0.0, "chosen by the meter")
                new, own = taken, [Piece("", change)]
        rewritten.append(Paragraph.of(new, with_quotations=settings.rewrite_quotations))
        is_changed = any(piece.change for piece in own)
        shown = part.lead + (wrap(new, part.width) if is_changed else part.block.text.strip("\n")) + part.tail
        written.append(shown if is_changed else part.block.text)
        pieces += [Piece(part.lead), *own, Piece(part.tail)]
        found = tuple(piece.change for piece in own if piece.change is not None)
        yield TextStep(number, len(paragraphs), new, found)
    return TextResult(
        "".join(written), tuple(pieces), measure(paragraphs, style, models.background),
        measure(rewritten, style, models.background), {}, tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _part(block: Block, settings: TextSettings) -> _Part:
    if not block.is_prose:
        return _Part(block, None, 0, "", "")
    flat, width = unwrap(block.text)
    lead = re.match(r"\n*", block.text).group()  # type: ignore[union-attr]  # it matches nothing too
    tail = block.text[len(block.text.rstrip("\n")) :]
    return _Part(block, Paragraph.of(flat, with_quotations=settings.rewrite_quotations), width, lead, tail)


def _choose(
    paragraph: Paragraph, style: Style, settings: TextSettings, models: Models, tally: Tally,
    chance: random.Random, dash: str,
) -> tuple[Chosen, ...]:  # fmt: skip
    """The changes of a paragraph; none if something that must stay would change."""
    if settings.strength == 0:
        return ()
    edits = edits_of(paragraph, style, models.fluency, dash=dash)
    chosen = rewrite.search(paragraph, edits, tally, strength=settings.strength, chance=chance)
    if chosen:
        after = Paragraph.of(rewrite.apply(paragraph, chosen), with_quotations=settings.rewrite_quotations)
        if not compare(paragraph, after, with_quotations=not settings.rewrite_quotations).is_kept:
            chosen = tuple(change for change in chosen if _is_kept(paragraph, change, settings))
    for change in chosen:
        tally.add(change.edit.changes)
    return chosen


def _is_kept(paragraph: Paragraph, change: Chosen, settings: TextSettings) -> bool:
    """Whether one change alone keeps what must stay."""
    after = Paragraph.of(rewrite.apply(paragraph, [change]), with_quotations=settings.rewrite_quotations)
    return compare(paragraph, after, with_quotations=not settings.rewrite_quotations).is_kept


def _pieces(paragraph: Paragraph, chosen: Sequence[Chosen], style: Style) -> list[Piece]:
    pieces, at, start = [], 0, 0
    for change in chosen:
        edit = change.edit
        kept = join(list(paragraph.tokens[at : edit.start]))
        start += len(kept)
        shared = " " if edit.old[:1] == " " == edit.text[:1] else ""
        pieces.append(Piece(kept + shared))
        why = (
            f"{style.name} takes {edit.after.lstrip('~')!r} in {style.share(edit.choice, edit.after):.0%}, "
            f"{edit.before.lstrip('~')!r} in {style.share(edit.choice, edit.before):.0%}"
        )
        old, new = edit.old[len(shared) :], edit.text[len(shared) :]
        pieces.append(
            Piece("", Change(start + len(shared), old, new, edit.choice, edit.family, change.gain, why))
        )
        start += len(edit.old)
        at = edit.end
    return [*pieces, Piece(join(list(paragraph.tokens[at:])))]
