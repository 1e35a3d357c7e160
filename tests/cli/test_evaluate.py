"""``impasto evaluate``, end to end."""

import json

import pytest
from typer.testing import CliRunner

import impasto
from impasto.cli import app

TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]


def run(*arguments):
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)], env={"COLUMNS": "200"})


def test_table(photo, painting):
    answer = run(photo, "--content", photo, "--style", painting, *TEST)
    assert answer.exit_code == 0, answer.output
    lines = {line.split()[0]: line.split()[1] for line in answer.stdout.splitlines()}
    scores = impasto.evaluate(photo, content=photo, style=painting, network="test-net",
                             style_layers=("relu1_1", "relu2_1"), content_layers=("relu3_1",))  # fmt: skip
    assert lines == {"measure": "value", **{k: f"{v:.4f}" for k, v in scores.to_dict().items()}}
    assert "flatters" not in answer.output
    better = {line.split()[0]: line for line in answer.stdout.splitlines()}
    assert all(" lower " in better[name] for name in ("gram", "sliced", "palette", "content"))
    assert (
        " at most 1 " in better["grain"] and " near 1 " in better["light"] and " higher " in better["order"]
    )
    assert lines["order"] == "1.0000"


def test_photo_is_another_name_for_content(photo, painting):
    by_name = [run(photo, name, photo, "--style", painting, *TEST) for name in ("--content", "--photo")]
    assert by_name[1].exit_code == 0 and by_name[0].stdout == by_name[1].stdout


def test_the_default_network_is_said_to_flatter(photo, painting):
    answer = run(photo, "--content", photo, "--style", painting)
    assert answer.exit_code == 0 and "compact is what impasto paints with" in " ".join(answer.stderr.split())


def test_json_is_all_there_is(photo, painting):
    answer = run(photo, "--content", photo, "--style", painting, "--json", "--size", "48")
    assert answer.exit_code == 0 and answer.stderr == ""
    record = json.loads(answer.stdout)
    assert record["content"] == str(photo) and record["style"] == str(painting)
    assert record["settings"]["network"] == "compact" and record["settings"]["size"] == 48
    assert list(record["marks"]) == ["gram", "sliced", "palette", "content", "grain", "light", "order"]
    assert record["marks"]["gram"] > 0 and record["marks"]["order"] > 0.99


CASES = {
    "nothing": ([], "no OUT, no --content, no --style"),
    "no style": (["{photo}", "--content", "{photo}"], "no --style"),
    "missing file": (["{photo}", "--content", "{dir}/nowhere.png", "--style", "{photo}"], "nowhere.png"),
    "unknown network": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--network", "vgg91"], "'vgg19'"),
    "unknown layer": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--style-layers", "relu9"], "no layer"),
    "no layers": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--style-layers", ","], "the same layers"),
    "too small a size": (["{photo}", "--content", "{photo}", "--style", "{photo}", "--size", "3"], "32"),
    "too large a file": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--max-megapixels", "0.001"],
        "--max-megapixels"),
    "no such device": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--device", "cuda:9"], "cuda:9"),
    "weights are missing": (
        ["{photo}", "--content", "{photo}", "--style", "{photo}", "--network", "vgg19", "--weights",
         "{dir}/none.pth"], "none.pth"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, photo, tmp_path):
    arguments, text = CASES[case]
    answer = run(*(a.format(photo=photo, dir=tmp_path) for a in arguments))
    assert answer.exit_code == 2, answer.output
    assert text in " ".join(answer.stderr.split()), answer.stderr
    assert "Traceback" not in answer.output and answer.stdout == ""
