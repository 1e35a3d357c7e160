"""A paragraph as tokens: words, numbers, marks and tags, each with the space before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

CLITICS = ("n't", "'ll", "'re", "'ve", "'s", "'m", "'d")
"""Endings that are tokens of their own, as in the Penn Treebank: "don't" is do + n't."""

ELISIONS = ("'tis", "'twas", "'twere", "'twould", "'em", "'bout", "'til", "'gainst")
"""Words that begin with an apostrophe."""

ABBREVIATIONS = frozenset(
    "mr mrs ms mme mlle dr st rev col gen capt lieut prof hon esq jr vol no vs etc viz i.e e.g co m".split()
)
"""Words after which a full stop does not end a sentence."""

_WORD = r"[^\W\d_]+(?:[’'][^\W\d_]+)*(?:-[^\W\d_]+(?:[’'][^\W\d_]+)*)*"
_PATTERN = re.compile(
    r"(?P<tag><[^<>\n]{1,400}>|&[a-zA-Z]{2,8};|&#\d{1,6};|`[^`\n]+`|!?\[[^\]\n]*\]\([^)\n]*\)|https?://\S+)"
    rf"|(?P<word>[’'](?:{'|'.join(word[1:] for word in ELISIONS)})\b|{_WORD})"
    r"|(?P<number>\d+(?:[.,:/]\d+)*(?:st|nd|rd|th)?)"
    r"|(?P<mark>--+|\.\.\.|…|[^\w\s]|_)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?i)^(?P<stem>.*?)(?P<tail>n['’]t|['’](?:ll|re|ve|s|m|d))$")


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: as it stands in the paragraph.
        space: white space before it.
        kind: "word", "number", "mark" or "tag" (markup, never changed).
        tag: part of speech, as in the Penn Treebank; "" until ``tagger.tag`` ran.
        is_kept: it may not change: it stands in a quotation, or is a name.
    """

    text: str
    space: str
    kind: str
    tag: str = ""
    is_kept: bool = False

    @property
    def low(self) -> str:
        """The text in small letters with straight apostrophes."""
        return self.text.lower().replace("’", "'")


def tokenize(text: str) -> list[Token]:
    """Cut a paragraph into tokens; joined again they are the paragraph.

    Args:
        text: without the paragraph's own line ends, which are white space here.
    """
    tokens: list[Token] = []
    end = 0
    for match in _PATTERN.finditer(text):
        space = text[end : match.start()]
        kind = str(match.lastgroup)
        parts = _clitics(match.group()) if kind == "word" else [match.group()]
        for part in parts:
            tokens.append(Token(part, space, kind))
            space = ""
        end = match.end()
    if text[end:]:
        tokens.append(Token("", text[end:], "mark"))
    return tokens


def _clitics(word: str) -> list[str]:
    """A word, or its stem and its contracted ending."""
    match = _TAIL.match(word)
    if match is None or not match["stem"] or match["stem"].lower() == "o":
        return [word]
    return [match["stem"], match["tail"]]


def join(tokens: list[Token]) -> str:
    """The paragraph again."""
    return "".join(token.space + token.text for token in tokens)


def with_tags(tokens: list[Token], tags: list[str]) -> list[Token]:
    """The same tokens with their parts of speech."""
    return [replace(token, tag=tag) for token, tag in zip(tokens, tags, strict=True)]


def sentences(tokens: list[Token]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends.

    A sentence ends at . ! ? or at their repetition, with the quotation marks and brackets that follow, if the
    next word does not begin with a small letter.

    Returns:
        (first token, one past the last token) of each, in order, without gaps.
    """
    found: list[tuple[int, int]] = []
    start = index = 0
    while index < len(tokens):
        if tokens[index].text in (".", "!", "?", "...", "…") and not _is_abbreviation(tokens, index):
            end = index + 1
            while end < len(tokens) and not tokens[end].space and tokens[end].text in "\"”’')]!?.":
                end += 1
            following = tokens[end].text if end < len(tokens) else ""
            if not following[:1].islower():
                found.append((start, end))
                start = end
            index = end
        else:
            index += 1
    if start < len(tokens):
        found.append((start, len(tokens)))
    return found


def _is_abbreviation(tokens: list[Token], index: int) -> bool:
    """Whether the full stop belongs to the word before it: Mr. or an initial."""
    if index == 0 or tokens[index].text != "." or tokens[index].space:
        return False
    before = tokens[index - 1]
    return before.low in ABBREVIATIONS or (
        len(before.text) == 1 and before.text.isupper() and before.text != "I"
    )
