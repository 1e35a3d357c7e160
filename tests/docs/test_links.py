"""Every link, anchor and picture of the pages, as they are read in the repository."""

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "src").rglob("*.md"),
        *(ROOT / "training").rglob("*.md"),
        *(ROOT / "notebooks").glob("*.ipynb"),
        *(ROOT / "docs" / "explained").glob("*.html"),
    ]
)
MARKDOWN = re.compile(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HTML = re.compile(r'\b(?:href|src|srcset)="([^"]+)"')


def prose(page):
    """A page without its code, in which brackets mean something else."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    return re.sub(r"^```.*?^```|`[^`\n]+`", "", text, flags=re.DOTALL | re.MULTILINE)


def links(page):
    return (HTML if page.suffix == ".html" else MARKDOWN).findall(prose(page))


def anchors(page):
    """What a link may end in after #: GitHub's names of the headings, and ids."""
    if page.suffix == ".html":
        return set(re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8")))
    found = set()
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ +(.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(name if name not in found else f"{name}-1")
    return found


def within(page):
    """(target, its file, its anchor) of the links that stay in the repository."""
    for target in links(page):
        parts = urlsplit(target)
        if not parts.scheme:
            yield (
                target,
                (page.parent / unquote(parts.path)).resolve() if parts.path else page,
                parts.fragment,
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.path.relpath(page, ROOT))
def test_links_lead_somewhere(page):
    for target, file, anchor in within(page):
        assert file.exists(), target
        assert file.is_relative_to(ROOT), f"{target} leaves the repository"
        if anchor:
            assert anchor in anchors(file), target


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page in PAGES:
            reached.add(page)
            waiting += [file for _, file, _ in within(page)]
    alone = {"CHANGELOG.md", "CONTRIBUTING.md", "training/compact/README.md"}  # where everyone looks for them
    assert {os.path.relpath(page, ROOT) for page in set(PAGES) - reached} <= alone


def test_every_picture_is_shown_somewhere():
    shown = {file for page in PAGES for _, file, _ in within(page)}
    kinds = ("*.jpg", "*.png", "*.gif", "*.webp")
    for picture in [path for kind in kinds for path in (ROOT / "docs").rglob(kind)]:
        assert picture in shown, f"{os.path.relpath(picture, ROOT)} is shown nowhere"


def test_addresses_are_well_formed_and_of_one_spelling():
    from impasto.explain.page import PAPERS

    addresses = {
        target for page in PAGES for target in links(page) if urlsplit(target).scheme not in ("", "data")
    }
    addresses |= {address for _, address in PAPERS}
    assert len(addresses) > 10
    spelled = {}
    for address in sorted(addresses):
        parts = urlsplit(address)
        assert parts.scheme == "https" and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), address
        assert not re.search(r"[\s<>\"`]|//|[.,;:]$", address.removeprefix("https://")), address
        if "arxiv" in parts.netloc:
            number = r"(0\d|1[0-4])\d\d\.\d{4}|(1[5-9]|[2-9]\d)\d\d\.\d{5}"  # of five digits from 2015 on
            assert re.fullmatch(rf"https://arxiv\.org/abs/({number})", address), address
        if "doi" in parts.netloc:
            assert re.fullmatch(r"https://doi\.org/10\.\d{4,}/\S+", address), address
        plain = (parts.netloc.removeprefix("www.") + parts.path).rstrip("/").lower()
        assert spelled.setdefault(plain, address) == address


def test_an_address_is_not_mistyped_where_a_title_repeats():
    """Two links of one text, long enough to be a title, lead to one place."""
    titled = {}
    for page in PAGES:
        for text, target in re.findall(r"\[([^\]]{12,})\]\((https:[^)\s]+)\)", prose(page)):
            assert titled.setdefault(text, target) == target, text
