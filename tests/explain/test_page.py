"""The page: whole, offline, and readable by all."""

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from impasto.errors import ImpastoError, OutputError
from impasto.explain import page, page_steps
from impasto.explain.page import COSTS
from impasto.registry import FIGURES

VOID = {"meta", "link", "img", "source", "br", "hr", "input", "mspace"}


class Reader(HTMLParser):
    """Checks that tags are balanced, and collects what the page refers to."""

    def __init__(self):
        super().__init__()
        self.open, self.found, self.ids, self.targets = [], [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.found.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, name):
        return [attrs for tag, attrs in self.found if tag == name]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A page with every chapter, of tiny pictures, and its text."""
    from tests.conftest import drawn
    from tests.explain.conftest import TINY

    folder = tmp_path_factory.mktemp("page")
    samples = tmp_path_factory.mktemp("pictures")
    for seed in range(3):
        Image.fromarray(drawn(seed)).save(samples / f"{seed}.png")
    path = page(drawn(0), drawn(1, 56, 56), folder / "new", pictures=str(samples), **TINY)
    return path, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reader(made):
    reader = Reader()
    reader.feed(made[1])
    reader.close()
    return reader


def test_tags_are_balanced_and_names_unique(reader):
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))


def test_nothing_comes_from_outside(made, reader):
    for tag, attrs in reader.found:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert attrs.get(name, "data:").startswith("data:"), (tag, name)
        if tag == "link":
            assert attrs["href"].startswith("data:")
        assert tag not in ("script", "iframe", "object", "embed") and not any(
            n.startswith("on") for n in attrs
        )
    style = re.search(r"<style>(.*?)</style>", made[1], re.DOTALL)[1]
    assert "url(" not in style and "@import" not in style
    assert "default-src 'none'" in made[1]


def test_every_picture_is_described(reader):
    pictures = reader.all("img")
    assert len(pictures) >= 3 + 17
    for attrs in pictures:
        assert len(attrs["alt"]) > 10 and int(attrs["width"]) > 0 and int(attrs["height"]) > 0
    assert len(reader.all("figcaption")) == len(pictures)


def test_light_dark_and_still(made, reader):
    assert "prefers-color-scheme: dark" in re.search(r"<style>(.*?)</style>", made[1], re.DOTALL)[1]
    media = [attrs["media"] for attrs in reader.all("source")]
    assert media.count("(prefers-reduced-motion: reduce)") == 3  # animations
    assert media.count("(prefers-color-scheme: dark)") == len(media) - 3


def test_animations_rest_for_readers_who_want_no_motion(reader):
    """Animations are embedded as WebP; such readers see the last frame."""
    assert all(attrs["src"].startswith("data:image/webp;base64,") for attrs in reader.all("img"))
    assert sum(frames_in(attrs["src"]) > 1 for attrs in reader.all("img")) >= 2  # equal frames become one
    assert all(frames_in(attrs["srcset"]) == 1 for attrs in reader.all("source"))


def frames_in(uri):
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as picture:
        return picture.n_frames


@pytest.mark.slow
def test_a_chapter_and_a_link_for_every_figure(reader):
    assert [attrs["id"] for attrs in reader.all("section")] == list(FIGURES)
    links = [attrs["href"] for attrs in reader.all("a") if attrs["href"].startswith("#")]
    assert {link[1:] for link in links} <= set(reader.ids) and len(links) == len(FIGURES) + 1


def test_every_equation_of_the_paper(made):
    for number in range(1, 8):
        assert f"Gatys 2016, eq. {number}<" in made[1]
    assert len(re.findall('<math [^>]*display="block">', made[1])) >= 9


def test_every_figure_is_a_file_too(made, reader):
    files = {file.name for file in made[0].parent.iterdir()}
    names = [attrs["id"].removeprefix("figure-") for attrs in reader.all("figure") if "id" in attrs]
    assert len(names) == 18
    for name in names:
        assert f"{name}.png" in files or f"{name}.gif" in files
    for file in made[0].parent.glob("*.gif"):
        assert file.stat().st_size <= 3_000_000
    assert len(made[1]) < 15_000_000


def test_the_record_is_there(made):
    assert "&quot;network&quot;: &quot;test-net&quot;" in made[1]


@pytest.mark.slow
def test_some_figures_only(pictures, tiny, tmp_path):
    drawing = page_steps(*pictures, tmp_path, **{**tiny, "figures": ("timeline", "feature-maps")})
    steps = [next(drawing)]
    assert "1 of 2 chapters so far" in (tmp_path / "index.html").read_text(encoding="utf-8")
    steps += drawing
    assert "chapters so far" not in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert [(step.name, step.number, step.count) for step in steps] == [
        ("feature-maps", 1, 2),
        ("timeline", 2, 2),
    ]
    assert steps[0].seconds_left > 0 == steps[1].seconds_left
    assert [file.name for file in steps[1].files] == ["timeline-iteration.gif", "timeline.png"]
    assert all(file.exists() for step in steps for file in step.files)


@pytest.mark.slow
def test_stopping_keeps_the_chapters_so_far(pictures, tiny, tmp_path):
    steps = page_steps(*pictures, tmp_path, **{**tiny, "figures": ("feature-maps", "sweep")})
    next(steps)
    steps.close()
    reader = Reader()
    reader.feed((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert [attrs["id"] for attrs in reader.all("section")] == ["feature-maps"] and reader.open == []


@pytest.mark.slow
def test_names_are_escaped(tmp_path, pictures, tiny):
    source = tmp_path / "a<b>&.png"
    Image.fromarray(pictures[0]).save(source)
    path = page(source, pictures[1], tmp_path / "page", **{**tiny, "figures": ("feature-maps",)})
    text = path.read_text(encoding="utf-8")
    assert "a&lt;b&gt;&amp; after style, explained" in text and "<b>&" not in text


def test_every_chapter_has_a_cost():
    assert list(COSTS) == list(FIGURES)


def test_the_folder_is_a_file(tmp_path, pictures, tiny):
    (tmp_path / "page").write_text("")
    with pytest.raises(OutputError, match="folder cannot be made"):
        page(*pictures, tmp_path / "page", **tiny)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"pictures": "nowhere"}, "there are no pictures to look in"),
        ({"channels": ("relu2_1:99",)}, "has no channel 99"),
    ],
)
def test_the_last_chapter_is_checked_before_the_first(tmp_path, pictures, tiny, options, text):
    with pytest.raises(ImpastoError, match=text):
        page(*pictures, tmp_path / "page", **options, **tiny)
    assert not (tmp_path / "page").exists()
