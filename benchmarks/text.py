"""How near a rewritten text comes to its author, what it keeps, and how fluent it stays -> a table.

    python benchmarks/text.py /work/shared/data/text [--others FOLDER] [--strength 0.7] [--words 2500]

The books are cut into blocks of 40 paragraphs. Every fifth block is set aside: the packs, the classifier
and the language model of this benchmark are made from the other four; the passages that are rewritten come
from the fifth (block 3 of each five; constants were chosen on block 2). With --others, the Delta is measured
to other books of the authors (FOLDER/austen-*.txt, ...), which nothing has seen.

The classifier sees small letters, straight quotation marks and one kind of dash, so that the typography of an
edition decides nothing; names are masked. A page is 400 words, its seconds are of the processor.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections import Counter
from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from impasto.text import models as model_files
from impasto.text import packs, stylize
from impasto.text.characters import plain
from impasto.text.content import compare
from impasto.text.meter import delta
from impasto.text.sites import Paragraph
from impasto.text.style import Style, count, narration_of
from training.text.make_packs import BOOKS, main, paragraphs_of

FOLD = 3
ORDER = 5
LEAST_WORDS = 40
"""Words of narration that a paragraph needs to be judged by the classifier."""


class FiveGrams:
    """Interpolated 5-grams of words with absolute discounting."""

    def __init__(self, paragraphs: list[Paragraph]) -> None:
        self.counts: list[Counter[tuple[str, ...]]] = [Counter() for _ in range(ORDER + 1)]
        self.kinds: list[Counter[tuple[str, ...]]] = [Counter() for _ in range(ORDER)]
        for paragraph in paragraphs:
            words = ["<"] * (ORDER - 1) + list(paragraph.low)
            for at in range(ORDER - 1, len(words)):
                for length in range(1, ORDER + 1):
                    gram = tuple(words[at - length + 1 : at + 1])
                    if self.counts[length][gram] == 0:
                        self.kinds[length - 1][gram[:-1]] += 1
                    self.counts[length][gram] += 1
        self.context = [Counter[tuple[str, ...]]() for _ in range(ORDER)]
        for length in range(1, ORDER + 1):
            for gram, number in self.counts[length].items():
                self.context[length - 1][gram[:-1]] += number

    def probability(self, words: tuple[str, ...]) -> float:
        """P(last word | the ones before)."""
        if not words:
            return 1 / 50000
        before = words[:-1]
        total = self.context[len(before)][before]
        lower = self.probability(words[1:])
        if total == 0:
            return lower
        discount = 0.8
        number = max(self.counts[len(words)][words] - discount, 0)
        return number / total + discount * self.kinds[len(before)][before] / total * lower

    def perplexity(self, paragraphs: list[Paragraph]) -> float:
        """The exponential of the mean negative log probability of a token."""
        total, tokens = 0.0, 0
        for paragraph in paragraphs:
            words = ["<"] * (ORDER - 1) + list(paragraph.low)
            for at in range(ORDER - 1, len(words)):
                total -= math.log(self.probability(tuple(words[at - ORDER + 1 : at + 1])))
                tokens += 1
        return math.exp(total / max(tokens, 1))


def split(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """{author: paragraphs to learn from}, {author: paragraphs set aside}."""
    learn, aside = {}, {}
    for author, names in BOOKS.items():
        found = [
            part for name in names for part in paragraphs_of((folder / name).read_text(encoding="utf-8"))
        ]
        learn[author] = [part for i, part in enumerate(found) if i // 40 % 5 != FOLD]
        aside[author] = [part for i, part in enumerate(found) if i // 40 % 5 == FOLD]
    return learn, aside


def narrated(text: str) -> str:
    """Narration of one paragraph, names masked."""
    return told([Paragraph.of(text)])


def told(paragraphs: list[Paragraph]) -> str:
    """Narration as the classifier sees it: without what an edition decides."""
    return plain(narration_of(paragraphs)).strip()


def run(folder: Path, others: Path | None, *, strength: float, words: int, cache: Path) -> None:
    """Print the table."""
    learn, aside = split(folder)
    if not (cache / "background.npz").exists():
        main(folder, cache, FOLD)
    models = model_files.load(cache)
    styles = {author: Style.read((cache / "packs" / f"{author}.npz").read_bytes()) for author in BOOKS}
    parsed = {author: [Paragraph.of(part) for part in parts] for author, parts in learn.items()}
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 5), max_features=60000, sublinear_tf=True)
    texts, labels = [], []
    for author, parts in parsed.items():
        own = [told([part]) for part in parts]
        own = [text for text in own if len(text.split()) >= LEAST_WORDS]
        texts += own
        labels += [author] * len(own)
    judge = LogisticRegression(C=20, max_iter=2000, class_weight="balanced").fit(
        vectorizer.fit_transform(texts), labels
    )
    fluent = FiveGrams([part for parts in parsed.values() for part in parts])
    references = {author: reference(author, others, aside[author], models) for author in BOOKS}
    passages = {author: passage(parts, words) for author, parts in aside.items()}
    keys = models.background.function_words
    rows = []
    for source in BOOKS:
        before = [Paragraph.of(part) for part in passages[source]]
        for target in BOOKS:
            if source == target:
                continue
            start = time.process_time()
            after_texts = rewritten(passages[source], target, strength, models, styles)
            seconds = time.process_time() - start
            after = [Paragraph.of(part) for part in after_texts]
            own = [Paragraph.of(part) for part in passages[target]]
            ref = references[target]
            distances = [
                delta(count(parts, keys), ref, models.background, keys) for parts in (before, after, own)
            ]
            kept = [compare(old, new) for old, new in zip(before, after, strict=True)]
            called = []
            for parts in (before, after):
                own_texts = [told([part]) for part in parts]
                own_texts = [text for text in own_texts if len(text.split()) >= LEAST_WORDS]
                called.append(float(np.mean(judge.predict(vectorizer.transform(own_texts)) == target)))
            size = sum(len(part.low) for part in before)
            weight = [max(len(part.low), 1) for part in before]
            share = float(np.average([one.words for one in kept], weights=weight))
            ratio = fluent.perplexity(after) / fluent.perplexity(before)
            gap = (distances[0] - distances[1]) / (distances[0] - distances[2])
            safe = float(np.mean([one.is_kept for one in kept]))
            rows.append([*distances, gap, *called, share, safe, ratio, 400 * seconds / size])
            print(
                f"| {source} as {target} | " + " | ".join(f"{value:.2f}" for value in rows[-1]) + " |",
                flush=True,
            )
    mean = np.mean(rows, axis=0)
    mean[3] = (mean[0] - mean[1]) / (mean[0] - mean[2])  # of the mean distances: some pairs have no gap
    print("| mean | " + " | ".join(f"{value:.3f}" for value in mean) + " |")


def reference(author: str, others: Path | None, aside: list[str], models: model_files.Models) -> Style:
    """Rates of the author: of other books, or of what was set aside and is not rewritten."""
    files = sorted(others.glob(f"{author}-*.txt")) if others else []
    parts = [part for file in files for part in paragraphs_of(file.read_text(encoding="utf-8"))] or aside[
        1::2
    ]
    return packs.style_of(author, [Paragraph.of(part) for part in parts], models.background)


def passage(parts: list[str], words: int) -> list[str]:
    """Every second paragraph with enough narration, up to that many words."""
    found, total = [], 0
    for part in parts[::2]:
        size = len(narrated(part).split())
        if size >= LEAST_WORDS and total < words:
            found.append(part)
            total += size
    return found


def rewritten(
    parts: list[str], author: str, strength: float, models: model_files.Models, styles: dict[str, Style]
) -> list[str]:
    """The paragraphs in the author's manner, with the packs of this benchmark."""
    found = {"find_styles": lambda *_, **__: (styles[author], ())}
    with mock.patch.multiple(stylize, **found), mock.patch.object(model_files, "load", lambda: models):
        text = stylize.rewrite_text("\n\n".join(parts), author, strength=strength).text
    result = text.split("\n\n")
    assert len(result) == len(parts)  # noqa: S101
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--others", type=Path)
    parser.add_argument("--strength", type=float, default=0.7)
    parser.add_argument("--words", type=int, default=2500)
    parser.add_argument("--cache", type=Path, help="keep the benchmark's packs here")
    given = parser.parse_args()
    print("| passage | Delta before | after | own | gap closed | called before | after | content | kept | "
          "perplexity ratio | s a page |\n|" + " --- |" * 11)  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        run(given.folder, given.others, strength=given.strength, words=given.words,
            cache=given.cache or Path(temporary))  # fmt: skip
