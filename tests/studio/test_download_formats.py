import pytest
import torch

from impasto.errors import PictureError
from impasto.images import io
from impasto.result import Result, read_record
from impasto.studio.download_formats import FORMATS, in_format
from impasto.studio.session import MAX_FINE, Session


def painted(session, seed=0):
    pixels = torch.rand(1, 3, 8, 12, generator=torch.Generator().manual_seed(seed))
    entry = {"name": "a", "path": None, "sha256": None}
    record = {"impasto_format": 1, "size": [12, 8], "settings": {}, "versions": {}, "content": entry}
    return session.add(Result(pixels, {}, {**record, "styles": [entry]}), task="stylize"), pixels


def test_every_format_holds_the_picture_and_its_record(tmp_path):
    entry, pixels = painted(Session(tmp_path))
    for choice, (suffix, bits) in FORMATS.items():
        file = in_format(entry, choice)
        assert file.suffix == suffix and file.parent == entry.picture.parent
        error = (io.read(file).pixels - pixels).abs()
        if suffix in (".png", ".tiff"):
            assert error.max() < 0.51 / (2**bits - 1), choice
        assert error.mean() < 0.2, choice  # noise is hard for JPEG and WebP
        assert read_record(file)["size"] == [12, 8]
        assert in_format(entry, choice) == file
    assert in_format(entry, "PNG") == entry.picture


def test_16_bits_are_those_of_the_run(tmp_path):
    entry, pixels = painted(Session(tmp_path))
    made = in_format(entry, "PNG, 16 bits")
    io.write(tmp_path / "b.png", pixels, bits=16)
    assert torch.equal(io.read(made).pixels, io.read(tmp_path / "b.png").pixels)


def test_16_bits_of_old_results_are_gone(tmp_path):
    session = Session(tmp_path)
    entries = [painted(session, seed)[0] for seed in range(MAX_FINE + 1)]
    with pytest.raises(PictureError, match=r"(?s)16 bits are kept of the last.*paint it again"):
        in_format(entries[0], "TIFF, 16 bits")
    assert in_format(entries[0], "JPEG").exists()
    assert in_format(entries[-1], "TIFF, 16 bits").exists()
