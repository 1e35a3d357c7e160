"""Pictures on the way from style to style."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import impasto
from impasto.errors import SettingError
from impasto.images import io
from impasto.losses.gram import GramLoss
from impasto.recipes.interpolate import Way, is_of, way_shares
from impasto.settings import StylizeSettings
from impasto.synthesis.guides import Controls
from impasto.synthesis.job import Job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "content_weight": 0.05,
    "size": 64,
    "scales": 1,
    "steps": 30,
    "precision": "float32",
}


def distance(image, photo, painting):
    """Relative distance of a picture's Gram matrices to a painting's, in the test network."""
    job = Job.prepare(photo, painting, StylizeSettings.of(TEST))
    loss, layers = GramLoss({"relu1_1": 1.0, "relu2_1": 1.0}), {"relu1_1", "relu2_1"}
    wanted = loss.target(job.measures.sight.features(job.styles[0].picture.pixels, layers))
    return loss(job.measures.sight.features(io.to_tensor(image), layers), wanted).item()


@pytest.mark.parametrize(
    ("styles", "count", "shares"),
    [
        (2, 2, [(1, 0), (0, 1)]),
        (2, 5, [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1)]),
        (3, 3, [(1, 0, 0), (0, 1, 0), (0, 0, 1)]),
        (3, 4, [(1, 0, 0), (1 / 3, 2 / 3, 0), (0, 2 / 3, 1 / 3), (0, 0, 1)]),
        (3, 2, [(1, 0, 0), (0, 0, 1)]),
    ],
)
def test_shares_on_the_way(styles, count, shares):
    found = way_shares(styles, count)
    assert np.allclose(found, shares, atol=1e-15)
    assert found[0] == shares[0] and found[-1] == shares[-1]  # the ends exactly
    assert [sum(one) for one in found] == pytest.approx([1.0] * count)


def test_the_way_leads_from_one_style_to_the_other(photo, painting, other_painting):
    results = impasto.interpolate(photo, [painting, other_painting], count=4, **TEST)
    to_first = [distance(result.image, photo, painting) for result in results]
    to_second = [distance(result.image, photo, other_painting) for result in results]
    assert to_first == sorted(to_first) and len(set(to_first)) == 4
    assert to_second == sorted(to_second, reverse=True) and len(set(to_second)) == 4


@pytest.mark.parametrize("style_loss", ["wasserstein", "gram", "mrf"])
def test_the_ends_are_the_paintings_after_one_style(photo, painting, other_painting, style_loss):
    options = {**TEST, "steps": 4, "style_loss": (style_loss,)}
    first, *_, last = impasto.interpolate(photo, [painting, other_painting], count=3, **options)
    for end, style in ((first, painting), (last, other_painting)):
        assert np.array_equal(end.pixels, impasto.stylize(photo, style, **options).pixels)


def test_each_is_a_painting_of_its_own(photo, painting, other_painting):
    options = {**TEST, "steps": 4, "init": "noise", "seed": 3}
    results = impasto.interpolate(photo, [painting, other_painting], count=3, **options)
    alone = impasto.stylize(photo, [painting, other_painting], style_weights=(0.5, 0.5), **options)
    assert np.array_equal(results[1].pixels, alone.pixels)
    assert results[1].record["settings"] == alone.record["settings"]
    assert results[1].record["settings"]["style_weights"] == (0.5, 0.5)
    assert results[1].record["styles"] == alone.record["styles"]


def test_controls_are_those_of_all(photo, painting, other_painting):
    options = {**TEST, "steps": 3}
    results = impasto.interpolate(
        photo,
        [painting, other_painting],
        count=2,
        fine_style=other_painting,
        fine_layers=["relu1_1"],
        **options,
    )
    alone = impasto.stylize(photo, painting, fine_style=other_painting, fine_layers=["relu1_1"], **options)
    assert np.array_equal(results[0].pixels, alone.pixels)
    assert results[1].record["controls"]["fine_style"]["name"] == "other"


def test_steps_know_the_whole_way(photo, painting, other_painting):
    steps = impasto.interpolate_steps(photo, [painting, other_painting], count=3, **{**TEST, "steps": 4})
    seen = list(steps)
    assert [(s.number, s.step.step) for s in seen] == [(n, k) for n in (1, 2, 3) for k in (1, 2, 3, 4)]
    assert {s.count for s in seen} == {3} and seen[5].shares == (0.5, 0.5)
    assert [len(s.results) for s in seen] == [0] * 4 + [1] * 4 + [2] * 4
    times = [s.step.seconds for s in seen]
    assert times == sorted(times) and seen[-1].step.seconds_left == 0
    assert all(s.step.seconds_left > 0 for s in seen[:-1])


def test_time_left_counts_the_pictures_to_come(photo, painting, other_painting):
    way = Way.through(photo, [painting, other_painting], StylizeSettings.of(TEST), count=4)
    step = next(impasto.stylize_steps(photo, painting, **TEST))
    seen = way.see(2, replace(step, seconds=3.0, seconds_left=7.0), spent_s=10.0)
    assert (seen.step.seconds, seen.step.seconds_left) == (13.0, 7.0 + 2 * 10.0)


def test_a_round(photo, painting, other_painting):
    def is_round(*styles):
        return Way.through(photo, styles, StylizeSettings.of(TEST), count=3).is_round

    assert is_round(painting, other_painting, str(painting))
    assert not is_round(painting, other_painting)
    arrays = [np.asarray(Image.open(one)) for one in (painting, other_painting)]
    assert is_round(arrays[0], arrays[1], arrays[0]) and not is_round(*arrays)


def test_a_picture_is_known_by_its_record(photo, painting, other_painting, tmp_path):
    settings = StylizeSettings.of({**TEST, "steps": 2})
    way = Way.through(photo, [painting, other_painting], settings, count=2)
    out = impasto.interpolate(photo, [painting, other_painting], count=2, **{**TEST, "steps": 2})[0]
    path = out.save(tmp_path / "out.png")
    assert is_of(path, way.job(1)) and not is_of(path, way.job(2))
    assert not is_of(tmp_path / "nothing.png", way.job(1))
    changed = Way.through(photo, [painting, other_painting], settings, count=2,
                          controls=Controls(keep=np.eye(48, 64, dtype=np.uint8) * 255))  # fmt: skip
    assert not is_of(path, changed.job(1))
    Image.fromarray(np.asarray(Image.open(painting))[::-1]).save(painting)
    assert not is_of(path, way.job(1))


def test_a_picture_that_was_stopped_is_not_the_one(photo, painting, other_painting, tmp_path):
    way = Way.through(photo, [painting, other_painting], StylizeSettings.of(TEST), count=2)
    job = way.job(1)
    path = job.result(next(job.steps()), [], interrupted=True).save(tmp_path / "out.png")
    assert json.loads(path.with_suffix(".json").read_text())["interrupted"] and not is_of(path, job)


@pytest.mark.parametrize(
    ("count", "both", "options", "text"),
    [
        (3, False, {}, r"a way needs two styles or more\n  got +1 style\n  try +one more painting"),
        (1, True, {}, r"a way has two pictures or more\n  got +1\n  expected +at least 2"),
        (3, True, {"style_weights": (0.5, 0.5)},
         r"the way sets the weights of the styles\n  got +style_weights 0\.5, 0\.5 as well"),
    ],
)  # fmt: skip
def test_what_is_no_way(photo, painting, other_painting, count, both, options, text):
    styles = [painting, other_painting] if both else painting
    with pytest.raises(SettingError, match=text):
        impasto.interpolate(photo, styles, count=count, **{**TEST, **options})
