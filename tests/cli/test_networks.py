"""``impasto networks``."""

import json

from typer.testing import CliRunner

from impasto.cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["networks", *arguments], env={"COLUMNS": "200"})


def test_json():
    cards = {(card["name"], card["weights"]): card for card in json.loads(run("--json").stdout)}
    assert cards["compact", ""]["cached"] and 0 < cards["compact", ""]["size_bytes"] <= 2_500_000
    assert "relu5_1" in cards["compact", ""]["layers"] and ("vgg19", "caffe") in cards


def test_table():
    text = run().output
    assert all(name in text for name in ("compact", "vgg19", "vgg16", "CC-BY-4.0", "MB"))
