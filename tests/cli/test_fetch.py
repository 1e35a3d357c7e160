"""Weights that are not here: fetched with a progress bar, or a clear error."""

import dataclasses
import functools
import hashlib
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from typer.testing import CliRunner

from impasto.cli import app
from impasto.weights.records import RECORDS

SHALLOW = ["--network", "vgg19", "--style-layers", "relu1_1", "--content-layers", "relu1_2", "--steps", "2"]
SHALLOW += ["--size", "64"]


@pytest.fixture
def served(tmp_path, monkeypatch):
    """VGG-19's first two layers, random, on a server of this machine; the cache is a new folder."""
    draw = torch.Generator().manual_seed(0)
    state = {
        f"features.{index}.{kind}": torch.randn(*shape, generator=draw) * 0.05
        for index, inner in ((0, 3), (2, 64))
        for kind, shape in (("weight", (64, inner, 3, 3)), ("bias", (64,)))
    }
    folder = tmp_path / "served"
    folder.mkdir()
    torch.save(state, folder / "vgg.pth")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/vgg.pth"
    digest = hashlib.sha256((folder / "vgg.pth").read_bytes()).hexdigest()
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setitem(RECORDS, "vgg19", dataclasses.replace(RECORDS["vgg19"], urls=(url,), sha256=digest))
    yield url
    server.shutdown()
    server.server_close()
    thread.join()


def paint(photo, painting, out):
    return CliRunner().invoke(app, ["stylize", str(photo), str(painting), "-o", str(out), *SHALLOW])


def test_weights_are_fetched_once(served, photo, painting, tmp_path):
    answer = paint(photo, painting, tmp_path / "out.png")
    assert answer.exit_code == 0, answer.output
    assert [path.suffix for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [".pth"]
    (tmp_path / "served" / "vgg.pth").unlink()
    assert paint(photo, painting, tmp_path / "again.png").exit_code == 0


def test_weights_that_cannot_be_fetched(served, photo, painting, tmp_path):
    (tmp_path / "served" / "vgg.pth").unlink()
    answer = paint(photo, painting, tmp_path / "out.png")
    assert answer.exit_code == 2 and "--network compact" in " ".join(answer.stderr.split())
    assert not (tmp_path / "out.png").exists() and "Traceback" not in answer.output


def test_masks_are_read_before_weights_are_fetched(served, photo, painting, tmp_path):
    arguments = ["stylize", str(photo), str(painting), *SHALLOW, "--style-mask", "red"]
    answer = CliRunner().invoke(app, [*arguments, "--content-mask", str(tmp_path / "none.png")])
    assert answer.exit_code == 2 and "none.png" in "".join(answer.stderr.split())
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
