"""A language model that the user brings: it proposes paragraphs, our meter and content check choose."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from impasto.errors import SettingError, TextError
from impasto.optional_imports import load
from impasto.settings.text import TextSettings
from impasto.text import characters
from impasto.text.content import compare
from impasto.text.sites import Paragraph
from impasto.text.style import Style
from impasto.text.tokens import join

KEY = "IMPASTO_LLM_KEY"
"""Environment variable with the key of the server, if it wants one."""

KEPT_WORDS = 0.6
"""Least share of the content words that a candidate keeps, itself or by a listed synonym."""

CONTEXT = 4096
"""Tokens that a model in a file is given room for: the prompt and its answer."""

TOKENS_A_WORD = 3
"""Tokens of an answer for each word of the prompt, at most."""

TEMPERATURE = 0.8
"""Of the candidates: they should differ, and stay sentences; the usual value of such servers."""

PROMPT = (
    "Rewrite the paragraph in the manner of {author}. Keep the meaning, every name, every number, every "
    "negation, and word for word everything in quotation marks. Answer with the paragraph only.\n\n{text}"
)

SILENT = -1
"""Verbosity at which llama.cpp says nothing."""

SHOWN = 200
"""Letters of an answer that is an error."""

Body = dict[str, Any]
"""A request as OpenAI's chat/completions takes it."""

Ask = Callable[[Body], dict[str, Any]]
"""Request -> answer, with at least one choice."""


class Candidates:
    """Asks for candidates and chooses among them.

    Each candidate is a request of its own, with a seed of its own: llama.cpp's server refuses to give several
    answers to one request, and one seed would give one text.

    Args:
        ask: the model.
        number: candidates a paragraph.
        seed: of the first candidate.
    """

    def __init__(self, ask: Ask, number: int, *, seed: int = 0) -> None:
        self.ask = ask
        self.number = number
        self.seed = seed

    def best(self, paragraph: Paragraph, ours: str, style: Style) -> tuple[str | None, str]:
        """The candidate that is nearest to the style and keeps the content; None: ours stays.

        Args:
            paragraph: as it was.
            ours: as our own rewriter has it.
            style: to be reached.
        Returns:
            The text or None, and a note if every candidate was refused.
        """
        old = join(list(paragraph.tokens))
        answers = self._answers(PROMPT.format(author=style.name, text=old))
        sound = [answer for answer in answers if answer and is_sound(paragraph, answer)]
        if not sound:
            return None, "some paragraphs of the language model were refused: they did not keep the content"
        best = max(sound, key=lambda text: _nearness(text, style))
        return (best, "") if _nearness(best, style) > _nearness(ours, style) else (None, "")

    def _answers(self, prompt: str) -> list[str]:
        """The candidates; the same prompt and seed give the same ones."""
        answers = []
        for number in range(self.number):
            answer = self.ask(
                {
                    "messages": [{"role": "user", "content": prompt}],
                    "seed": self.seed + number,
                    "temperature": TEMPERATURE,
                    # A candidate of twice the length is refused anyway.
                    "max_tokens": len(prompt.split()) * TOKENS_A_WORD,
                }
            )
            answers.append(_cleaned(str(answer["choices"][0]["message"]["content"] or "")))
        return answers


def is_sound(paragraph: Paragraph, answer: str) -> bool:
    """Whether a candidate keeps what must be kept, and is about as long."""
    after = Paragraph.of(answer)
    content = compare(paragraph, after)
    ratio = len(after.tokens) / max(len(paragraph.tokens), 1)
    return content.is_kept and content.words >= KEPT_WORDS and 0.5 < ratio < 2


def _nearness(text: str, style: Style) -> float:
    return characters.score(text, style.characters) / max(len(text), 1)


def _cleaned(answer: str) -> str:
    return re.sub(r"\s+", " ", answer).strip().strip("`")


def open_model(settings: TextSettings) -> Candidates | None:
    """The language model that the settings name; None: none is named, and nothing is contacted.

    Raises:
        SettingError: both an address and a file are named, or the address is none.
        TextError: the file is missing or no model, or the package for it is not installed.
    """
    if settings.llm_url is None and settings.llm_file is None:
        return None
    if settings.llm_url is not None and settings.llm_file is not None:
        raise SettingError("one language model, not two", got="llm_url and llm_file", expected="one of them")
    ask = _server(settings) if settings.llm_url is not None else _file(settings)
    return Candidates(ask, settings.llm_candidates, seed=settings.seed)


def _server(settings: TextSettings) -> Ask:
    address = str(settings.llm_url).rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise SettingError(
            "llm_url is no address",
            got=address,
            expected="http://... or https://...",
            attempt="http://127.0.0.1:8080/v1",
        )
    headers = {"Content-Type": "application/json"}
    if os.environ.get(KEY):
        headers["Authorization"] = f"Bearer {os.environ[KEY]}"

    def ask(body: Body) -> dict[str, Any]:
        data = json.dumps({"model": settings.llm_name, **body}).encode()
        try:
            request = urllib.request.Request(f"{address}/chat/completions", data, headers)
            with urllib.request.urlopen(request, timeout=settings.llm_timeout_s) as answer:
                return _checked(json.loads(answer.read()))
        except (
            urllib.error.URLError,
            TimeoutError,
            ConnectionError,
            http.client.HTTPException,
            ValueError,
            KeyError,
            TypeError,
        ) as error:
            raise TextError(
                "the language model did not answer",
                got=f"{address}: {error}",
                expected="an answer as OpenAI's chat/completions gives it",
                attempt="look whether the server runs, or a longer --llm-timeout-s",
            ) from error

    return ask


def _checked(answer: Any) -> dict[str, Any]:
    """An answer with at least one choice.

    Raises:
        ValueError: it is none, such as an error that the model reports.
    """
    if not isinstance(answer, dict) or not answer.get("choices"):
        raise ValueError(str(answer)[:SHOWN])
    return answer


def _file(settings: TextSettings) -> Ask:
    path = Path(str(settings.llm_file))
    if not path.is_file():
        raise TextError("model is missing", got=str(path), expected="a .gguf file")
    llama = load("xllamacpp", problem="a model in a file needs xllamacpp", extra="llm", error=TextError)
    options = llama.CommonParams()
    options.model.path, options.n_ctx, options.n_parallel = str(path), CONTEXT, 1
    options.warmup, options.verbosity = False, SILENT
    try:
        model = llama.Server(options)
    except (ValueError, RuntimeError) as error:
        raise TextError("model cannot be read", got=f"{path}: {error}", expected="a .gguf file") from error

    def ask(body: Body) -> dict[str, Any]:
        try:
            return _checked(model.handle_chat_completions(body))
        except (ValueError, RuntimeError) as error:
            raise TextError(
                "the language model did not answer",
                got=f"{path}: {error}",
                attempt=f"shorter paragraphs: its context is {CONTEXT} tokens",
            ) from error

    return ask
