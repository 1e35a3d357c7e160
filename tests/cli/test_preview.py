"""The picture on disk while it is being painted."""

import numpy as np
import pytest
from PIL import Image

from impasto.cli.preview import Preview
from impasto.errors import OutputError
from impasto.images import io
from tests.cli.test_animation_recorder import step
from tests.cli.test_run_command import pixels, run


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_it_ends_as_the_picture(photo, painting, tmp_path, ending):
    out, preview = tmp_path / "out.png", tmp_path / f"now.{ending}"
    assert run(photo, painting, "-o", out, "--preview", preview)[0] == 0
    difference = np.abs(pixels(preview).astype(float) - pixels(out))
    assert difference.max() == 0 if ending == "png" else difference.mean() < 15


def test_the_preview_is_early_and_not_too_often(tmp_path, monkeypatch):
    time_s, shown = [0.0], []
    preview = Preview(tmp_path / "now.png", clock=lambda: time_s[0])
    monkeypatch.setattr(io, "write", lambda path, picture: shown.append(time_s[0]))
    for number in range(1, 11):
        preview.see(step(number, 10))
        time_s[0] += 0.7
    assert shown == pytest.approx([0.0, 2.1, 4.2, 6.3])


def test_a_preview_that_cannot_be_written_does_not_end_the_run(tmp_path, monkeypatch, caplog):
    def full(path, picture):
        raise OutputError("output could not be written", got="No space left on device")

    preview = Preview(tmp_path / "now.png")
    monkeypatch.setattr(io, "write", full)
    preview.see(step(1, 2))
    preview.finish(Image.new("RGB", (4, 4)))
    assert caplog.text.count("no preview can be written; painting goes on. output could not be written") == 1
