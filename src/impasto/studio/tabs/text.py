"""The tab of ``text``: a story in an author's manner, with every change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import SettingError
from impasto.settings.task import Inputs, Task, as_list
from impasto.settings.text import AUTHORS, TASK
from impasto.studio.context import StudioContext
from impasto.studio.explain_events import frame
from impasto.studio.form import Component
from impasto.studio.media_inputs import file_paths, files_input
from impasto.studio.media_layout import media_tab
from impasto.studio.media_task import Made, MediaProgress, MediaRun, MediaTask
from impasto.studio.picture_inputs import heading, hint

ENDINGS = [".txt", ".md", ".html"]
"""Of files of text."""

EXAMPLE = (
    "The house was old and nobody lived in it. We went there very often, because we liked the garden, and "
    "because our mother had said that we must not go. One evening, when it had begun to rain, we saw a light "
    "in the window. It was not a big light, but it moved from room to room."
)
"""A text to try it with; ours."""


def run(given: MediaRun) -> Iterator[MediaProgress | Made]:
    """Rewrite a text; stopped, there is none. As ``MediaTask.run``."""
    from impasto.text.stylize import rewrite_text_steps

    steps = rewrite_text_steps(
        given.inputs["content"], styles_of(given.inputs["style"]), **given.settings.to_dict()
    )
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result = end.value
            break
        if given.is_stopped():
            steps.close()
            yield Made(interrupted=True)
            return
        yield MediaProgress(
            fraction=step.number / step.count, where=f"paragraph {step.number} of {step.count}"
        )
    folder = given.new_folder()
    folder.mkdir(parents=True)
    file = result.save(folder / f"{Path(result.record['content']).stem}-rewritten.txt")
    yield Made(
        files=(file, file.with_suffix(".json")),
        shown=frame("The text with every change", result.diff_html()),
        notes=result.notes,
    )


def styles_of(given: Any) -> list[str | Path]:
    """Authors and files; a text may name several authors, with commas between."""
    found: list[str | Path] = []
    for one in as_list(given):
        found += [one] if isinstance(one, Path) else [name.strip() for name in one.split(",") if name.strip()]
    return found


def check_styles(inputs: Inputs) -> None:
    """Check that a style that is no upload is an author of the package's.

    Raises:
        SettingError: it is not.
    """
    for style in styles_of(inputs["style"]):
        if not isinstance(style, Path) and style.lower() not in AUTHORS:
            raise SettingError(
                f"there is no author {style!r}",
                got=style,
                expected=f"one of {', '.join(AUTHORS)}",
                attempt="or drop a text of theirs",
            )


TAB = MediaTask(
    **{f.name: getattr(TASK, f.name) for f in fields(Task)}, noun="text", run=run, check_more=check_styles
)


def build(context: StudioContext) -> None:
    """Make the tab."""

    def make_inputs() -> Mapping[str, Component]:
        heading("Text")
        content = gr.Textbox(EXAMPLE, label="Text", lines=10, max_lines=24, elem_id="text-content")
        hint("Or a file, which is taken instead: plain text, Markdown or HTML.")
        file = files_input(context, name="text-file", label="File", types=ENDINGS, several=False)
        heading("Author")
        authors = gr.Dropdown(
            list(AUTHORS), value=[AUTHORS[2]], multiselect=True, label="Author", elem_id="text-style"
        )
        hint("Or a text of an author of your own: 5,000 words or more.")
        own = files_input(context, name="text-own", label="Texts of an author", types=ENDINGS)
        return {"content": content, "file": file, "style": authors, "own": own}

    media_tab(TAB, context, make_inputs=make_inputs, read=read)


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The text and its authors; as ``events.Read``."""
    files = file_paths(sent["file"])
    content: str | Path = files[0] if files else (sent["content"] or "").strip()
    return {"content": content, "style": [*(sent["style"] or ()), *file_paths(sent["own"])]}, {}
