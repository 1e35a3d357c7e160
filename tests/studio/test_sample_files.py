import numpy as np
from PIL import Image, ImageOps

from impasto import samples
from impasto.studio.sample_files import THUMBNAIL_PX, THUMBNAILS, SampleFiles


def test_thumbnails_are_of_the_samples(tmp_path):
    assert {path.stem for path in THUMBNAILS.iterdir()} == set(samples.STYLES)
    files = SampleFiles(tmp_path)
    with Image.open(files.picture("woodcut")) as drawn, Image.open(files.thumbnail("woodcut")) as kept:
        away = np.asarray(ImageOps.fit(drawn, THUMBNAIL_PX), float) - np.asarray(kept, float)
    assert np.abs(away).mean() < 12
    with Image.open(files.thumbnail("coffee")) as coffee:
        assert coffee.size == THUMBNAIL_PX


def test_a_sample_is_drawn_once(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "impasto.studio.sample_files.draw", lambda name: drawn.append(name) or Image.new("RGB", (4, 4))
    )
    files = SampleFiles(tmp_path)
    assert files.picture("coffee") == files.picture("coffee")
    assert drawn == ["coffee"]


def test_the_blank_sheet_is_white(tmp_path):
    with Image.open(SampleFiles(tmp_path).blank()) as sheet:
        assert np.asarray(sheet).min() == 255
