"""Count the four authors -> src/impasto/text/{background,fluency}.npz and packs/*.npz (see README.md)."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from impasto.text import characters, fluency
from impasto.text.background import Background
from impasto.text.rhythm import INTERVALS, ORIGINS, intervals, origins
from impasto.text.sites import Paragraph
from impasto.text.style import MARKS, mark_name, narrated_words, narration_of, style_of

TEXT = Path(__file__).parents[2] / "src" / "impasto" / "text"
BOOKS = {
    "austen": ("austen-pride-and-prejudice.txt",),
    "carroll": ("carroll-alice.txt",),
    "poe": ("poe-tales-2.txt",),
    "twain": ("twain-huckleberry-finn.txt",),
}
CLOSED = frozenset("CC DT EX IN MD PDT RB RBR RBS RP TO WDT WP WP$ WRB POS".split())
AUXILIARIES = frozenset("be am is are was were been being have has had having do does did done".split())
PERSONAL = frozenset(
    "i me my myself mine he him his himself she her hers "
    "herself it its itself we us our ours ourselves you your "
    "yours yourself they them their theirs themselves mr mrs miss sir said says".split()
)
"""Words that depend on who is told of, not on who tells; left out of the function words."""


def is_function_word(word: str, tag: str) -> bool:
    """Whether a word says how something is told, not what: closed classes, auxiliaries and adverbs."""
    if word in PERSONAL or tag.startswith(("NNP", "PRP")):
        return False
    return tag in CLOSED or word in AUXILIARIES


def paragraphs_of(text: str) -> list[str]:
    """Paragraphs of prose: no headings, no verse, no contents."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip("\n").splitlines()
        if not lines or any(line.startswith("  ") for line in lines):
            continue
        flat = re.sub(r"\s+", " ", block).strip()
        if len(flat.split()) >= 8 and flat[-1] in ".!?\"”’')-:;,":
            found.append(flat.replace("_", ""))
    return found


def main(folder: Path, out: Path, held: int | None = None) -> None:
    """Count everything.

    Args:
        folder: of the books.
        out: of the files to write.
        held: leave out every fifth block of 40 paragraphs, those whose number is this one (for benchmarks).
    """
    read: dict[str, list[Paragraph]] = {}
    for author, names in BOOKS.items():
        found = [
            part for name in names for part in paragraphs_of((folder / name).read_text(encoding="utf-8"))
        ]
        read[author] = [
            Paragraph.of(part) for i, part in enumerate(found) if held is None or i // 40 % 5 != held
        ]
    write(read, out)


def write(read: dict[str, list[Paragraph]], out: Path) -> None:
    """Count the paragraphs of each author and write all files."""
    out.mkdir(parents=True, exist_ok=True)
    model = fluency.Fluency.of([p.low for parts in read.values() for p in parts])
    one, two, three = model.tables
    np.savez_compressed(out / "fluency.npz", one=one, two=two, three=three, total=model.total)
    frequency: Counter[str] = Counter()
    for parts in read.values():
        own: Counter[str] = Counter()
        total = 0
        for paragraph in parts:
            for index, token in enumerate(paragraph.tokens):
                if token.kind == "word" and not paragraph.quoted[index]:
                    total += 1
                    if is_function_word(token.low, token.tag):
                        own[token.low] += 1
        frequency.update({word: number / total for word, number in own.items()})
    words = [word for word, _ in frequency.most_common(120)]
    rows = [row for parts in read.values() for row in passages(parts, words)]
    keys = [*words, *MARKS, *INTERVALS, *ORIGINS]
    table = np.array([[row.get(key, 0.0) for key in keys] for row in rows])
    mean = dict(zip(keys, table.mean(0).round(4).tolist(), strict=True))
    spread = dict(zip(keys, table.std(0).clip(0.3).round(4).tolist(), strict=True))
    counts = {author: characters.counts(narration_of(parts)) for author, parts in read.items()}
    numbers = {"mean": mean, "spread": spread, "function_words": words, "authors": list(counts)}
    np.savez_compressed(
        out / "background.npz",
        numbers=np.frombuffer(json.dumps(numbers).encode(), dtype=np.uint8),
        **{f"characters_{name}": row.clip(0, 65535).astype(np.uint16) for name, row in counts.items()},
    )
    background = Background(mean, spread, tuple(words), counts)
    (out / "packs").mkdir(exist_ok=True)
    for author, parts in read.items():
        style = style_of(author, parts, background)
        style.save(out / "packs" / f"{author}.npz")
        print(author, style.words, "words", style.is_dialect)


def passages(parts: list[Paragraph], words: list[str]) -> list[dict[str, float]]:
    """Rates per 1000 words in passages of at least 1000 words of narration."""
    found: list[dict[str, float]] = []
    rates: Counter[str] = Counter()
    size = 0
    wanted = {*words, *MARKS}
    for paragraph in parts:
        for index, token in enumerate(paragraph.tokens):
            if paragraph.quoted[index]:
                continue
            size += token.kind == "word" and not token.low.startswith("'")
            if mark_name(token.low) in wanted:
                rates[mark_name(token.low)] += 1
        told = narrated_words(paragraph)
        rates.update(intervals(told))
        rates.update(origins(told))
        if size >= 1000:
            found.append({key: 1000 * number / size for key, number in rates.items()})
            rates, size = Counter(), 0
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else TEXT,
         int(sys.argv[3]) if len(sys.argv) > 3 else None)  # fmt: skip
