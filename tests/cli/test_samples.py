"""``impasto samples``."""

from typer.testing import CliRunner

from impasto import samples
from impasto.cli import app


def test_every_sample_is_written(sample_files):
    masks = [f"{name}-mask" for name in samples.MASKS]
    names = {path.stem for path in sample_files.glob("*.png")}
    assert names == {*samples.PHOTOS, *samples.STYLES, *samples.MAPS, *masks}
    assert {"chelsea", "swirl", "swirl-map", "swirl-doodle", "coffee-mask"} <= names


def test_a_folder_that_is_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("here")
    answer = CliRunner().invoke(app, ["samples", str(path)])
    assert answer.exit_code == 2 and "cannot be made" in answer.stderr and path.read_text() == "here"
