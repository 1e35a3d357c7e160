"""Tag the books with spaCy, for the tagger to learn from -> a pickle (see README.md)."""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc

from impasto.text.tokens import tokenize


def main(folder: Path, out: Path, model: str) -> None:
    """Write {book: [(words, tags)]}.

    Args:
        folder: of the books.
        out: the pickle.
        model: name or folder of spaCy's model.
    """
    language = spacy.load(model, exclude=["ner", "lemmatizer", "parser"])
    books = {}
    for file in sorted(folder.glob("*-*.txt")):
        blocks = re.split(r"\n\s*\n", file.read_text(encoding="utf-8"))

        def documents(blocks: list[str] = blocks) -> Iterator[tuple[Doc, list[str]]]:
            for block in blocks:
                tokens = [token for token in tokenize(re.sub(r"\s+", " ", block).strip()) if token.text]
                if tokens:
                    words = [token.text.replace("’", "'") for token in tokens]
                    spaces = [bool(token.space) for token in tokens[1:]] + [False]
                    yield Doc(language.vocab, words=words, spaces=spaces), [token.text for token in tokens]

        found = language.pipe(documents(), as_tuples=True, batch_size=64)
        books[file.name] = [(words, [token.tag_ for token in doc]) for doc, words in found]
        print(file.name, len(books[file.name]))
    out.write_bytes(pickle.dumps(books))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "en_core_web_sm")
