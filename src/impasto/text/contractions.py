"""Contractions: "did not" or "didn't", "it is" or "it's"; a choice at every place that has one."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import Option, Paragraph, Site, capital_as

NEGATED = {
    "do": "don't",
    "does": "doesn't",
    "did": "didn't",
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "were": "weren't",
    "has": "hasn't",
    "have": "haven't",
    "had": "hadn't",
    "would": "wouldn't",
    "could": "couldn't",
    "should": "shouldn't",
    "will": "won't",
    "can": "can't",
    "must": "mustn't",
}
"""Auxiliary -> with "not" contracted."""

_FULL = {"ca": "can", "wo": "will", "sha": "shall"}
_SHORT = {"am": "m", "are": "re", "is": "s", "have": "ve", "had": "d", "will": "ll", "would": "d"}
_PRONOUNS = frozenset("i he she it we they you".split())


def contraction_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every contraction, and everything that could be one."""
    low = paragraph.low
    for index in range(1, len(low)):
        if paragraph.kept[index - 1] or paragraph.kept[index]:
            continue
        site = _negation(paragraph, index) or _pronoun(paragraph, index)
        if site is not None:
            yield site


def _negation(paragraph: Paragraph, index: int) -> Site | None:
    """At "not" or "n't", with its auxiliary before it."""
    auxiliary = paragraph.low[index - 1]
    like = paragraph.tokens[index - 1].text
    if paragraph.low[index] == "n't":
        full = _FULL.get(auxiliary, auxiliary)
        is_question = paragraph.tag(index + 1) in ("PRP", "DT") or index - 1 in paragraph.starts
        if full not in NEGATED or is_question:
            return None
        text = "cannot" if full == "can" else f"{full} not"
        options = (Option("not", capital_as(text, like)),)
        return Site(index - 1, index + 1, "n't", "n't", options, "contraction")
    if paragraph.low[index] == "not" and auxiliary in NEGATED and paragraph.word(index + 1) != "only":
        if paragraph.tag(index + 1) in ("DT", "TO", "MARK", "", "CC") or paragraph.word(index + 1) in (
            "a",
            "so",
            "without",
        ):
            return None
        options = (Option("n't", capital_as(NEGATED[auxiliary], like)),)
        return Site(index - 1, index + 1, "n't", "not", options, "contraction")
    return None


def _pronoun(paragraph: Paragraph, index: int) -> Site | None:
    """At an auxiliary, full or contracted, behind a pronoun."""
    pronoun, word = paragraph.low[index - 1], paragraph.low[index]
    if pronoun not in _PRONOUNS:
        return None
    following, after = paragraph.tag(index + 1), paragraph.word(index + 1)
    like = paragraph.tokens[index - 1].text
    if word.startswith("'"):
        full = _expand(pronoun, word, paragraph, index)
        if full is None:
            return None
        return Site(index - 1, index + 1, "'s", "short", (Option("full", f"{like} {full}"),), "contraction")
    if word not in _SHORT or following in ("MARK", "", "TO", "PRP") or after in ("not", "n't"):
        return None
    if word in ("have", "had") and following not in ("VBN",):
        return None
    if word == "would" and following != "VB":
        return None
    if word in ("is", "are", "am") and following in ("IN", "WRB", "WP"):
        return None
    if (word == "are") != (pronoun in ("we", "they", "you")) and word in ("is", "are", "am"):
        return None
    return Site(
        index - 1, index + 1, "'s", "full", (Option("short", f"{like}'{_SHORT[word]}"),), "contraction"
    )


def _expand(pronoun: str, word: str, paragraph: Paragraph, index: int) -> str | None:
    """The full form of a contracted auxiliary; None: it could be either of two."""
    at = index + 1
    while paragraph.tag(at) == "RB":
        at += 1
    following = paragraph.tag(at)
    if word == "'s":
        if following == "VBN":
            return "has" if paragraph.word(at) in ("been", "got", "had", "taken", "made", "seen") else None
        return "is"
    if word == "'d":
        if following == "VBN":
            return "had"
        return "would" if following == "VB" else None
    return {"'m": "am", "'re": "are", "'ve": "have", "'ll": "will"}.get(word)
