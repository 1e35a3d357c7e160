"""The pictures in a folder: without what systems lay beside them."""

import os

import pytest

from impasto.errors import PictureError
from impasto.images.picture_file import check_file, pictures_in

SYSTEM = (
    "._a.png .hidden.jpg .DS_Store Thumbs.db ehthumbs.db desktop.ini ~$a.png a.png.part .impasto-00.part "
    "a.json a.txt Icon\r .a.png.icloud"
).split(" ")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "folder"
    for inside in (
        "",
        "deep",
        ".thumbnails",
        "__MACOSX",
        "@eaDir",
        "$RECYCLE.BIN",
        "System Volume Information",
    ):
        (folder / inside).mkdir(parents=True, exist_ok=True)
        for name in SYSTEM:
            (folder / inside / name).touch()
        (folder / inside / f"b{len(inside)}.PNG").touch()
        (folder / inside / "a.jpg").touch()
    (folder / "folder.png").mkdir()
    (folder / "nowhere.png").symlink_to("none.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "link.png").symlink_to(folder / "a.jpg")
    return folder


def test_only_pictures(folder):
    assert [path.name for path in pictures_in(folder)] == ["a.jpg", "b0.PNG", "link.png"]


def test_pictures_of_sub_folders(folder):
    names = [str(path.relative_to(folder)) for path in pictures_in(folder, recursive=True)]
    assert names == ["a.jpg", "b0.PNG", "deep/a.jpg", "deep/b4.PNG", "link.png"]


def test_a_folder_of_folders(folder):
    for path in (*folder.glob("*.jpg"), *folder.glob("*.PNG"), folder / "link.png"):
        path.unlink()
    with pytest.raises(PictureError, match=r"(?s)the folder has no picture.*\.png, \.jpg.*inside it: .*deep"):
        pictures_in(folder)


def test_no_folder(tmp_path, monkeypatch):
    with pytest.raises(PictureError, match="there is no such folder"):
        pictures_in(tmp_path / "none")
    with pytest.raises(PictureError, match="there is no such folder"):
        pictures_in(tmp_path / "none", recursive=True)

    def closed(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", closed)  # root may read anything
    with pytest.raises(PictureError, match=r"(?s)the folder cannot be read.*Permission denied.*chmod"):
        pictures_in(tmp_path)


def test_a_hidden_file_is_no_advice(folder, tmp_path):
    with pytest.raises(PictureError, match="picture is a folder") as caught:
        check_file(folder)
    assert caught.value.attempt == str(folder / "a.jpg")
    (tmp_path / "._photo.png").touch()
    with pytest.raises(PictureError, match="picture is missing") as caught:
        check_file(tmp_path / "photo.png")
    assert "._photo" not in caught.value.attempt
