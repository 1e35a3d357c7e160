"""One picture to be optimised."""

import pytest
import torch

from impasto.errors import SettingError
from impasto.synthesis.job import history_row, unfinished
from tests.conftest import drawn
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "size": 128,
    "enlarge": True,
    "scales": 2,
    "steps": 2,
    "precision": "float32",
}


@pytest.fixture
def job():
    return stylize_job(drawn(0), drawn(1), **TEST)


def test_the_shape_is_that_of_the_last_size(job):
    assert [(scale.height, scale.width) for scale in job.scales] == [(48, 64), (96, 128)]
    assert job.shape == (96, 128)


def test_a_run_stopped_at_a_coarse_size_gives_the_full_size(job):
    first = next(iter(job.steps()))
    result = job.result(first, [], interrupted=True)
    assert first.width == 64 and result.image.size == (128, 96) and result.record["interrupted"]


def test_the_result_says_what_the_steps_were(job):
    steps = list(job.steps())
    result = job.result(steps[-1], [history_row(step) for step in steps])
    assert result.record["steps"] == len(result.history) == len(steps) > 2
    assert result.record["size"] == [128, 96] and not result.record["interrupted"]
    assert result.history[-1]["loss"] == result.losses["total"] == steps[-1].loss
    parts = {name: value for name, value in result.losses.items() if name != "total"}
    assert parts == steps[-1].losses and sum(parts.values()) == pytest.approx(steps[-1].loss, rel=1e-5)
    assert {name: result.record[name] for name in job.record} == job.record


def test_no_step_was_made(job):
    with pytest.raises(SettingError, match="no step was made"):
        job.result(None, [])


def test_a_step_is_shown_as_the_result_will_be():
    """The chroma of every snapshot is the photo's; that of the canvas is not."""
    job = stylize_job(drawn(0), drawn(1), **{**TEST, "scales": 1}, colors="luminance")
    step = next(iter(job.steps()))
    canvas, shown = step.snapshot(), job.shown(step).snapshot()
    assert torch.equal(shown, job.finish(canvas)) and not torch.equal(shown, canvas)
    assert torch.equal(shown, job.result(step, []).pixels)


def test_unfinished_is_the_canvas(job):
    canvas = torch.rand(1, 3, 4, 4)
    assert unfinished(canvas) is canvas
