"""Training a style."""

import os
import shutil
import subprocess
import sys

import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import CheckpointError, OutputError, SettingError
from impasto.fast.any_style import load
from impasto.fast.pictures import Crops, sample_pictures
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


@pytest.mark.slow
def test_the_mean_colours_come_nearer_to_the_paintings(folder):
    """Of crops that were in no step: the trained network against the one it began as."""
    photos = Crops([folder / "0.png", folder / "1.png"], 64, seed=77).batch(range(4))
    painting = torch.from_numpy(drawn(9, 96, 96)[:, :, ::-1].copy()).permute(2, 0, 1)[None] / 255
    trained = impasto.train([folder.parent / "style.png"], photos=folder, steps=40, rate=0.005, **SMALL)
    before = load()
    first, last = before(photos, before.statistics(painting)), trained.network(photos, trained.style())
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
    with pytest.raises(CheckpointError, match="not the checkpoint of a training"):
        impasto.train([folder.parent / "style.png"], resume=True, **arguments)


def test_several_styles_learn_in_turn(folder):
    pictures = [folder.parent / "style.png", folder / "0.png"]
    trained = impasto.train(pictures, photos=folder, steps=4, rate=0.05, **SMALL)
    assert list(trained.styles) == ["style", "0"]
    untrained = impasto.train(pictures, photos=folder, steps=1, rate=1e-7, **SMALL)
    for name in trained.styles:
        assert not torch.equal(trained.style(name)[0].root, untrained.style(name)[0].root)


def test_styles_of_the_same_name_are_kept_apart(folder, tmp_path):
    other = tmp_path / "style.png"
    Image.fromarray(drawn(5, 96, 96)).save(other)
    trained = impasto.train([folder.parent / "style.png", other], photos=folder, steps=1, **SMALL)
    assert list(trained.styles) == ["style", "style-2"]
    with pytest.raises(SettingError, match="no style"):
        impasto.train([], photos=folder)


def test_other_photos_are_another_training(folder, tmp_path, caplog):
    arguments = {"checkpoint": tmp_path / "c", "steps": 2, **SMALL}
    impasto.train([folder.parent / "style.png"], photos=folder, resume=True, **arguments)
    assert "there is no checkpoint" in caplog.text
    other = tmp_path / "photos"
    shutil.copytree(folder, other)
    Image.fromarray(drawn(44, 100, 96)).save(other / "0.png")
    with pytest.raises(CheckpointError, match="other photos"):
        impasto.train([folder.parent / "style.png"], photos=other, resume=True, **arguments)
    (tmp_path / "c").write_bytes(b"a file of the user's")
    with pytest.raises(CheckpointError):
        impasto.train([folder.parent / "style.png"], photos=folder, **arguments)
    assert (tmp_path / "c").read_bytes() == b"a file of the user's"


def test_a_full_disk_does_not_end_the_training(folder, tmp_path, monkeypatch, caplog):
    def full(*_, **__):
        raise OutputError("output could not be written", got="No space left on device")

    monkeypatch.setattr("impasto.fast.training_run.atomic_write", full)
    trained = impasto.train(
        [folder.parent / "style.png"], photos=folder, steps=2, checkpoint=tmp_path / "c", **SMALL
    )
    assert trained.about["steps"] == 2 and "No space left" in caplog.text


def test_training_ends_early_when_the_loss_stalls(folder, monkeypatch):
    monkeypatch.setattr("impasto.fast.training_run.WINDOW", 2)
    style = folder.parent / "style.png"
    trained = impasto.train([style], photos=folder, steps=50, rate=1e-7, tolerance=0.5, **SMALL)
    assert trained.about["steps"] == 4


@pytest.mark.slow
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
folder, out, batch = sys.argv[1:]
first = Processes.join().is_first
trained = impasto.train([f"{folder}/../style.png"], photos=folder, steps=8, batch=int(batch), crop=64,
    network="test-net", style_layers=["relu1_1"], content_layers=["relu3_1"], device="cpu", size=64,
    rate=0.05, precision="float32", average=0.0)
if first:
    torch.save(dict(trained.network.state_dict()), out)
"""


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(folder, tmp_path):
    """Nearer to one process with the whole batch than that one is to one with half of it."""
    script = tmp_path / "learn.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    learnt = []
    for command, batch in ((launch, "4"), ([sys.executable], "4"), ([sys.executable], "2")):
        arguments = [*command, str(script), str(folder), str(tmp_path / "weights.pt"), batch]
        subprocess.run(arguments, check=True, env=environment, capture_output=True, timeout=300)
        state = torch.load(tmp_path / "weights.pt", weights_only=True)
        learnt.append(torch.cat([value.flatten() for value in state.values()]))
    two, one, half = learnt
    start = torch.cat([value.flatten() for value in load().state_dict().values()])
    assert (two - one).norm() < 0.05 * (one - start).norm()
    assert (half - one).norm() > 5 * (two - one).norm()
