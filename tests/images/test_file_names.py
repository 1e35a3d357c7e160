"""Names that a file system can hold, in any script, and names that are free."""

import os

import pytest

from impasto.images.file_names import beside, fitting, free, length_bytes, longest_bytes, numbered

SCRIPTS = {
    "latin": "a",
    "greek": "λ",
    "japanese": "絵",
    "emoji": "🎨",
    "devanagari": "कि",
    "accents": "e\u0301",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("ending", [".png", ".json", ".checkpoint", ".sheet.png"])
def test_a_long_name_is_shortened_until_it_can_be_written(tmp_path, script, ending):
    for count in range(1, 260):
        path = fitting(tmp_path / (script * count + ending), ending)
        length = length_bytes(script * count + ending)
        assert length_bytes(path.name) == length if length <= 255 else 240 <= length_bytes(path.name) <= 255
        assert path.name.endswith(ending)
    path.touch()
    # The cut is between two characters with their marks.
    stem = path.name.removesuffix(ending)[:-9]
    assert stem == script * (len(stem) // len(script))


def test_names_that_differ_at_their_end_only_stay_two(tmp_path):
    one, two = (fitting(tmp_path / ("x" * 300 + last + ".png")) for last in "ab")
    assert one != two and one == fitting(tmp_path / ("x" * 300 + "a.png"))
    assert fitting(one) == one


def test_room_is_left_for_more(tmp_path):
    path = fitting(tmp_path / ("x" * 250 + ".png"), spare_bytes=12)
    assert length_bytes(path.name) == 243
    assert beside(path, ".checkpoint").name.startswith(path.stem)


def test_beside():
    from pathlib import Path

    assert beside(Path("a/out.v2.png"), ".json") == Path("a/out.v2.json")
    assert len(beside(Path("x" * 251 + ".png"), ".checkpoint").name) == 255


def test_a_name_that_no_text_can_be(tmp_path):
    raw = os.fsdecode(b"\xff\xfe" * 130 + b".png")
    fitting(tmp_path / raw).touch()


def test_file_systems_with_shorter_names(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "pathconf", lambda place, name: 143)  # eCryptfs
    assert (
        longest_bytes(tmp_path) == 143 and length_bytes(fitting(tmp_path / ("x" * 200 + ".png")).name) == 143
    )
    monkeypatch.delattr(os, "pathconf")  # Windows
    assert longest_bytes(tmp_path) == 255


def test_free_names(tmp_path):
    path = tmp_path / "out.png"
    assert free(path) == path
    path.touch()
    (tmp_path / "out-2.png").symlink_to("nowhere")
    assert free(path) == tmp_path / "out-3.png"
    names = numbered(path)
    assert [next(names).name for _ in range(3)] == ["out.png", "out-2.png", "out-3.png"]
