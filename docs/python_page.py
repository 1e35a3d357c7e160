"""The page of Python's names: grouped, with signatures, documentation and examples of the pages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).parent

SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


def python_page() -> str:
    """All public names of ``impasto`` and ``impasto.explain``."""
    import impasto
    from impasto import explain

    parts = ["# Python", "What `import impasto` offers, with the documentation that stands in the code."]
    for title, names in groups(impasto.__all__).items():
        parts += [f"## {title}", *(entry(impasto, name, heading=name) for name in names)]
    parts.append(f"## impasto.explain\n\n{(inspect.getdoc(explain) or '').partition('.')[0]}.")
    names = [name for name in explain.__all__ if callable(getattr(explain, name))]
    parts += [entry(explain, name, heading=f"explain.{name}") for name in names]
    return "\n\n".join(parts)


def groups(names: Iterable[str]) -> dict[str, list[str]]:
    """{title: public names}: what paints, what is kept and returned, settings, errors.

    A function that yields steps stands behind the one that does not.
    """
    import impasto

    found: dict[str, list[str]] = {"Functions": [], "Classes": [], "Settings": [], "Errors": []}
    for name in sorted(names, key=str.lower):
        thing = getattr(impasto, name)
        if name.startswith("_") or not callable(thing):
            continue
        if not inspect.isclass(thing):
            found["Functions"].append(name)
        elif issubclass(thing, Exception):
            found["Errors"].append(name)
        else:
            found["Settings" if name.endswith("Settings") else "Classes"].append(name)
    return {title: group for title, group in found.items() if group}


def entry(module: ModuleType, name: str, *, heading: str) -> str:
    """One name: signature, documentation, and the first example of the pages that calls it."""
    thing = getattr(module, name)
    text = f"### {heading}\n\n```text\n{signature(thing)}\n\n{inspect.getdoc(thing)}\n```"
    page, code = example(f"{module.__name__.rpartition('.')[2]}.{name}(")
    return f"{text}\n\nExample, from [{page.stem}]({page.name}):\n\n```python\n{code}```" if page else text


def example(call: str) -> tuple[Path | None, str]:
    """The shortest snippet of the pages in which a call stands, and its page; (None, "") if there is none."""
    found = [
        (len(code), page, code)
        for page in sorted(DOCS.glob("*.md"))
        for code in SNIPPET.findall(page.read_text(encoding="utf-8"))
        if re.search(rf"(?<!\w){re.escape(call)}", code)
    ]
    return min(found)[1:] if found else (None, "")


def signature(thing: Any) -> str:
    """How a function or class is called, a line a parameter."""
    lines, parameters = [], inspect.signature(thing).parameters.values()
    for knob in parameters:
        star = {knob.VAR_POSITIONAL: "*", knob.VAR_KEYWORD: "**"}.get(knob.kind, "")
        if knob.kind == knob.KEYWORD_ONLY and knob == next(k for k in parameters if k.kind == k.KEYWORD_ONLY):
            lines.append("    *,")
        default = "" if knob.default is knob.empty else f" = {knob.default!r}"
        lines.append(f"    {star}{knob.name}: {knob.annotation}{default},")
    return "\n".join([f"{thing.__name__}(", *lines, ")"]) if lines else f"{thing.__name__}()"
