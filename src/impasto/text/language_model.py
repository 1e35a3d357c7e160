"""A language model that the user brings: it proposes paragraphs, our meter and content check choose."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from impasto.errors import SettingError, TextError
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

Ask = Callable[[str, int], list[str]]
"""(prompt, how many) -> answers."""


class Candidates:
    """Asks for candidates and chooses among them.

    Args:
        ask: the model.
        number: candidates a paragraph.
    """

    def __init__(self, ask: Ask, number: int) -> None:
        self.ask = ask
        self.number = number

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
        answers = [
            _cleaned(answer) for answer in self.ask(PROMPT.format(author=style.name, text=old), self.number)
        ]
        sound = [answer for answer in answers if answer and is_sound(paragraph, answer)]
        if not sound:
            return None, "some paragraphs of the language model were refused: they did not keep the content"
        best = max(sound, key=lambda text: _nearness(text, style))
        return (best, "") if _nearness(best, style) > _nearness(ours, style) else (None, "")


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
    return Candidates(ask, settings.llm_candidates)


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

    def ask(prompt: str, number: int) -> list[str]:
        answers: list[str] = []
        while len(answers) < number:  # some servers give one answer, whatever "n" says
            more = ask_once(prompt, number - len(answers), settings.seed + len(answers))
            if not more:
                break
            answers += more
        return answers[:number]

    def ask_once(prompt: str, number: int, seed: int) -> list[str]:
        body = {
            "model": settings.llm_name,
            "messages": [{"role": "user", "content": prompt}],
            "n": number,
            "seed": seed,
            "temperature": TEMPERATURE,
        }
        try:
            request = urllib.request.Request(
                f"{address}/chat/completions", json.dumps(body).encode(), headers
            )
            with urllib.request.urlopen(request, timeout=settings.llm_timeout_s) as answer:
                return _contents(json.loads(answer.read()))
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


def _contents(answer: dict[str, Any]) -> list[str]:
    return [str(choice["message"]["content"] or "") for choice in answer["choices"]]


def _file(settings: TextSettings) -> Ask:
    path = Path(str(settings.llm_file))
    if not path.is_file():
        raise TextError("model is missing", got=str(path), expected="a .gguf file")
    try:
        llama = import_module("llama_cpp")
    except ImportError as error:
        raise TextError(
            "llama-cpp-python is not installed", got=str(path), attempt='pip install "impasto[llm]"'
        ) from error
    try:
        model = llama.Llama(str(path), n_ctx=CONTEXT, seed=settings.seed, verbose=False)
    except (ValueError, RuntimeError) as error:
        raise TextError("model cannot be read", got=f"{path}: {error}", expected="a .gguf file") from error

    def ask(prompt: str, number: int) -> list[str]:
        messages = [{"role": "user", "content": prompt}]
        most = len(prompt.split()) * TOKENS_A_WORD  # a candidate of twice the length is refused anyway
        answers = []
        for index in range(number):  # each with a seed of its own: one seed would give one text
            try:
                answer = model.create_chat_completion(
                    messages, temperature=TEMPERATURE, seed=settings.seed + index, max_tokens=most
                )
            except (ValueError, RuntimeError) as error:
                raise TextError(
                    "the language model did not answer",
                    got=f"{path}: {error}",
                    attempt=f"shorter paragraphs: its context is {CONTEXT} tokens",
                ) from error
            answers += _contents(answer)
        return answers

    return ask
