"""Bad input: one clear message, exit code 2, no traceback, and files left as they were."""

import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app

TEST = [
    "--network",
    "test-net",
    "--style-layers",
    "relu1_1,relu2_1",
    "--content-layers",
    "relu3_1",
    "--steps",
    "2",
]
CASES = {
    "no arguments": ([], "stylize needs a photo and a style"),
    "no style": (["{photo}"], "stylize needs a photo and a style"),
    "missing file": (["{dir}/nowhere.jpg", "{painting}"], "nowhere.jpg"),
    "a folder": (["{photo}", "{painting}", "--fine-style", "{dir}"], "folder"),
    "not an image": (["{dir}/text.png", "{painting}"], "PictureError: "),
    "zero bytes": (["{dir}/empty.png", "{painting}"], "empty"),
    "truncated": (["{dir}/cut.png", "{painting}"], "PictureError: "),
    "a bomb": (["{dir}/bomb.png", "{painting}"], "--max-megapixels"),
    "a sliver": (["{dir}/sliver.png", "{painting}"], "too small"),
    "unknown layer": (["{photo}", "{painting}", "--style-layers", "relu1_1,relu9_9"], "no layer 'relu9_9'"),
    "unknown network": (["{photo}", "{painting}", "--network", "vgg91"], "did you mean 'vgg19'"),
    "unknown preset": (["{photo}", "{painting}", "--preset", "gaty"], "did you mean 'gatys'"),
    "unknown optimizer": (["{photo}", "{painting}", "--optimizer", "adm"], "did you mean 'adam'"),
    "unknown pooling": (["{photo}", "{painting}", "--pooling", "averge"], "did you mean 'average'"),
    "unknown option": (["{photo}", "{painting}", "--stile-weight", "1"], "--style-weight"),
    "wrong number of weights": (["{photo}", "{painting}", "--style-weights", "1,1"], "2 values for 1 styles"),
    "words for weights": (["{photo}", "{painting}", "--style-weights", "much"], "a list of numbers"),
    "negative": (["{photo}", "{painting}", "--content-weight", "-1"], "at least 0"),
    "not a number": (["{photo}", "{painting}", "--style-weight", "nan"], "not a finite number"),
    "infinite": (["{photo}", "{painting}", "--tv-weight", "inf"], "not a finite number"),
    "too small a size": (["{photo}", "{painting}", "--size", "3"], "32 to 32768 px"),
    "a word for a size": (["{photo}", "{painting}", "--size", "big"], "--size"),
    "folder is a file": (["{photo}", "{painting}", "-o", "{photo}/out.png"], "output folder is a file"),
    "a unit for a size": (["{photo}", "{painting}", "--size", "12x"], "32 to 32768 px try --size 512"),
    "both sides for a size": (["{photo}", "{painting}", "--size", "640x480"], "--size 640, the long side"),
    "a word for a style mask": (["{photo}", "{painting}", "--style-mask", "sky"],
                                "neither a file nor a colour got sky expected a picture file; a colour"),
    "no such paper": (["{photo}", "{painting}", "--print", "A33"], "there is no such paper got A33"),
    "no resolution": (["{photo}", "{painting}", "--print", "A3@fine"], "that is no resolution"),
    "two sizes": (["{photo}", "{painting}", "--print", "A6", "--size", "64"], "--print says the size"),
    "unknown format": (["{photo}", "{painting}", "-o", "{dir}/out.xcf"], ".png"),
    "output is a folder": (["{photo}", "{painting}", "-o", "{dir}"], "folder"),
    "unknown animation": (["{photo}", "{painting}", "-o", "{dir}/o.png", "--animate", "{dir}/o.avi"], ".gif"),
    "picture and animation alike": (
        ["{photo}", "{painting}", "-o", "{dir}/o.webp", "--animate", "{dir}/o.webp"], "have the same name"),
    "no such device": (["{photo}", "{painting}", "--device", "cuda:9"], "cuda:9"),
    "weights are missing": (
        ["{photo}", "{painting}", "--network", "vgg19", "--weights", "{dir}/none.pth"], "none.pth"),
    "other weights": (
        ["{photo}", "{painting}", "--network", "vgg19", "--weights", "{dir}/other.safetensors"],
        "keys like layer.weight"),
    "weights of wrong shape": (
        ["{photo}", "{painting}", "--network", "vgg19", "--weights", "{dir}/shape.safetensors"],
        "(64, 3, 5, 5)"),
    "no record": (["--from", "{dir}/nowhere.json"], "does not tell how a picture was made"),
    "corrupt record": (["--from", "{dir}/corrupt.json"], "does not tell how a picture was made"),
    "half a record": (["--from", "{dir}/half.json"], "does not tell how a picture was made"),
    "record of pictures in memory": (["--from", "{dir}/memory.json"], "given in memory, not as files"),
    "mistyped start": (["{photo}", "{painting}", "--init", "contnt"], "did you mean 'content'"),
    "result over the photo": (["{photo}", "{painting}", "-o", "{photo}"], "would replace a picture"),
    "a sliver of a style": (["{photo}", "{dir}/sliver.png"], "too small"),
    "record and photo": (["{photo}", "--from", "{dir}/corrupt.json"], "--from brings its own pictures"),
    "record with a bad setting": (["--from", "{dir}/bad.json"], "did you mean 'size'"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, photo, painting):
    """A folder with one of each kind of bad file."""
    import torch
    from safetensors.torch import save_file

    whole = photo.read_bytes()
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    (tmp_path / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + whole[33:]
    )
    Image.fromarray(np.zeros((1, 5000, 3), np.uint8)).save(tmp_path / "sliver.png")
    save_file({"layer.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    wrong = {"features.0.weight": torch.zeros(64, 3, 5, 5), "features.0.bias": torch.zeros(64)}
    save_file(wrong, tmp_path / "shape.safetensors")
    (tmp_path / "corrupt.json").write_text('{"impasto_format": 1, "sett')
    inputs = {"path": str(photo), "sha256": "", "name": "photo"}
    bad = {
        "impasto_format": 1,
        "settings": {"sise": 1},
        "content": inputs,
        "styles": [inputs],
        "versions": {},
    }
    (tmp_path / "half.json").write_text(json.dumps({"impasto_format": 1, "settings": {}}))
    (tmp_path / "memory.json").write_text(
        json.dumps({**bad, "settings": {}, "content": {**inputs, "path": None}})
    )
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, folder, photo, painting, monkeypatch):
    monkeypatch.chdir(folder)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    arguments, text = CASES[case]
    filled = [a.format(photo=photo, painting=painting, dir=folder) for a in arguments]
    base = [] if "--from" in arguments else TEST
    # Later options win, so the case's own come last.
    answer = CliRunner().invoke(app, ["stylize", *base, *filled], env={"COLUMNS": "200"})
    assert answer.exit_code == 2, answer.output
    assert text in " ".join(answer.stderr.split()), answer.stderr
    assert "Traceback" not in answer.output and answer.stdout == ""
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_failing_run_leaves_the_old_result(folder, photo, painting):
    out = folder / "out.png"
    out.write_bytes(b"precious")
    arguments = [str(photo), str(folder / "cut.png"), "-o", str(out), *TEST]
    assert CliRunner().invoke(app, ["stylize", *arguments]).exit_code == 2
    assert out.read_bytes() == b"precious"
