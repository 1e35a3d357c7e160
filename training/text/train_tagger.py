"""Train the tagger: books tagged by spaCy -> src/impasto/text/tagger.npz (see README.md)."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - torch's own word

from impasto.text.tagger import ROWS, TAGS, features, shape

OUT = Path(__file__).parents[2] / "src" / "impasto" / "text" / "tagger.npz"


def index_of(tag: str) -> int:
    """Number of a tag in ``TAGS``; marks, and what spaCy alone knows, are the last."""
    return {"HYPH": len(TAGS) - 1, "AFX": TAGS.index("JJ"), "ADD": TAGS.index("NN")}.get(
        tag, TAGS.index(tag) if tag in TAGS else len(TAGS) - 1
    )


def main(tagged: Path) -> None:
    """Train both passes, one after the other, and write the table.

    Args:
        tagged: {book: [(words, tags, ...)]} of ``annotate.py``.
    """
    torch.manual_seed(0)
    books = pickle.loads(tagged.read_bytes())
    paragraphs = [row for book in sorted(books) for row in books[book]]
    held = [row for index, row in enumerate(paragraphs) if index % 10 == 0]
    train = [row for index, row in enumerate(paragraphs) if index % 10]
    weight = torch.zeros(ROWS, len(TAGS), requires_grad=True)
    first: dict[int, list[list[int]]] = {}
    for second in (False, True):
        print("second pass" if second else "first pass")
        sets = {}
        for name, rows in (("train", train), ("held", held)):
            parts, goals = [], []
            for number, (words, tags, *_) in enumerate(rows):
                low = [word.lower().replace("’", "'") for word in words]
                seen = first[name][number] if second else None
                parts.append(features(low, [shape(word) for word in words], seen))
                goals += [index_of(tag) for tag in tags]
            lengths = [len(part) for part in parts]
            sets[name] = torch.from_numpy(np.concatenate(parts)), torch.tensor(goals), lengths
        rows, goals, _ = sets["train"]
        optimizer = torch.optim.Adagrad([weight], lr=0.2)
        for epoch in range(4):
            order = torch.randperm(len(rows))
            for batch in order.split(2048):
                scores = F.embedding_bag(rows[batch], weight, mode="sum")
                loss = F.cross_entropy(scores, goals[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            table = quantized(weight)
            print(epoch, float(loss), "held out:", accuracy(table, *sets["held"][:2]), flush=True)
        for name in ("train", "held"):
            rows_of, _, lengths = sets[name]
            best = predict(quantized(weight), rows_of)
            first.setdefault(name, [])
            first[name] = [part.tolist() for part in best.split(lengths)]
    np.savez_compressed(OUT, table=quantized(weight).numpy().astype(np.int8))
    print(OUT, OUT.stat().st_size)


def quantized(weight: torch.Tensor) -> torch.Tensor:
    """Weights in steps of 1/16, small ones dropped."""
    scaled = (weight.detach() * 16).round().clamp(-127, 127)
    return torch.where(scaled.abs() < 3, torch.zeros_like(scaled), scaled)


def predict(table: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Best tag of each token."""
    return torch.cat([F.embedding_bag(part, table, mode="sum").argmax(1) for part in rows.split(8192)])


def accuracy(table: torch.Tensor, rows: torch.Tensor, goals: torch.Tensor) -> float:
    """Share of the words, without marks, that get their tag."""
    is_word = goals != len(TAGS) - 1
    return float((predict(table, rows) == goals)[is_word].float().mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
