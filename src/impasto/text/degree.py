"""Words of degree before an adjective, and repetition."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import Option, Paragraph, Site, small

DEGREES = ("very", "quite", "rather", "so", "exceedingly", "extremely")
"""Words of degree that may be put before an adjective or taken away."""

_STRONG = ("very", "exceedingly", "extremely")
_WEAK = ("quite", "rather")
"""Words of degree that may stand for each other; "rather glad" is less than "very glad"."""

GRADABLE = frozenset(
    "absurd active afraid aged agreeable alarmed amiable ample ancient angry angular anxious ashamed "
    "astonished attentive awful awkward bad barren beautiful bitter black bold brave brief bright "
    "brilliant broad busy calm careful careless certain charming cheerful civil clear clever coarse "
    "cold comfortable common confident confused considerable content cool cross cruel curious damp "
    "dangerous dark deaf dear decent deep delicate delicious delighted delightful dense desirable "
    "desolate difficult dim dirty dismal distant distinct distressed doubtful dreadful dreary dry "
    "dull eager earnest easy elegant evident excellent excited expensive faint faithful familiar "
    "famous fast fat favourable feeble fierce fine firm flat fond foolish foul fresh friendly "
    "frightened full funny generous gentle ghastly glad gloomy good graceful gracious grateful grave "
    "great green handsome happy hard harsh healthy heavy helpless hideous high hollow honest horrible "
    "hot humble hungry idle ill impatient important indifferent ingenious innocent intelligent "
    "intense interesting jealous keen kind lame large late lazy lean learned light lively lofty "
    "lonely lonesome long loud lovely low mad mean melancholy mild miserable modest mysterious narrow "
    "natural neat nervous noble noisy obliging obscure obstinate odd old painful pale particular "
    "patient peaceful peculiar plain pleasant pleased plentiful polite powerful precious pretty "
    "probable profound prominent proud prudent pure puzzled queer quiet rapid rare ready reasonable "
    "remarkable remote respectable rich ridiculous robust rough rude sad satisfied savage scarce "
    "secret selfish sensible serious severe shallow sharp short shy sick silent silly simple sincere "
    "singular sleepy slender slight slow sly small smart smooth soft solemn solid sore sorry splendid "
    "startled steady steep stern stiff still stormy stout strange strong stubborn stupid sublime "
    "sudden sullen sure surprised swift tall tame tedious tender terrible thankful thick thin thirsty "
    "thoughtful tidy timid tiny tired tolerable tough tranquil troublesome ugly uncomfortable uneasy "
    "unhappy unlucky unpleasant useful vague vain valuable vexed vigorous violent vivid warm weak "
    "wealthy weary welcome wet wicked wide wild wise wonderful worried worthy wretched young".split()
)
"""Adjectives of which there is more or less."""

_NOT_BEFORE_NOUN = frozenset("certain sure great good old little sick dead late like".split())
"""Adjectives that mean something else, or sound wrong, with "very" before a noun."""

_BEFORE_ARTICLE = frozenset("quite rather too so as how half such".split())
"""Words of degree before an article, beside which "very" is too much: "quite a common thing"."""

_LINKS = frozenset("was were is are felt looked seemed grew became".split())


def degree_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "was glad" or "was very glad" or "was quite glad"."""
    for index in range(1, len(paragraph.low)):
        word = paragraph.low[index]
        if paragraph.kept[index] or word not in GRADABLE or paragraph.tag(index) not in ("JJ", "VBN"):
            continue
        has_degree = paragraph.low[index - 1] in DEGREES
        link = index - 1 - has_degree
        if link < 0 or paragraph.low[link] not in _LINKS or paragraph.kept[link]:
            continue
        following = paragraph.low[index + 1] if index + 1 < len(paragraph.low) else ""
        if (
            following in ("that", "as", "than", "enough", "-")
            or "than" in paragraph.low[index : index + 8]
            or (paragraph.tag(index + 1) not in ("MARK", "IN", "CC", "TO", ""))
        ):
            continue
        adjective = paragraph.tokens[index].text
        now = paragraph.low[index - 1] if has_degree else "none"
        others = _others(now)
        options = [
            Option(
                other, adjective if other == "none" else f"{other} {adjective}", 0.9 if now == "none" else 0.4
            )
            for other in others
            if other != now
        ]
        start = index - 1 if has_degree else index
        yield Site(start, index + 1, "degree", now, tuple(options), "degree")


def _others(now: str) -> tuple[str, ...]:
    """What may stand in place of a word of degree; "so" may belong to "that" or "as" far behind it."""
    if now == "so":
        return ()
    if now == "none":
        return ("none", *_STRONG, *_WEAK)
    return ("none", *(_STRONG if now in _STRONG else _WEAK))


def very_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "a very old house" or "an old house"."""
    for index in range(1, len(paragraph.low)):
        if paragraph.kept[index] or paragraph.word(index) not in GRADABLE or paragraph.tag(index) != "JJ":
            continue
        if not paragraph.tag(index + 1).startswith("NN") or paragraph.kept[index + 1]:
            continue
        if paragraph.low[index] in _NOT_BEFORE_NOUN:
            continue
        adjective = paragraph.tokens[index].text
        if paragraph.word(index - 1) == "very" and paragraph.word(index - 2) in ("a", "the", "some"):
            yield Site(
                index - 1,
                index + 1,
                "very before a noun",
                "very",
                (Option("none", adjective, 0.4),),
                "degree",
            )
        elif paragraph.word(index - 1) in ("a", "an") and paragraph.word(index - 2) not in _BEFORE_ARTICLE:
            option = Option("very", f"very {adjective}", 0.9)
            yield Site(index, index + 1, "very before a noun", "none", (option,), "degree")


def however_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "but she went" or "she, however, went"."""
    for start in sorted(paragraph.starts):
        if paragraph.kept[start] or paragraph.tag(start + 2) not in ("VBD", "MD"):
            words = paragraph.low[start : start + 4]
            if words[1:] == [",", "however", ","] and words[0] in ("i", "he", "she", "they", "we"):
                option = Option("but she", f"But {small(paragraph.tokens[start].text)}")
                yield Site(start, start + 4, "but or however", "she, however", (option,), "construction")
            continue
        if paragraph.low[start] == "but" and paragraph.low[start + 1] in ("i", "he", "she", "they", "we"):
            subject = paragraph.tokens[start + 1].text.capitalize()
            option = Option("she, however", f"{subject}, however,", 0.1)
            yield Site(start, start + 2, "but or however", "but she", (option,), "construction")


def repetition_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "very" or "very, very"."""
    for index in range(len(paragraph.low) - 1):
        if paragraph.word(index) != "very" or paragraph.low[index + 1] not in GRADABLE:
            continue
        if paragraph.low[index - 2 : index] == ["very", ","]:
            continue
        yield Site(
            index, index + 1, "repetition", "once", (Option("twice", "very, very", 0.3),), "repetition"
        )
    for index in range(2, len(paragraph.low)):
        if paragraph.low[index - 2 : index + 1] == ["very", ",", "very"] and paragraph.is_free(
            index - 2, index + 1
        ):
            yield Site(
                index - 2, index + 1, "repetition", "twice", (Option("once", "very", 0.3),), "repetition"
            )


def enough_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "dark enough" or "sufficiently dark"."""
    for index in range(1, len(paragraph.low)):
        if (
            paragraph.word(index) == "enough"
            and paragraph.word(index - 1) in GRADABLE
            and paragraph.word(index + 1) in ("to", "for", ".", ",")
        ):
            adjective = paragraph.tokens[index - 1].text
            if paragraph.word(index - 2) in ("was", "were", "be", "not", "is", "been"):
                option = Option("sufficiently", f"sufficiently {adjective}")
                yield Site(index - 1, index + 1, "enough", "enough", (option,), "construction")
        elif paragraph.word(index - 1) == "sufficiently" and paragraph.word(index) in GRADABLE:
            option = Option("enough", f"{paragraph.tokens[index].text} enough")
            yield Site(index - 1, index + 1, "enough", "sufficiently", (option,), "construction")
