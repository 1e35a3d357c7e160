"""Pairs of paragraphs for blind readers, the author's words and ours in random order -> pairs.md, key.json.

    python benchmarks/text_pairs.py /work/shared/data/text OUT [--each 2] [--seed 0]

A reader gets pairs.md alone, and answers for each pair, without looking anything up:

1. Which sentences of A, and which of B, are not grammatical English of their time? Dialect is grammatical.
2. One of the two was changed towards Austen, Carroll, Poe or Twain. Which one, and towards whom?

Grammatical is the share of sentences of rewritten paragraphs that the reader did not name, less the same of
the originals; an author is right by chance in one of three, as the source is none of the answers.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from impasto.text import models as model_files
from impasto.text.style import Style
from text import BOOKS, passage, rewritten, split
from training.text.make_packs import main as make_packs

PASSAGE = 900
"""Words of each passage that is rewritten; the pairs are drawn from it."""

WORDS = 140
"""A longer paragraph is not shown: a reader should see many."""


def run(folder: Path, out: Path, *, each: int, seed: int, cache: Path) -> None:
    """Write the pairs and their key."""
    from text import FOLD

    if not (cache / "background.npz").exists():
        make_packs(folder, cache, FOLD)
    models = model_files.load(cache)
    styles = {author: Style.read((cache / "packs" / f"{author}.npz").read_bytes()) for author in BOOKS}
    _, aside = split(folder)
    chance = random.Random(seed)
    found = []
    for source in BOOKS:
        parts = passage(aside[source], PASSAGE)
        for target in BOOKS:
            if target == source:
                continue
            new = rewritten(parts, target, 0.7, models, styles)
            changed = [
                (old, now)
                for old, now in zip(parts, new, strict=True)
                if old != now and len(old.split()) <= WORDS
            ]
            for old, now in chance.sample(changed, min(each, len(changed))):
                found.append((source, target, old, now))
    chance.shuffle(found)
    key, shown = [], []
    for number, (source, target, old, now) in enumerate(found, 1):
        is_first = chance.random() < 0.5
        a, b = (now, old) if is_first else (old, now)
        key.append(
            {"pair": number, "rewritten": "A" if is_first else "B", "source": source, "target": target}
        )
        shown.append(f"## Pair {number} (by {source.capitalize()})\n\n**A.** {a}\n\n**B.** {b}\n")
    out.mkdir(parents=True, exist_ok=True)
    (out / "pairs.md").write_text("\n".join(shown), encoding="utf-8")
    (out / "key.json").write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    print(len(found), "pairs")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=Path("text-pairs-cache"))
    given = parser.parse_args()
    run(given.folder, given.out, each=given.each, seed=given.seed, cache=given.cache)
