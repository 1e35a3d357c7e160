import base64
import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.errors import PictureError
from impasto.settings import StudioSettings
from impasto.studio.uploads import brushed, grey_of, mask_of, path_of, paths_of, upright

LIMITS = StudioSettings(max_megapixels=0.01)


def layer(tmp_path, box=(10, 10, 30, 20), color="#3cb44b", size=(40, 30)):
    picture = Image.new("RGBA", size)
    picture.paste(color, box)
    path = tmp_path / "layer.png"
    picture.save(path)
    return {"path": str(path)}


def test_paths(tmp_path):
    assert path_of(None) is None
    assert str(path_of({"path": "/a/b.png"})) == "/a/b.png"
    assert paths_of(None) == []
    assert [p.name for p in paths_of([{"image": {"path": "/a.png"}}, {"video": {"path": "/b.mp4"}}])] == [
        "a.png",
        "b.mp4",
    ]


def test_what_was_brushed(tmp_path):
    assert brushed(None, LIMITS) is None
    assert brushed({"layers": []}, LIMITS) is None
    assert brushed({"layers": [layer(tmp_path, box=(0, 0, 0, 0))]}, LIMITS) is None
    strokes = np.asarray(brushed({"layers": [layer(tmp_path)]}, LIMITS))[..., 3]
    assert strokes[15, 20] == 255
    assert strokes.sum() == 255 * 20 * 10


def sent_mask(tmp_path, *, feather=0.0, **options):
    """What ``brush.js`` sends for a layer."""
    data = Path(layer(tmp_path, **options)["path"]).read_bytes()
    url = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return json.dumps({"png": url, "feather": feather})


def test_a_brushed_mask_is_hard_or_soft(tmp_path):
    assert mask_of(None, LIMITS) is None
    assert mask_of("", LIMITS) is None
    assert mask_of(sent_mask(tmp_path, box=(0, 0, 0, 0)), LIMITS) is None
    hard = np.asarray(mask_of(sent_mask(tmp_path), LIMITS))
    assert hard[15, 20] == 255
    assert hard.sum() == 255 * 20 * 10
    soft = np.asarray(mask_of(sent_mask(tmp_path, feather=0.05), LIMITS))  # 1.5 px
    assert soft[15, 20] == 255
    assert 90 < soft[15, 10] < 165  # half at the border
    assert soft.sum() == pytest.approx(hard.sum(), rel=0.02)
    assert np.asarray(mask_of(sent_mask(tmp_path, feather=1e9), LIMITS)).std() < 128


@pytest.mark.parametrize(
    "sent", ["no", "[]", "{}", '{"png": 1}', '{"png": "data:", "feather": "x"}', "[" * 5000]
)
def test_what_is_no_brushed_mask(sent):
    with pytest.raises(PictureError, match="the brushed mask is no picture"):
        mask_of(sent, LIMITS)


def test_a_brushed_mask_that_is_too_large_or_damaged(tmp_path):
    with pytest.raises(PictureError, match=r"(?s)brushed layer is too large.*at most 0.01"):
        mask_of(sent_mask(tmp_path, size=(200, 200)), LIMITS)
    with pytest.raises(PictureError, match="the brushed layer is no picture"):
        mask_of(json.dumps({"png": "data:image/png;base64,!", "feather": 0}), LIMITS)


def test_an_uploaded_mask_is_grey_and_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 4), "white").save(tmp_path / "mask.jpg", exif=exif)
    mask = grey_of(tmp_path / "mask.jpg", LIMITS)
    assert (mask.mode, mask.size, mask.getpixel((0, 0))) == ("L", (4, 8), 255)


def test_a_layer_that_is_none(tmp_path):
    with pytest.raises(PictureError, match=r"(?s)brushed layer is too large.*at most 0.01"):
        brushed({"layers": [layer(tmp_path, size=(200, 200))]}, LIMITS)
    with pytest.raises(PictureError, match=r"(?s)more than one brushed layer.*2.*one"):
        brushed({"layers": [layer(tmp_path), layer(tmp_path)]}, LIMITS)
    with pytest.raises(PictureError, match="the brushed layer is no picture"):
        brushed({"layers": [{"url": "data:image/png;base64,!"}]}, LIMITS)


def written(format):  # Pillow's word
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, format)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        written("EPS"),  # Pillow would start Ghostscript for it
        written("JPEG"),
        written("PNG")[:-30],
        written("PNG").replace(b"IHDR", b"IHDX"),
        written("PNG")[:40] + b"\xff" * 20,
    ],
)
def test_files_that_are_no_layer(tmp_path, data):
    file = tmp_path / "layer.png"
    file.write_bytes(data)
    with pytest.raises(PictureError, match="the brushed layer is no picture") as caught:
        brushed({"layers": [{"path": str(file)}]}, LIMITS)
    assert str(tmp_path) not in str(caught.value)


def test_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    Image.new("L", (8, 4)).save(tmp_path / "phone.jpg", exif=exif)
    picture = upright(tmp_path / "phone.jpg", LIMITS)
    assert (picture.mode, picture.size) == ("RGB", (4, 8))
