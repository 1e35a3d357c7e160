"""What makes a site of pages that are written for the repository: mkdocs.yml calls these functions.

Pages outside docs/ are carried into the site, and links follow them. A link to what the site does not have, a
folder of code, say, becomes plain text.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))
from python_page import python_page

ROOT = Path(__file__).parents[1]

LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")

TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
HEAD = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
CELL = re.compile(r"<td([^>]*)>(.*?)</td>", re.DOTALL)

MATH = re.compile(r"`[^`\n]*`|\$([^$`\n]+)\$")
"""Code in a line, which is left as it is, or a formula between dollar signs."""

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
    "SECURITY.md": ("security.md", as_is),
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
    """Lead links to where the site has what they mean, and make formulas MathML."""
    uri = page.file.src_uri
    parts = FENCED.split(markdown)
    return "".join(part if part.startswith("```") else prose(part, uri) for part in parts)


def prose(text: str, uri: str) -> str:
    """Text between blocks of code: links lead to where the site has what they mean, $a$ becomes MathML."""
    linked = LINK.sub(lambda link: lead(link, uri), text)
    return MATH.sub(lambda found: found[0] if found[1] is None else convert(found[1]), linked)


def on_page_content(content: str, **_: Any) -> str:
    """Make tables readable, also on a telephone."""
    return TABLE.sub(lambda found: table(found[0]), content)


def table(text: str) -> str:
    """A table whose cells know the head of their column, which a narrow screen shows before them.

    A bar in code loses the backslash that it needs in Markdown, and long lists may break at their commas.
    """
    heads = [html.escape(re.sub(r"<[^>]*>", "", head), quote=True) for head in HEAD.findall(text)]

    def row(found: re.Match[str]) -> str:
        heads_left = iter(heads)

        def cell(found: re.Match[str]) -> str:
            inner = re.sub(r",(?=\w)(?![^<]*>)", ",<wbr>", found[2].replace(r"\|", "|"))
            return f'<td data-head="{next(heads_left, "")}"{found[1]}>{inner}</td>'

        return CELL.sub(cell, found[0])

    return ROW.sub(row, text)


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
