"""Inflected forms of the verbs and nouns of the lexicon; read from ``forms.txt``."""

from __future__ import annotations

from functools import cache
from importlib import resources


def inflect(name: str, kind: str, tag: str) -> str | None:
    """The form of a word or phrase that a part of speech wants; None: there is none."""
    if kind in ("fixed", "adv", "adj"):
        return name
    words = name.split(" ")
    at = 0 if kind == "verb" else -1
    forms = _forms().get((kind, words[at]))
    if forms is None or tag not in forms:
        return None
    words[at] = forms[tag]
    return " ".join(words)


def participle_of(past: str) -> str | None:
    """The -ing form of a verb in the past tense, if its forms are known: "took" -> "taking"."""
    return _by_form("VBD", "VBG").get(past)


def past_of(participle: str) -> str | None:
    """The past tense of a verb in its -ing form, if its forms are known."""
    return _by_form("VBG", "VBD").get(participle)


def gerund_of(base: str) -> str | None:
    """The -ing form of a verb, if the table has it."""
    return _by_form("VB", "VBG").get(base)


def base_of(gerund: str) -> str | None:
    """The base form of an -ing form, if the table has it."""
    return _by_form("VBG", "VB").get(gerund)


def base_of_past(past: str) -> str | None:
    """The base form of a past tense, if the table has it."""
    return _by_form("VBD", "VB").get(past)


@cache
def _by_form(source: str, target: str) -> dict[str, str]:
    return {forms[source]: forms[target] for (kind, _), forms in _forms().items() if kind == "verb"}


def lemma_of(word: str) -> str:
    """A verb's or noun's base form, if the table of forms has it; else the word."""
    return _lemmas().get(word, word)


@cache
def _lemmas() -> dict[str, str]:
    return {form: lemma for (_, lemma), forms in _forms().items() for form in forms.values()}


@cache
def _forms() -> dict[tuple[str, str], dict[str, str]]:
    """(kind, lemma) -> {part of speech: form}."""
    source = (resources.files("impasto.text") / "forms.txt").read_text(encoding="utf-8")
    table: dict[tuple[str, str], dict[str, str]] = {}
    for line in source.splitlines():
        kind, lemma, *forms = line.split()
        tags = ("VBZ", "VBD", "VBN", "VBG") if kind == "verb" else ("NNS",)
        base = {"VB": lemma, "VBP": lemma} if kind == "verb" else {"NN": lemma}
        table[kind, lemma] = {**base, **dict(zip(tags, forms, strict=True))}
    return table
