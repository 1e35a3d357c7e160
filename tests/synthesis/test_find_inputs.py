"""Files of a record are found by name and hash, wherever they are near."""

import pytest

from impasto.errors import PictureError
from impasto.synthesis.find_inputs import InputFinder
from impasto.weights.records import file_sha256


@pytest.fixture
def places(tmp_path, monkeypatch):
    """{name: folder}; the working folder is one of its own."""
    folders = {
        name: tmp_path / name for name in ("top/out", "top/side/deep", "work/inside", "far", ".hidden")
    }
    for folder in folders.values():
        folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    return folders


def entry(path):
    return {"name": path.stem, "path": path.name, "sha256": file_sha256(path)}


@pytest.mark.parametrize("place", ["top/out", "work/inside"])
def test_near_the_record_and_in_the_working_folder(places, tmp_path, place):
    path = places[place] / "a.png"
    path.write_text("a")
    found = InputFinder(places["top/out"] / "out.json").resolved(entry(path))
    assert found == {**entry(path), "path": str(path)}


def test_the_hash_decides_between_namesakes(places):
    near, right = places["top/out"] / "a.png", places["work/inside"] / "a.png"
    near.write_text("another one")
    right.write_text("the right one")
    finder = InputFinder(places["top/out"] / "out.json")
    assert finder.file("a.png", file_sha256(right)) == right
    assert finder.file("a.png", "0" * 64) == near  # it has changed, which is logged elsewhere


def test_elsewhere(places):
    path = places["far"] / "a.png"
    path.write_text("a")
    record = places["top/out"] / "out.json"
    with pytest.raises(
        PictureError, match=r"(?s)a file that the record names is not found.*a\.png.*--look-in"
    ):
        InputFinder(record).resolved(entry(path))
    assert InputFinder(record, places["far"]).resolved(entry(path))["path"] == str(path)


def test_hidden_folders_are_not_searched(places, tmp_path):
    (places[".hidden"] / "a.png").write_text("a")
    with pytest.raises(PictureError, match="is not found"):
        InputFinder(tmp_path / "top" / "out.json").file("a.png", None)


def test_a_record_of_version_0_1_names_whole_paths(places):
    path = places["far"] / "a.png"
    path.write_text("a")
    old = {**entry(path), "path": str(path)}
    assert InputFinder(None).resolved(old) == old
    moved = path.rename(places["work/inside"] / "a.png")
    assert InputFinder(None).resolved(old)["path"] == str(moved)


def test_a_folder_and_a_list(places):
    folder = places["work/inside"]
    for name in "ab":
        (folder / f"{name}.png").write_text(name)
    parts = [entry(folder / f"{name}.png") for name in "ab"]
    absolute = [{**part, "path": str(folder / part["path"])} for part in parts]
    of_folder = {"name": "inside", "path": "inside", "sha256": "x", "pictures": parts}
    assert InputFinder(None).resolved(of_folder) == {**of_folder, "path": str(folder), "pictures": absolute}
    of_list = {"name": "styles", "path": None, "sha256": None, "pictures": parts}
    assert InputFinder(None).resolved(of_list) == {**of_list, "pictures": absolute}
    with pytest.raises(PictureError, match="is not found"):
        InputFinder(folder / "out.json").resolved({**of_folder, "path": "none"})
    assert InputFinder(None).resolved({**of_folder, "path": "none"})["path"] == "none"
    assert InputFinder(None).file("none.png", None).name == "none.png"


def test_a_color_stays():
    color = {"name": "red", "path": "red", "sha256": None}
    assert InputFinder(None).resolved(color) == color
    assert InputFinder(None).resolved({"name": "a", "path": None, "sha256": None})["path"] is None
