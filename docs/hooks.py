"""What makes a site of pages that are written for the repository: mkdocs.yml calls these functions.

Pages outside docs/ are carried into the site, and links follow them. A link to what the site does not have, a
folder of code, say, becomes plain text.
"""

from __future__ import annotations

import html
import inspect
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]

LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")

FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)


def notebook(text: str) -> str:
    """A notebook as a page: its texts, its code, what was printed and the pictures."""
    parts = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/jpeg" in data:
                alt = html.escape("".join(data["text/plain"]))
                parts.append(f'<img src="data:image/jpeg;base64,{data["image/jpeg"].strip()}" alt="{alt}">')
            printed = "".join(output.get("text", []))
            if printed:
                parts.append(f"```text\n{printed.rstrip()}\n```")
    return "\n\n".join(parts)


def plain(title: str) -> Callable[[str], str]:
    """A page out of a text without marks."""
    return lambda text: f"# {title}\n\n```text\n{text.rstrip()}\n```\n"


def as_is(text: str) -> str:
    """A page that is Markdown already."""
    return text


CARRIED: dict[str, tuple[str, Callable[[str], str]]] = {
    "README.md": ("index.md", as_is),
    "CHANGELOG.md": ("changelog.md", as_is),
    "CONTRIBUTING.md": ("contributing.md", as_is),
    "LICENSE": ("licence.md", plain("Licence")),
    "NOTICE": ("notice.md", plain("Notice")),
    "src/impasto/features/compact.md": ("compact.md", as_is),
    "src/impasto/fast/any_style.md": ("any-style.md", as_is),
    "training/compact/README.md": ("training.md", as_is),
    "training/fast/README.md": ("training-fast.md", as_is),
    "training/text/README.md": ("training-text.md", as_is),
    "notebooks/style-transfer.ipynb": ("notebook.md", notebook),
}
"""File of the repository: (page of the site, what makes the one of the other)."""

HOMES = {page: file for file, (page, _) in CARRIED.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Carry the pages from outside docs/ into the site, and write the one of Python's names."""
    for file, (page, made) in CARRIED.items():
        text = made((ROOT / file).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, "python.md", content=python_page()))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Lead links to where the site has what they mean."""
    uri = page.file.src_uri
    parts = FENCED.split(markdown)
    return "".join(
        part if part.startswith("```") else LINK.sub(lambda link: lead(link, uri), part) for part in parts
    )


def on_page_content(content: str, **_: Any) -> str:
    """Show a bar in a table's code without the backslash that it needs there, and let long lists break."""

    def cell(found: re.Match[str]) -> str:
        return re.sub(r",(?=\w)(?![^<]*>)", ",<wbr>", found[0].replace(r"\|", "|"))

    return re.sub(r"<td.*?</td>", cell, content, flags=re.DOTALL)


def lead(link: re.Match[str], uri: str) -> str:
    """A link of a page as the site needs it.

    Args:
        link: of the page.
        uri: of the page in the site.
    Returns:
        The link, or its text if the site does not have what it means.
    """
    text, target = link.groups()
    if re.match(r"[a-z]+:|#", target):
        return link[0]
    path, mark, anchor = target.partition("#")
    home = Path(HOMES.get(uri, f"docs/{uri}")).parent
    meant = Path(os.path.normpath(home / path)).as_posix()
    if meant in CARRIED:
        meant = f"docs/{CARRIED[meant][0]}"
    if not meant.startswith("docs/") or meant.endswith(".py"):
        return text
    return f"[{text}]({os.path.relpath(meant, (Path('docs') / uri).parent)}{mark}{anchor})"


def python_page() -> str:
    """The public names with their signatures and docstrings."""
    import impasto
    from impasto import explain

    parts = ["# Python", "What `import impasto` offers, with the documentation that stands in the code."]
    for module in (impasto, explain):
        parts.append(f"## {module.__name__}\n\n{(inspect.getdoc(module) or '').partition('.')[0]}.")
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing):
                heading = f"### {name}" if module is impasto else f"### explain.{name}"
                parts.append(f"{heading}\n\n```text\n{signature(thing)}\n\n{inspect.getdoc(thing)}\n```")
    return "\n\n".join(parts)


def signature(thing: Any) -> str:
    """How a function or class is called, a line a parameter."""
    lines, found = [], inspect.signature(thing).parameters.values()
    for knob in found:
        star = {knob.VAR_POSITIONAL: "*", knob.VAR_KEYWORD: "**"}.get(knob.kind, "")
        if knob.kind == knob.KEYWORD_ONLY and knob == next(k for k in found if k.kind == k.KEYWORD_ONLY):
            lines.append("    *,")
        default = "" if knob.default is knob.empty else f" = {knob.default!r}"
        lines.append(f"    {star}{knob.name}: {knob.annotation}{default},")
    return "\n".join([f"{thing.__name__}(", *lines, ")"]) if lines else f"{thing.__name__}()"
