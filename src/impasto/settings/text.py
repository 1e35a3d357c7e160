"""Settings of a text in another author's manner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, setting
from impasto.settings.task import Input, Task

AUTHORS = ("austen", "carroll", "poe", "twain")
"""Styles that the package carries, by the author's name."""


@dataclass(frozen=True, kw_only=True)
class LanguageModelSettings(Settings, panel="A language model of your own"):
    """A language model that proposes whole paragraphs; nothing is contacted unless one of these is given."""

    llm_url: str | None = setting(
        None,
        help="Address of a server that speaks as OpenAI's does, up to and with /v1. The text is sent there.",
        source="the address that llama.cpp's and other servers print",
    )
    llm_file: str | None = setting(
        None, help="A model in a .gguf file, run on this machine; needs impasto[llm].", source="the user's"
    )
    llm_name: str = setting(
        "default", help="Name of the model at the address.", source="servers of one model ignore it"
    )
    llm_candidates: int = setting(
        4, unit="texts", low=1, high=32, help="Texts to choose from for each paragraph."
    )
    llm_timeout_s: float = setting(120.0, unit="s", low=1, high=3600, help="Longest wait for one answer.")


@dataclass(frozen=True, kw_only=True)
class TextSettings(LanguageModelSettings):
    """How a text gets the manner of an author."""

    strength: float = setting(
        0.7,
        low=0,
        high=1,
        help="0 changes nothing; higher changes more, and takes more risks with the meaning and the grammar.",
        source="chosen by reading: nearly all sentences stayed grammatical",
        slider=(0, 1, 0.05),
    )
    seed: int = setting(0, low=0, help="Another number chooses otherwise between changes of the same worth.")
    style_weights: tuple[float, ...] | None = setting(
        None, help="Weights of several styles, such as 0.7,0.3. Left out: equal."
    )
    rewrite_quotations: bool = setting(
        False, help="Also rewrite what stands in quotation marks: what people say."
    )
    max_megabytes: float = setting(5.0, unit="MB", low=0.001, high=100, help="Refuse larger texts.")


class TextOptions(TypedDict, total=False):
    """Keywords of ``rewrite_text``: every field of ``TextSettings``."""

    strength: float
    seed: int
    style_weights: tuple[float, ...] | list[float] | None
    rewrite_quotations: bool
    max_megabytes: float
    llm_url: str | None
    llm_file: str | None
    llm_name: str
    llm_candidates: int
    llm_timeout_s: float


TASK = Task(
    name="text",
    summary="Rewrite a text in the manner of an author, by changes that keep its meaning.",
    settings=TextSettings,
    inputs=(
        Input(
            name="content",
            kind="text",
            label="Text",
            help="The text: plain, Markdown or HTML.",
            positional=True,
            metavar="STORY|FILE",
        ),
        Input(
            name="style",
            kind="texts",
            label="Author",
            help=f"{', '.join(AUTHORS)}, or a text file; several for a mixture.",
            metavar="AUTHOR|FILE",
        ),
    ),
    main=("strength", "style_weights", "rewrite_quotations", "seed"),
)
"""A text in an author's manner."""
