"""Pictures from style to style."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import impasto
from impasto.errors import SettingError
from impasto.images import io
from impasto.losses.gram import GramLoss
from impasto.recipes.interpolate import Interpolation, interpolation_shares, is_result_of
from impasto.settings import InterpolateSettings
from impasto.synthesis.context import Context
from impasto.synthesis.run import drain, run_steps
from tests.jobs import stylize_job

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
    job = stylize_job(photo, painting, **TEST)
    loss, layers = GramLoss({"relu1_1": 1.0, "relu2_1": 1.0}), {"relu1_1", "relu2_1"}
    target = loss.target(job.view.features(job.terms.styles[0].picture.pixels, layers))
    return loss(job.view.features(io.to_tensor(image), layers), target).item()


def series(content, *styles, count=2, keep=None, **options):
    inputs = {"content": content, "style": list(styles), "keep": keep}
    settings = InterpolateSettings.of({**TEST, **options, "count": count})
    return Interpolation.of(inputs, settings, Context())


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
def test_shares_by_hand(styles, count, shares):
    computed = interpolation_shares(styles, count)
    assert np.allclose(computed, shares, atol=1e-15)
    assert computed[0] == shares[0] and computed[-1] == shares[-1]  # the ends exactly
    assert [sum(one) for one in computed] == pytest.approx([1.0] * count)


@pytest.mark.slow
def test_pictures_go_from_one_style_to_the_other(photo, painting, other_painting):
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


def test_steps_count_all_pictures(photo, painting, other_painting):
    steps = impasto.interpolate_steps(photo, [painting, other_painting], count=3, **{**TEST, "steps": 4})
    seen = list(steps)
    assert [(s.number, s.step) for s in seen] == [(n, k) for n in (1, 2, 3) for k in (1, 2, 3, 4)]
    assert {s.count for s in seen} == {3} and seen[5].shares == (0.5, 0.5)
    assert [len(s.results) for s in seen] == [0] * 4 + [1] * 4 + [2] * 4
    times = [s.seconds for s in seen]
    assert times == sorted(times) and seen[-1].seconds_left == 0
    assert all(s.seconds_left > 0 for s in seen[:-1])


def test_time_left_counts_the_pictures_to_come(photo, painting, other_painting):
    one = next(impasto.stylize_steps(photo, painting, **TEST))
    one = replace(one, seconds=3.0, seconds_left=7.0)
    step = series(photo, painting, other_painting, count=4).series_step(2, one, spent_s=10.0)
    assert (step.seconds, step.seconds_left) == (13.0, 7.0 + 2 * 10.0)


def test_a_cyclic_series(photo, painting, other_painting):
    assert series(photo, painting, other_painting, str(painting)).is_cyclic
    assert not series(photo, painting, other_painting).is_cyclic
    arrays = [np.asarray(Image.open(one)) for one in (painting, other_painting)]
    assert series(photo, *arrays, arrays[0]).is_cyclic and not series(photo, *arrays).is_cyclic


def test_the_recipe_gives_the_strip_and_its_pictures(photo, painting, other_painting):
    recipe = impasto.recipes.interpolate.RECIPE
    settings = InterpolateSettings.of({**TEST, "steps": 2, "count": 3})
    inputs = {"content": photo, "style": [painting, other_painting]}
    result = drain(recipe.steps(inputs, settings, Context()))
    assert [part.pixels.shape for part in result.parts] == [(1, 3, 48, 64)] * 3
    assert result.image.width > 5 * 300 and result.record["task"] == "interpolate"  # five cells of 320 px


def test_all_pictures_share_the_network_and_the_targets(photo, painting, other_painting):
    context = Context()
    options = {**TEST, "steps": 2, "count": 3}
    impasto.interpolate(photo, [painting, other_painting], context=context, **options)
    assert context.targets.hits == 2 * context.targets.misses > 0


def test_a_picture_is_known_by_its_record(photo, painting, other_painting, tmp_path):
    both = series(photo, painting, other_painting, steps=2)
    out = impasto.interpolate(photo, [painting, other_painting], count=2, **{**TEST, "steps": 2})[0]
    path = out.save(tmp_path / "out.png")
    assert is_result_of(path, both.job(1)) and not is_result_of(path, both.job(2))
    assert not is_result_of(tmp_path / "nothing.png", both.job(1))
    keep = np.eye(48, 64, dtype=np.uint8) * 255
    changed = series(photo, painting, other_painting, steps=2, keep=keep)
    assert not is_result_of(path, changed.job(1))
    Image.fromarray(np.asarray(Image.open(painting))[::-1]).save(painting)
    assert not is_result_of(path, both.job(1))


def test_a_picture_of_version_0_1_is_known_too(photo, painting, other_painting, tmp_path):
    """Its records had lists of texts where there are weights by name now."""
    job = series(photo, painting, other_painting).job(1)
    path = drain(run_steps(job, Context())).save(tmp_path / "out.png")
    record = json.loads(path.with_suffix(".json").read_text())
    for name in ("style_layers", "content_layers", "style_loss"):
        record["settings"][name] = [f"{key}={weight:g}" for key, weight in record["settings"][name].items()]
    path.with_suffix(".json").write_text(json.dumps(record))
    assert is_result_of(path.with_suffix(".json"), job)
    record["settings"]["style_layers"] = ["relu1_1=2", "relu2_1"]
    path.with_suffix(".json").write_text(json.dumps(record))
    assert not is_result_of(path.with_suffix(".json"), job)


def test_a_picture_that_was_stopped_is_not_the_one(photo, painting, other_painting, tmp_path):
    job = series(photo, painting, other_painting).job(1)
    path = job.result(next(job.steps()), [], interrupted=True).save(tmp_path / "out.png")
    assert json.loads(path.with_suffix(".json").read_text())["interrupted"] and not is_result_of(path, job)


@pytest.mark.parametrize(
    ("count", "both", "options", "text"),
    [
        (3, False, {}, r"interpolation needs two styles or more\n  got +1 style\n  try +one more painting"),
        (1, True, {}, r"count is too small\n  got +1\n"),
        (3, True, {"style_weights": (0.5, 0.5)},
         r"interpolation sets the weights of the styles\n  got +style_weights 0\.5, 0\.5 as well"),
    ],
)  # fmt: skip
def test_what_cannot_be_interpolated(photo, painting, other_painting, count, both, options, text):
    styles = [painting, other_painting] if both else painting
    with pytest.raises(SettingError, match=text):
        impasto.interpolate(photo, styles, count=count, **{**TEST, **options})
