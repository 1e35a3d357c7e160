"""The studio's API, as a Python program calls it, and as someone calls it who means harm."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from impasto.result import read_record
from tests.conftest import drawn

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


def paint(client, content, style, settings):
    picture, record = client.predict(
        content=handle_file(content), styles=[handle_file(style)], settings=settings, api_name="/stylize"
    )
    return picture, read_record(record)


def test_a_painting(client, photo, painting, quick):
    picture, record = paint(client, photo, painting, quick)
    assert Image.open(picture).size == (64, 48)
    assert record["settings"]["steps"] == 4
    assert record["content"]["path"] == "photo.png"
    assert read_record(picture)["styles"][0]["name"] == "painting"


def test_a_texture(client, painting, other_painting, quick):
    settings = {**quick, "size": "48x32"}
    del settings["content_layers"]
    picture, record = client.predict(
        styles=[handle_file(painting), handle_file(other_painting)],
        settings={**settings, "style_weights": [0.7, 0.3]},
        api_name="/texture",
    )
    assert Image.open(picture).size == (48, 32)
    assert read_record(record)["task"] == "texture"
    assert read_record(record)["settings"]["style_weights"] == [0.7, 0.3]
    with pytest.raises(AppError, match=r"(?s)size: more than this studio allows.*256 px"):
        client.predict(
            styles=[handle_file(painting)], settings={**settings, "size": "48x300"}, api_name="/texture"
        )


def test_a_doodle(client, photo, painting, tmp_path, quick):
    files = []
    for name, split in (("map", 20), ("doodle", 40)):
        labels = Image.new("RGB", (64, 56), "#e6194b")
        labels.paste("#4363d8", (0, 0, 64, split))
        labels.save(tmp_path / f"{name}.png")
        files.append(handle_file(tmp_path / f"{name}.png"))
    settings = {k: v for k, v in quick.items() if k != "content_layers"}
    settings |= {"patch_layers": ["relu3_1"], "content_layers": ["relu3_1"]}
    picture, record = client.predict(
        style=handle_file(painting),
        style_map=files[0],
        doodle=files[1],
        settings=settings,
        api_name="/doodle",
    )
    assert Image.open(picture).size == (64, 56)
    assert read_record(record)["task"] == "doodle"
    picture, record = client.predict(
        style=handle_file(painting),
        style_map=files[0],
        doodle=files[1],
        content=handle_file(photo),
        settings={**settings, "init": "content"},
        api_name="/doodle",
    )
    assert Image.open(picture).size == (64, 48)
    assert read_record(record)["content"]["path"] == "photo.png"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"sise": 64}, "there is no setting 'sise'"),
        ({"size": 999}, "more than this studio allows"),
        ({"weights": "/etc/passwd"}, "weights is not for visitors"),
        ({"init": "/etc/passwd"}, "there is no such start"),
        ([1], "settings are names and values"),
    ],
)
def test_settings_that_are_refused(client, photo, painting, settings, text):
    with pytest.raises(AppError, match=text):
        paint(client, photo, painting, settings)


def bomb():
    """A PNG of a few hundred bytes whose header claims 40000 x 40000 pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(40_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (bomb(), "larger than the limit"),
        (b"", "empty"),
        (b"no picture at all", "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "picture"),
    ],
)
def test_files_that_mean_harm(client, photo, painting, tmp_path, quick, data, text):
    file = tmp_path / "bad.png"
    file.write_bytes(data)
    with pytest.raises(AppError, match=f"(?i){text}") as caught:
        paint(client, file, painting, quick)
    assert "impasto-studio" not in str(caught.value)  # the server's folders are its own business
    assert Image.open(paint(client, photo, painting, quick)[0]).size == (64, 48)


def odd_pictures(folder):
    """Pictures that cameras, printers and old programs write."""
    pixels = Image.fromarray(drawn(7))
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    pixels.save(folder / "phone.jpg", exif=exif)
    pixels.convert("CMYK").save(folder / "print.jpg")
    Image.fromarray((drawn(7)[..., 0].astype(np.uint16)) * 257).save(folder / "deep.png")
    pixels.save(folder / "moving.gif", save_all=True, append_images=[Image.fromarray(drawn(8))])
    palette = pixels.convert("P")
    palette.save(folder / "clear.png", transparency=3)
    return {path.name: path for path in folder.iterdir()}


def test_odd_pictures_are_painted(client, painting, tmp_path, quick):
    folder = tmp_path / "odd"
    folder.mkdir()
    for name, path in odd_pictures(folder).items():
        width, height = Image.open(paint(client, path, painting, quick)[0]).size
        assert (width, height) == ((48, 64) if name == "phone.jpg" else (64, 48)), name


def test_masks(client, photo, painting, other_painting, tmp_path, quick):
    mask = Image.new("L", (64, 48))
    mask.paste(255, (0, 0, 32, 48))
    mask.save(tmp_path / "mask.png")
    files = {"content": handle_file(photo), "styles": [handle_file(painting)]}
    settings = {**quick, "init": "noise"}
    picture, record = client.predict(
        **files, keep=handle_file(tmp_path / "mask.png"), settings=settings, api_name="/stylize"
    )
    kept = np.abs(np.asarray(Image.open(picture), float) - np.asarray(Image.open(photo), float)).mean((0, 2))
    assert kept[:28].max() < 1
    assert kept[36:].mean() > 10
    assert read_record(record)["controls"]["keep"]["path"] == "mask.png"
    files["styles"] = [handle_file(painting), handle_file(other_painting)]
    masks = {"content_mask": tmp_path / "mask.png"}
    whole = Image.new("L", (8, 8), 255)
    for name, tone in (("white", 255), ("black", 0)):
        whole.point(lambda _, tone=tone: tone).save(tmp_path / f"{name}.png")
    _, record = client.predict(
        **files,
        content_mask=handle_file(masks["content_mask"]),
        style_mask=[handle_file(tmp_path / f"{name}.png") for name in ("white", "black")],
        settings=settings,
        api_name="/stylize",
    )
    assert [entry["path"] for entry in read_record(record)["controls"]["style_mask"]] == [
        "white.png",
        "black.png",
    ]
    picture, record = client.predict(
        content=handle_file(photo),
        styles=[handle_file(painting)],
        fine_style=handle_file(other_painting),
        settings=settings,
        api_name="/stylize",
    )
    assert read_record(record)["controls"]["fine_style"]["path"] == "other.png"


def test_a_file_over_the_limit(client, painting, tmp_path, quick):
    file = tmp_path / "large.png"
    file.write_bytes(bytes(3_000_000))
    with pytest.raises(Exception, match=r"(?i)413|large|size"):
        paint(client, file, painting, quick)


@pytest.mark.slow
def test_fifty_at_once(client, server, photo, painting, quick):
    """Some are painted, the others are sent away, and the next one is painted as if nothing had been."""
    settings = {**quick, "steps": 40, "tolerance": 0.0}
    files = {"content": handle_file(photo), "styles": [handle_file(painting)]}

    def ask(_):
        try:
            client.predict(**files, settings=settings, api_name="/stylize")
        except Exception as error:
            return str(error)
        return "painted"

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert answers.count("painted") >= 1
    refused = [answer for answer in answers if answer != "painted"]
    assert refused
    assert all("queue is full" in answer.lower() for answer in refused), set(refused)
    assert Path(paint(client, photo, painting, quick)[0]).exists()
