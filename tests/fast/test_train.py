"""Training a style."""

import os
import subprocess
import sys

import pytest
import torch
from PIL import Image
from torch.testing import assert_close

import impasto
from impasto.errors import CheckpointError, SettingError
from impasto.fast.pictures import Crops
from impasto.fast.training_run import sample_pictures
from tests.conftest import drawn

SMALL = {
    "network": "test-net",
    "style_layers": {"relu1_1": 1.0, "relu2_1": 1.0},
    "content_layers": {"relu3_1": 1.0},
    "crop": 64,
    "size": 64,
    "batch": 2,
    "device": "cpu",
    "precision": "float32",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four photos and a painting."""
    root = tmp_path_factory.mktemp("photos")
    for number in range(4):
        Image.fromarray(drawn(number, 80, 96)).save(root / f"{number}.png")
    Image.fromarray(drawn(9, 96, 96)[:, :, ::-1].copy()).save(root.parent / "style.png")
    return root


def weights(trained):
    """All that was trained."""
    spreads = [
        part for style in trained.styles.values() for level in style for part in (level.mean, level.root)
    ]
    return [*trained.network.state_dict().values(), *spreads]


@pytest.fixture(scope="module")
def learnt(folder):
    """Losses of eight steps, and what was learnt."""
    steps = impasto.train_steps([folder.parent / "style.png"], photos=folder, steps=8, **SMALL)
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


def test_steps_report_their_loss(learnt):
    seen, trained = learnt
    assert [step.step for step in seen] == list(range(1, 9))
    assert set(seen[0].losses) == {"style", "palette", "bands", "content"}
    assert seen[-1].seconds_left == 0 and trained.about["steps"] == 8
    assert list(trained.styles) == ["style"]


def test_the_loss_of_the_same_photos_falls(folder, learnt):
    """Of photos that were not in the steps: the trained network against the one it began as."""
    photos = Crops([folder / "0.png", folder / "1.png"], 64, seed=77).batch(range(4))
    painting = torch.from_numpy(drawn(9, 96, 96)[:, :, ::-1].copy()).permute(2, 0, 1)[None] / 255
    long = impasto.train([folder.parent / "style.png"], photos=folder, steps=40, rate=0.005, **SMALL)
    from impasto.fast.any_style import load

    before = load()
    first = before(photos, before.statistics(painting))
    last = long.network(photos, long.style())
    means = painting.mean((2, 3))
    assert (last.mean((2, 3)) - means).abs().mean() < (first.mean((2, 3)) - means).abs().mean()


def test_the_same_seed_gives_the_same_weights(folder, learnt):
    again = impasto.train([folder.parent / "style.png"], photos=folder, steps=8, **SMALL)
    assert all(map(torch.equal, weights(learnt[1]), weights(again)))
    other = impasto.train([folder.parent / "style.png"], photos=folder, steps=8, seed=1, **SMALL)
    assert not all(map(torch.equal, weights(learnt[1]), weights(other)))


def test_a_run_that_was_stopped_goes_on_bit_alike(folder, learnt, tmp_path, monkeypatch):
    monkeypatch.setattr("impasto.fast.train.SAVE_EVERY_S", -1.0)
    arguments = {"photos": folder, "checkpoint": tmp_path / "c", "steps": 8, **SMALL}
    steps = impasto.train_steps([folder.parent / "style.png"], **arguments)
    for _ in range(5):
        next(steps)
    steps.close()
    resumed = impasto.train([folder.parent / "style.png"], resume=True, **arguments)
    assert all(map(torch.equal, weights(learnt[1]), weights(resumed)))
    assert resumed.about["steps"] == 8
    with pytest.raises(CheckpointError, match="other settings"):
        impasto.train([folder.parent / "style.png"], resume=True, **{**arguments, "rate": 0.1})
    (tmp_path / "c").write_bytes(b"no checkpoint")
    with pytest.raises(CheckpointError, match="cannot be read"):
        impasto.train([folder.parent / "style.png"], resume=True, **arguments)


def test_several_styles_learn_in_turn(folder):
    trained = impasto.train([folder.parent / "style.png", folder / "0.png"], photos=folder, steps=4, **SMALL)
    assert list(trained.styles) == ["style", "0"]
    first, second = (trained.style(name) for name in trained.styles)
    assert not torch.equal(first[0].root, second[0].root)


def test_training_ends_early_when_the_loss_stalls(folder, monkeypatch):
    monkeypatch.setattr("impasto.fast.training_run.WINDOW", 2)
    style = folder.parent / "style.png"
    trained = impasto.train([style], photos=folder, steps=50, rate=1e-7, tolerance=0.5, **SMALL)
    assert trained.about["steps"] == 4


def test_there_are_pictures_to_learn_from_in_the_package():
    pictures = sample_pictures()
    assert len(pictures) == 10 and all(picture.shape[1] == 3 for picture in pictures)


def test_settings_are_checked(folder):
    with pytest.raises(SettingError, match="crop"):
        impasto.train([folder / "0.png"], photos=folder, crop=1)
    with pytest.raises(impasto.ImpastoError, match="relu9_9"):
        impasto.train([folder / "0.png"], photos=folder, **{**SMALL, "style_layers": ["relu9_9"]})


SCRIPT = """
import sys, torch, impasto
from impasto.fast.distributed import Processes
folder, out = sys.argv[1:]
trained = impasto.train([f"{folder}/../style.png"], photos=folder, steps=3, batch=4, crop=64, size=64,
    network="test-net", style_layers=["relu1_1"], content_layers=["relu3_1"], device="cpu",
    precision="float32")
if Processes.join().is_first:
    torch.save(dict(trained.network.state_dict()), out)
"""


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(folder, tmp_path):
    script = tmp_path / "learn.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    for command, name in ((launch, "two.pt"), ([sys.executable], "one.pt")):
        arguments = [*command, str(script), str(folder), str(tmp_path / name)]
        subprocess.run(arguments, check=True, env=environment, capture_output=True, timeout=300)
    one, two = (torch.load(tmp_path / name, weights_only=True) for name in ("one.pt", "two.pt"))
    for name, value in one.items():
        assert_close(two[name], value, atol=1e-4, rtol=1e-3)
