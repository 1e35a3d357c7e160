"""A style that is read once paints as ``stylize`` does; threads may share it, and closing a run ends it."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

import impasto
from impasto.errors import PictureError, SettingError
from impasto.synthesis.job import Job
from tests.conftest import drawn

QUICK = {
    "network": "test-net",
    "content_layers": ["relu3_1"],
    "style_layers": ["relu1_1", "relu2_1"],
    "size": 64,
    "steps": 4,
    "scales": 2,
}
PHOTOS = [drawn(seed, 48, 64) for seed in (0, 3, 4)]


def test_its_pictures_are_those_of_stylize(painting, other_painting):
    painter = impasto.Painter([painting, other_painting], style_weights=[2, 1], **QUICK)
    options = {"style_weights": [2, 1], **QUICK}
    for photo in PHOTOS[:2]:
        expected = impasto.stylize(photo, [painting, other_painting], **options)
        result = painter(photo)
        assert torch.equal(result.pixels, expected.pixels)
        assert result.record["styles"] == expected.record["styles"]


def test_the_styles_are_read_and_measured_once(painting):
    painter = impasto.Painter(painting, **QUICK)
    painter(PHOTOS[0])
    made = painter.context.targets.misses
    painting.unlink()  # it is in memory
    painter(PHOTOS[1])
    assert painter.context.targets.misses == made


def test_pooled_styles_masks_and_a_fine_style(painting, other_painting):
    keep = torch.zeros(48, 64)
    keep[:, :32] = 1
    painter = impasto.Painter([[painting, other_painting]], fine_style=other_painting, **QUICK)
    result = painter(PHOTOS[0], keep=keep)
    expected = impasto.stylize(
        PHOTOS[0], [[painting, other_painting]], fine_style=other_painting, keep=keep, **QUICK
    )
    assert torch.equal(result.pixels, expected.pixels)


def test_mistakes_are_told_when_it_is_made(tmp_path, painting):
    with pytest.raises(PictureError, match="picture is missing"):
        impasto.Painter(tmp_path / "none.png", **QUICK)
    with pytest.raises(SettingError, match="there is no setting 'sise'"):
        impasto.Painter(painting, sise=1)


def test_three_threads_give_bit_identical_pictures(painting):
    """Each thread paints all photos, in another order, with one painter."""
    painter = impasto.Painter(painting, **QUICK)
    alone = [painter(photo).pixels for photo in PHOTOS]
    start = threading.Barrier(3)

    def paint(first):
        start.wait(timeout=30)
        order = [(first + number) % 3 for number in range(3)]
        return {number: painter(PHOTOS[number]).pixels for number in order}

    with ThreadPoolExecutor(3) as threads:
        for pictures in threads.map(paint, range(3)):
            assert all(torch.equal(pictures[number], alone[number]) for number in range(3))


def test_three_threads_with_nothing_in_common(painting):
    options = {**QUICK, "init": "noise"}
    alone = [impasto.stylize(photo, painting, **options).pixels for photo in PHOTOS]
    with ThreadPoolExecutor(3) as threads:
        results = threads.map(lambda photo: impasto.stylize(photo, painting, **options), PHOTOS)
        assert all(torch.equal(result.pixels, one) for result, one in zip(results, alone, strict=True))


def test_closing_ends_the_work_and_keeps_the_checkpoint(painting, tmp_path):
    painter, file = impasto.Painter(painting, **QUICK), tmp_path / "run.ckpt"
    steps = painter.steps(PHOTOS[0], checkpoint=file)
    for _ in range(3):
        step = next(steps)
    assert step.image().size == (step.width, step.height)
    steps.close()
    assert list(steps) == [] and file.exists()
    resumed = painter(PHOTOS[0], checkpoint=file, resume=True)
    assert torch.equal(resumed.pixels, painter(PHOTOS[0]).pixels)


def test_a_run_that_is_over_holds_no_memory(painting, monkeypatch):
    """Without the garbage collector: a circle of references would hold the memory of several pictures."""
    jobs = []
    result_of = Job.result

    def remembered(self, *args, **named):
        jobs.append(weakref.ref(self))
        return result_of(self, *args, **named)

    monkeypatch.setattr(Job, "result", remembered)
    gc.collect()
    gc.disable()
    try:
        impasto.stylize(PHOTOS[0], painting, **QUICK)
        impasto.texture(painting, **{name: QUICK[name] for name in QUICK if name != "content_layers"})
        assert [job() for job in jobs] == [None, None]
    finally:
        gc.enable()


def test_preload_returns_the_context_that_has_the_network(painting):
    context = impasto.preload(**QUICK)
    assert len(context._loaded) == 1 and context.targets.misses == 0
    assert impasto.preload(context=context, **QUICK) is context
    impasto.stylize(PHOTOS[0], painting, context=context, **QUICK)
    assert len(context._loaded) == 1
    with pytest.raises(SettingError, match="there is no setting"):
        impasto.preload(sise=3)


def test_a_finished_run_is_a_line_of_the_logger(painting, caplog):
    with caplog.at_level("DEBUG", logger="impasto"):
        impasto.stylize(PHOTOS[0], painting, **QUICK)
    lines = [record.getMessage() for record in caplog.records if record.name == "impasto.synthesis.run"]
    assert len(lines) == 1 and lines[0].startswith("stylize: 64 x 48 px, ")
