"""All families of sites in one list, and what a paragraph's author chose at each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from impasto.text import (
    adverbials,
    clauses,
    commas,
    complements,
    constructions,
    contractions,
    degree,
    lexicon,
    marks,
    openings,
    participles,
    phrase_commas,
    relatives,
    speech,
)
from impasto.text.sites import Paragraph, Site

FAMILIES: dict[str, Callable[[Paragraph], Iterable[Site]]] = {
    "words": lexicon.lexicon_sites,
    "contractions": contractions.contraction_sites,
    "clause boundaries": clauses.boundary_sites,
    "but": clauses.but_sites,
    "participles": participles.participle_sites,
    "enough": degree.enough_sites,
    "speech verbs": speech.speech_verb_sites,
    "speech adverbs": speech.tone_sites,
    "lists": commas.list_sites,
    "very": degree.very_sites,
    "however": degree.however_sites,
    "gerunds": constructions.gerund_sites,
    "commas": commas.comma_sites,
    "genitives": constructions.genitive_sites,
    "that": constructions.that_sites,
    "speech tags": speech.speech_sites,
    "negation": constructions.negation_sites,
    "degree": degree.degree_sites,
    "openings": openings.opening_sites,
    "relatives": relatives.relative_sites,
    "complements": complements.complement_sites,
    "order": adverbials.adverbial_sites,
    "marks": marks.mark_sites,
    "commas of phrases": phrase_commas.phrase_comma_sites,
    "repetition": degree.repetition_sites,
}
"""Families of sites: name -> function that finds them in a paragraph."""


def find_sites(paragraph: Paragraph) -> list[Site]:
    """Every site of a paragraph, in the order of the text."""
    found = [site for family in FAMILIES.values() for site in family(paragraph)]
    return sorted(found, key=lambda site: (site.start, site.end, site.choice))


def count_choices(paragraph: Paragraph) -> Counter[tuple[str, str]]:
    """{(choice, variant): how often the author took it}."""
    return Counter((site.choice, site.variant) for site in find_sites(paragraph))
