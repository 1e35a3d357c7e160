"""The site that `make docs` builds: whole, without anything from another host, and readable."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image, ImageSequence

pytest.importorskip("material", reason="the site needs mkdocs-material: pip install --group docs")

ROOT = Path(__file__).parents[2]
LOADED = {("script", "src"), ("img", "src"), ("source", "srcset"), ("iframe", "src"), ("video", "src"),
          ("audio", "src"), ("object", "data"), ("embed", "src")}  # fmt: skip


class Reader(HTMLParser):
    """What a page refers to and loads, its ids, and its paragraphs but for code."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.ids, self.paragraphs = [], [], set(), []
        self.silent, self.headings = 0, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs["id"]} if "id" in attrs else set()
        self.headings += tag == "h1"
        self.paragraphs += [""] if tag in ("p", "h1", "h2", "h3", "ul", "ol", "pre", "table") else []
        self.silent += tag in ("code", "script", "style", "nav")
        for name in ("href", "src", "srcset", "data"):
            if attrs.get(name) and tag not in ("base",):
                self.links.append(attrs[name])
                if (tag, name) in LOADED or (
                    tag == "link" and attrs.get("rel") not in ("next", "prev", "canonical")
                ):
                    self.loaded.append(attrs[name])

    def handle_endtag(self, tag):
        self.silent -= tag in ("code", "script", "style", "nav")

    def handle_data(self, data):
        if self.paragraphs and not self.silent:
            self.paragraphs[-1] += data


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site."""
    folder = tmp_path_factory.mktemp("site") / "built"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # mkdocs-material's advertisement of its successor
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=quiet)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr
    return folder


@pytest.fixture(scope="session")
def pages(site):
    """{path: what is on it}."""
    found = {path: Reader(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    assert len(found) > 20
    return found


def test_links_and_anchors_lead_somewhere(site, pages):
    for page, reader in pages.items():
        if page.name == "404.html":
            continue  # its links are those of a server's root
        for target in reader.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            file = file / "index.html" if file.is_dir() else file
            assert file.is_file() and file.is_relative_to(site), f"{page.name}: {target}"
            if parts.fragment and not parts.fragment.startswith("__"):
                assert parts.fragment in pages[file].ids, f"{page.name}: {target}"


@pytest.mark.slow
def test_nothing_is_loaded_from_another_host(site, pages):
    for page, reader in pages.items():
        for target in reader.loaded:
            assert urlsplit(target).scheme in ("", "data") and not urlsplit(target).netloc, (
                f"{page.name}: {target}"
            )
    for sheet in site.rglob("*.css"):
        outside = re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]+", sheet.read_text("utf-8"))
        assert outside == [], sheet.name


def test_no_mark_of_markdown_is_left(pages):
    """Lists, tables and links that the repository shows and the site's Markdown does not."""
    for page, reader in pages.items():
        for text in reader.paragraphs:
            assert not re.search(r"\]\(|\*\*|\n[-*] \w|.\n\d+\. \w|\| ?---", text), f"{page.name}: {text}"
        assert reader.headings == 1, page.name
        assert r"\|" not in re.sub(r"<pre.*?</pre>", "", page.read_text("utf-8"), flags=re.DOTALL), page.name


def test_every_page_of_the_repository_is_there(site):
    names = {path.stem for path in site.glob("*.html")}
    assert names >= {page.stem for page in (ROOT / "docs").glob("*.md")}
    assert names >= {
        "index",
        "changelog",
        "contributing",
        "licence",
        "notice",
        "compact",
        "training",
        "notebook",
    }
    assert '<h3 id="stylize">' in (site / "python.html").read_text(encoding="utf-8")
    assert (site / "notebook.html").read_text(encoding="utf-8").count("data:image/jpeg") >= 9


def test_the_chapter_is_small_and_needs_nothing_else(site):
    chapter = ROOT / "docs" / "explained"
    text = (chapter / "index.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "<script" not in text
    assert sum(path.stat().st_size for path in chapter.iterdir()) < 4_000_000
    assert {path.name for path in (site / "explained").iterdir()} == {path.name for path in chapter.iterdir()}


@pytest.mark.slow
def test_in_a_browser(site):
    """From a folder, on a telephone and a desk: no sideways scroll, no request outside, and search."""
    if shutil.which("chromium") is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    pytest.importorskip("playwright.sync_api")
    browse = Path(__file__).with_name("browse.py")  # a process of its own: Playwright allows one a thread
    done = subprocess.run(
        [sys.executable, str(browse), str(site)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["outside"] == [] and seen["errors"] == [] and seen["broken"] == [] and seen["too_wide"] == []
    assert seen["dark"] != seen["light"]
    assert any("losses.html" in address for address in seen["found"])


def test_the_animations_of_the_chapter_move():
    """All frames but the last, which is held, last a fraction of a second."""
    films = 0
    for path in (ROOT / "docs" / "explained").glob("*.webp"):
        with Image.open(path) as picture:
            times = [frame.copy().info["duration"] for frame in ImageSequence.Iterator(picture)
                     if picture.n_frames > 1]  # fmt: skip
        if times:
            films += 1
            assert max(times[:-1]) <= 400 < times[-1], path.name
    assert films == 3
