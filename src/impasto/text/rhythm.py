"""Stress and origin of words: weak syllables between strong ones, Latin, native and archaic words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

MOST = 4
"""Weak syllables between two strong ones are counted up to this many; more count as this many."""

INTERVALS = tuple(f"<{count} weak>" for count in range(MOST + 1))
"""Keys of ``Style.rates``: places with so many weak syllables between two strong ones."""

ORIGINS = ("<latin>", "<native>", "<old>")
"""Keys of ``Style.rates``: words that end as those from Latin do, as native ones do, and archaic words."""

_LATIN = re.compile(r"\w{3}(?:tion|sion|ity|ment|ence|ance|ous|able|ible|ive|ure|ate|ent|ant)s?$")
_NATIVE = re.compile(r"\w{3}(?:ness|ful|less|hood|dom|some|ward|wards|ling)$")
_OLD = frozenset(
    "upon whilst amongst amid amidst betwixt thence hence whence thither hither whither ere oft nigh "
    "yonder thereupon whereupon wherein therein thereof whereof herein hath doth thee thou thy thine "
    "ye wrought unto notwithstanding nay forthwith straightway methought quoth alas nevermore morrow "
    "twain behold beheld countenance visage abode wont save lest bade dwelt slain begot spake hast "
    "wherefore albeit".split()
)
_WEAK = frozenset(
    "a an the and or but nor if as than that of to in on at by for from with into upon is was were be "
    "been am are has had have do did does can could will would shall should may might must i he she "
    "it we they you me him her us them my his its our your their so 's 'll 'd 've 're 'm n't not this "
    "there who which when while till until".split()
)
_VOWELS = re.compile(r"[aeiouy]+")
_PREFIX = re.compile(
    r"^(?:a[bcdfgnplrstw]|be|com|con|de|dis|en|em|ex|for|in|im|mis|per|pre|pro|re|sub|sur|trans|un)"
)


def stress(word: str) -> str:
    """Syllables of a word: "1" strong, "0" weak; a short word of grammar is weak.

    Args:
        word: in small letters.
    """
    if word in _WEAK:
        return "0"
    known = _table().get(word)
    return known if known is not None else guess(word)


def guess(word: str) -> str:
    """Syllables by spelling: groups of vowels, the first strong, or the second after a prefix."""
    flat = re.sub(r"[^a-z]", "", word)
    flat = re.sub(r"(?<=[aeiouy][^aeiouy])e$|(?<=[^aeiouylrtd])es$|(?<=[^aeioutdy])ed$", "", flat)
    count = max(len(_VOWELS.findall(flat)), 1)
    strong = 0
    if count >= 2 and _PREFIX.match(flat):
        strong = 1
    ending = re.search(r"(?:tion|sion|cian|ic|ics)s?$", flat)
    if ending and count >= 2:
        strong = count - 2
    elif count >= 3 and re.search(r"(?:ity|ical|ious|eous|ian)s?$", flat):
        strong = max(count - 3, 0)
    return "".join("1" if index == strong else "0" for index in range(count))


def intervals(words: Iterable[str]) -> Counter[str]:
    """{key of ``INTERVALS``: how often}, over words in small letters."""
    found: Counter[str] = Counter()
    weak = None
    for word in words:
        for syllable in stress(word):
            if syllable == "1":
                if weak is not None:
                    found[INTERVALS[min(weak, MOST)]] += 1
                weak = 0
            elif weak is not None:
                weak += 1
    return found


def origin(word: str) -> str | None:
    """The key of ``ORIGINS`` that a word counts for; None: neither."""
    if word in _OLD:
        return "<old>"
    if _LATIN.search(word):
        return "<latin>"
    return "<native>" if _NATIVE.search(word) else None


def origins(words: Sequence[str]) -> Counter[str]:
    """{key of ``ORIGINS``: how many of the words}."""
    return Counter(key for key in map(origin, words) if key is not None)


@cache
def _table() -> dict[str, str]:
    """Words whose stress is not as ``guess`` has it; read from ``stress.txt``."""
    source = (resources.files("impasto.text") / "stress.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in source.splitlines() if line and not line.startswith("#")]
    return {word: pattern for pattern, *words in lines for word in words}
