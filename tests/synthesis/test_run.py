"""A run that is stopped loses nothing: it goes on from its checkpoint to the same picture."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import impasto
from impasto.errors import CheckpointError, OutOfMemoryError, OutputError, SettingError
from impasto.optimize.checkpoint import Checkpoint
from impasto.synthesis import record
from impasto.synthesis import run as module
from impasto.synthesis.job import Job, Objectives
from impasto.synthesis.run import Run
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "size": 128,
    "enlarge": True,
    "scales": 2,
    "steps": 8,
    "tolerance": 0.0,
    "precision": "float32",
}


def job(photo, painting, **options):
    return stylize_job(photo, painting, **{**TEST, **options})


def stopped(photo, painting, path, *, after, **options):
    """Paint so many steps and stop, as Ctrl-C in a loop of one's own does."""
    steps = impasto.stylize_steps(photo, painting, checkpoint=path, **{**TEST, **options})
    for _ in range(after):
        next(steps)
    steps.close()
    assert path.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "lbfgs", "rate": 1.0},
        {"init": "noise", "average": 0.0},
        {"memory": "1MB", "size": 160},  # in tiles of 128 px
    ],
)
@pytest.mark.parametrize("after", [3, 12, 14])
def test_the_same_picture_and_history(photo, painting, tmp_path, options, after):
    path = tmp_path / "run.checkpoint"
    whole = impasto.stylize(photo, painting, **{**TEST, **options})
    stopped(photo, painting, path, after=after, **options)
    resumed = impasto.stylize(photo, painting, checkpoint=path, resume=True, **{**TEST, **options})
    assert np.array_equal(whole.image, resumed.image)
    assert whole.history == resumed.history and whole.losses == resumed.losses
    assert whole.record["settings"] == resumed.record["settings"] and resumed.record["steps"] == 20


def test_saving_removes_it_and_until_then_it_stays(photo, painting, tmp_path):
    path = tmp_path / "run.checkpoint"
    result = impasto.stylize(photo, painting, checkpoint=path, **TEST)
    assert path.exists()
    again = impasto.stylize(photo, painting, checkpoint=path, resume=True, **TEST)
    assert np.array_equal(result.image, again.image)
    again.save(tmp_path / "out.png")
    assert not path.exists() and (tmp_path / "out.png").exists()
    assert np.array_equal(Image.open(tmp_path / "out.png"), result.image)


@pytest.mark.slow
def test_a_finished_run_that_was_not_saved_is_not_painted_again(photo, painting, tmp_path):
    path = tmp_path / "run.checkpoint"
    stopped(photo, painting, path, after=20)
    steps = list(impasto.stylize_steps(photo, painting, checkpoint=path, resume=True, **TEST))
    assert [(step.scale, step.step) for step in steps] == [(2, 8)]


OTHERS = {
    "settings": ({"steps": 9, "seed": 1}, "steps 9; seed 1", "steps 8; seed 0"),
    "precision": ({"precision": "bfloat16"}, "precision bfloat16", "precision float32"),
    "start": ({"init": "{painting}"}, "init ", "init content, as in"),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_a_checkpoint_of_other_settings(photo, painting, tmp_path, case):
    path = tmp_path / "run.checkpoint"
    stopped(photo, painting, path, after=2)
    options, got, expected = OTHERS[case]
    filled = {k: v.format(painting=painting) if isinstance(v, str) else v for k, v in options.items()}
    before = path.read_bytes()
    with pytest.raises(CheckpointError) as caught:
        impasto.stylize(photo, painting, checkpoint=path, resume=True, **{**TEST, **filled})
    assert str(caught.value).startswith("the checkpoint is of another painting\n")
    assert caught.value.got.startswith(got) and caught.value.expected.startswith(expected)
    assert caught.value.expected.endswith(f", as in {path}") and "begin anew" in caught.value.attempt
    assert path.read_bytes() == before


def test_a_checkpoint_of_other_pictures_or_versions(photo, painting, other_painting, tmp_path, monkeypatch):
    path = tmp_path / "run.checkpoint"
    stopped(photo, painting, path, after=2)
    with pytest.raises(
        CheckpointError, match=r"got       styles [0-9a-f]{8}\n  expected  styles [0-9a-f]{8}, as"
    ):
        Run(job(photo, other_painting), checkpoint=path, resume=True)
    rotated = np.asarray(Image.open(photo))[::-1, ::-1]
    with pytest.raises(CheckpointError, match=r"got       photo [0-9a-f]{8}\n"):
        Run(job(rotated, painting), checkpoint=path, resume=True)
    here = job(photo, painting)
    monkeypatch.setattr(record.runtime, "versions", lambda: {"impasto": "9.9", "torch": "1"})
    with pytest.raises(CheckpointError, match=r"got       impasto 9\.9; torch 1\n"):
        Run(here, checkpoint=path, resume=True)


def test_pictures_count_and_not_their_files(photo, painting, tmp_path):
    path = tmp_path / "run.checkpoint"
    stopped(photo, painting, path, after=2)
    copies = [np.asarray(Image.open(file)) for file in (photo, painting)]
    options = {**TEST, "preset": "default", "max_megapixels": 7.0, "device": "cpu"}
    assert impasto.stylize(*copies, checkpoint=path, resume=True, **options).record["steps"] == 20


def test_resuming_without_a_name(photo, painting):
    with pytest.raises(SettingError, match=r'(?s)no checkpoint to resume.*checkpoint="FILE"'):
        impasto.stylize(photo, painting, resume=True, **TEST)


def test_resuming_without_a_file_begins_anew(photo, painting, tmp_path, caplog):
    path = tmp_path / "run.checkpoint"
    steps = impasto.stylize_steps(photo, painting, checkpoint=path, resume=True, **TEST)
    assert next(steps).step == 1 and f"there is no checkpoint {path}; beginning anew" in caplog.text
    steps.close()


def test_not_resuming_says_what_is_given_up(photo, painting, tmp_path, caplog):
    path = tmp_path / "run.checkpoint"
    stopped(photo, painting, path, after=9)
    steps = impasto.stylize_steps(photo, painting, checkpoint=path, **TEST)
    assert next(steps).scale == 1 and "is left from a run that was stopped" in caplog.text
    steps.close()


@pytest.mark.parametrize("resume", [True, False])
def test_a_file_that_is_no_checkpoint_is_left_alone(photo, painting, tmp_path, resume):
    before = photo.read_bytes()
    with pytest.raises(CheckpointError, match="no checkpoint that can be read"):
        impasto.stylize(photo, painting, checkpoint=photo, resume=resume, **TEST)
    assert photo.read_bytes() == before


def test_a_missing_folder(photo, painting, tmp_path):
    impasto.stylize(photo, painting, checkpoint=tmp_path / "none" / "run.checkpoint", **TEST)
    assert (tmp_path / "none" / "run.checkpoint").exists()
    with pytest.raises(OutputError, match="output folder is a file"):
        impasto.stylize(photo, painting, checkpoint=photo / "run.checkpoint", **TEST)


class Time:
    """A clock that goes on by ten seconds a step."""

    s = 0.0

    def __call__(self):
        return self.s


def writes(run, time, monkeypatch, *, step_s=10.0):
    """Paint to the end; the steps after which a checkpoint was written."""
    written, real = [], Checkpoint.save

    def save(self, path):
        written.append(len(self.history))
        real(self, path)

    monkeypatch.setattr(Checkpoint, "save", save)
    for _ in run.steps():
        time.s += step_s
    return written


def test_twice_a_minute_at_most(photo, painting, tmp_path, monkeypatch):
    time = Time()
    run = Run(job(photo, painting), checkpoint=tmp_path / "run.checkpoint", clock=time)
    assert writes(run, time, monkeypatch) == [1, 4, 7, 10, 13, 16, 19]


def test_long_runs_keep_one_unasked(photo, painting, tmp_path, monkeypatch, caplog):
    time, path = Time(), tmp_path / "out.checkpoint"
    monkeypatch.setattr(module, "LONG_RUN_S", 0.0)
    run = Run(job(photo, painting), checkpoint=path, automatic=True, clock=time)
    assert writes(run, time, monkeypatch) == [4, 7, 10, 13, 16, 19]
    assert caplog.text.count("this is a long run; ") == 1 and f"{path} is kept up to date" in caplog.text
    run.result().save(tmp_path / "out.png")
    assert not path.exists()


def test_short_runs_keep_none(photo, painting, tmp_path, monkeypatch, caplog):
    time, path = Time(), tmp_path / "out.checkpoint"
    run = Run(job(photo, painting), checkpoint=path, automatic=True, clock=time)
    assert writes(run, time, monkeypatch) == [] and not path.exists()
    run.keep()
    assert not path.exists() and run.result().checkpoint is None and "long run" not in caplog.text


@pytest.mark.parametrize(("left_s", "kept"), [(89.0, False), (91.0, True)])
def test_how_long_is_long(photo, painting, tmp_path, monkeypatch, left_s, kept):
    """Two minutes, of which 30 s are over and the rest is estimated."""
    real = Job.steps
    monkeypatch.setattr(
        Job,
        "steps",
        lambda self, state: (replace(step, seconds=30.0, seconds_left=left_s) for step in real(self, state)),
    )
    run = Run(job(photo, painting), checkpoint=tmp_path / "out.checkpoint", automatic=True)
    next(run.steps())
    run.keep()
    assert run.kept is kept and (tmp_path / "out.checkpoint").exists() is kept


def test_a_step_is_written_once(photo, painting, tmp_path):
    path = tmp_path / "run.checkpoint"
    run = Run(job(photo, painting), checkpoint=path)
    steps = run.steps()
    next(steps)
    path.unlink()
    run.keep()
    assert not path.exists()
    next(steps)
    run.keep()
    assert path.exists()


def test_a_full_disk_does_not_end_the_run(photo, painting, tmp_path, monkeypatch, caplog):
    def full(self, path):
        raise OutputError("output could not be written", got="No space left on device")

    monkeypatch.setattr(Checkpoint, "save", full)
    monkeypatch.setattr(module, "CHECKPOINT_EVERY_S", 0.0)
    result = impasto.stylize(photo, painting, checkpoint=tmp_path / "run.checkpoint", **TEST)
    assert result.record["steps"] == 20 and result.checkpoint is None
    assert caplog.text.count("no checkpoint can be written; painting goes on.") == 1


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OutOfMemoryError("the memory does not suffice")])
def test_what_ends_a_run_keeps_it_first(photo, painting, tmp_path, monkeypatch, error):
    """Every step up to Ctrl-C is in the checkpoint, not only those of the last half minute."""
    path, real = tmp_path / "run.checkpoint", Objectives.loss_at

    def loss_at(self, scale):
        inner = real(self, scale)

        def ending(canvas, evaluation):
            if evaluation == 6:
                raise error
            return inner(canvas, evaluation)

        return ending

    with monkeypatch.context() as patch:
        patch.setattr(Objectives, "loss_at", loss_at)
        with pytest.raises(type(error)):
            impasto.stylize(photo, painting, checkpoint=path, **TEST)
    assert Checkpoint.load(path).state.step == 6
    resumed = impasto.stylize(photo, painting, checkpoint=path, resume=True, **TEST)
    assert np.array_equal(resumed.image, impasto.stylize(photo, painting, **TEST).image)


def test_memory_that_runs_out_between_two_looks_is_one_message(photo, painting, tmp_path, monkeypatch):
    """While the optimiser gets its own, say: not where the loss would be had in tiles."""

    def greedy(self, state):
        yield from real(self, state)
        raise MemoryError("Unable to allocate 9.00 TiB for an array")

    real = Job.steps
    monkeypatch.setattr(Job, "steps", greedy)
    run = Run(job(photo, painting), checkpoint=tmp_path / "run.checkpoint")
    with pytest.raises(OutOfMemoryError, match="does not suffice"):
        list(run.steps())
    assert run.kept
