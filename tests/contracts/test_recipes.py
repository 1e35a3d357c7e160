"""What every task promises; a row of ``registry.TASKS`` is tested by being there."""

import copy
import inspect
from dataclasses import fields

import numpy as np
import pytest
import torch
import typer
from PIL import Image

import impasto
from impasto import features
from impasto.cli import app
from impasto.errors import SettingError
from impasto.features.extractor import fingerprint
from impasto.registry import RECIPES, TASKS, find
from impasto.settings import Settings
from impasto.settings.task import Task
from impasto.synthesis.recipe import Recipe, find_recipe
from impasto.synthesis.run import drain
from tests.conftest import drawn

QUICK = {
    "network": "test-net",
    "content_layers": {"relu3_1": 1.0},
    "style_layers": {"relu1_1": 1.0, "relu2_1": 1.0},
    "patch_layers": {"relu2_1": 1.0},
    "layer": "relu3_1",
    "size": 48,
    "steps": 2,
    "scales": 2,
    "octaves": 1,
    "count": 2,
    "device": "cpu",
    "precision": "float32",
}
"""Settings that paint in a moment, for the tasks that have them."""

COLORS = "#1b3a5c,#c8102e,#f0e6d2"
"""What is given for a text."""

JOBS = [name for name in RECIPES if find_recipe(name).job is not None]
WITH_NETWORK = [name for name in RECIPES if "network" in find_recipe(name).settings.info()]
WITH_STYLE = [name for name in RECIPES if "style_layers" in find_recipe(name).settings.info()]


def half(flip=False):
    """A mask: black on the left and white on the right."""
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 28:] = 255
    return mask[:, ::-1].copy() if flip else mask


GIVEN = {
    "picture": lambda seed: drawn(seed),
    "pictures": lambda seed: [drawn(seed), 255 - drawn(seed + 1) // 2],
    "mask": lambda seed: half(),
    "masks": lambda seed: [half(), half(flip=True)],
    "text": lambda seed: COLORS,
}
"""Something to give for each kind of input: a function of a seed."""


def arrays(recipe):
    """All inputs of a task, in memory."""
    return {row.name: GIVEN[row.kind](seed) for seed, row in enumerate(recipe.inputs)}


def files(recipe, folder):
    """The same inputs as files; texts stay texts."""

    def saved(value, name):
        if isinstance(value, list):
            return [saved(item, f"{name}-{number}") for number, item in enumerate(value)]
        if isinstance(value, str):
            return value
        Image.fromarray(value).save(folder / f"{name}.png")
        return folder / f"{name}.png"

    return {name: saved(value, name) for name, value in arrays(recipe).items()}


def quick(recipe, **more):
    """Settings of a task that paint in a moment."""
    options = {**QUICK, **more}
    return recipe.settings.of({k: v for k, v in options.items() if k in recipe.settings.info()})


def made(recipe, inputs, settings, context=None):
    """The result of a run."""
    return drain(recipe.steps(inputs, settings, context or impasto.Context()))


def assert_equal(first, second):
    """The same pixels, and the same pictures of a series."""
    assert torch.equal(first.pixels, second.pixels)
    assert len(first.parts) == len(second.parts)
    for one, other in zip(first.parts, second.parts, strict=True):
        assert torch.equal(one.pixels, other.pixels)


@pytest.fixture(params=RECIPES)
def recipe(request):
    return find_recipe(request.param)


@pytest.fixture
def folder(tmp_path):
    """Where records find their pictures again."""
    return tmp_path.resolve()


@pytest.mark.parametrize("name", {**TASKS, **RECIPES})
def test_the_recipe_is_its_task_with_functions(name):
    task, recipe = find(TASKS, name, kind="task"), find(RECIPES, name, kind="task")
    assert isinstance(recipe, Recipe) and isinstance(task, Task) and not isinstance(task, Recipe)
    assert task.name == recipe.name == name
    for f in fields(Task):
        assert getattr(recipe, f.name) == getattr(task, f.name), f.name


def test_the_row_is_complete(recipe):
    assert issubclass(recipe.settings, Settings)
    assert recipe.summary.endswith(".") and "\n" not in recipe.summary
    assert recipe.inputs and any(row.required for row in recipe.inputs)
    for row in recipe.inputs:
        assert row.name.isidentifier() and row.label and row.help.endswith(".") and row.metavar, row.name
    for names in ([row.name for row in recipe.inputs], [row.label for row in recipe.inputs]):
        assert len(set(names)) == len(names)
    keys = [row.record_key or row.name for row in recipe.inputs]
    assert len(set(keys)) == len(keys)


def test_the_row_names_inputs_and_settings_that_there_are(recipe):
    inputs, settings = {row.name for row in recipe.inputs}, set(recipe.settings.info())
    assert recipe.main and set(recipe.main) <= settings
    assert len(set(recipe.main)) == len(recipe.main)
    assert set(recipe.stem_inputs) <= inputs
    for name, setting in recipe.alternatives:
        assert name in inputs and setting in settings
    assert not inputs & settings  # both are options of the command


def test_functions_take_inputs_settings_and_context(recipe):
    for function in [recipe.steps, *([] if recipe.job is None else [recipe.job])]:
        assert list(inspect.signature(function).parameters) == ["inputs", "settings", "context"]
    assert callable(getattr(impasto, recipe.name))


def test_a_missing_input_says_how_to_call_the_command(recipe):
    for row in recipe.inputs:
        if row.required:
            inputs = {name: value for name, value in arrays(recipe).items() if name != row.name}
            with pytest.raises(SettingError) as caught:
                made(recipe, inputs, quick(recipe))
            text = str(caught.value)
            assert text.startswith(f"{recipe.name} needs a") and f"no {row.label.lower()}" in text
            assert f"expected  impasto {recipe.name} " in text and row.usage in text


def test_a_record_makes_the_same_picture_again(recipe, folder):
    inputs, settings = files(recipe, folder), quick(recipe, seed=3)
    result = made(recipe, inputs, settings)
    for path in (result.save(folder / "out.png"), folder / "out.json"):
        again, restored_inputs, restored_settings = impasto.from_record(path)
        assert again is recipe
        assert plain(restored_inputs) == plain(inputs)
        assert restored_settings == settings
    assert_equal(made(again, restored_inputs, restored_settings), result)


def plain(inputs):
    """Inputs with paths as texts."""
    return {
        name: [str(item) for item in value] if isinstance(value, list) else str(value)
        for name, value in inputs.items()
    }


def test_a_record_without_the_optional_inputs_restores_to_none_of_them(recipe, folder):
    required = {row.name for row in recipe.inputs if row.required or row.kind == "text"}
    inputs = {name: value for name, value in files(recipe, folder).items() if name in required}
    made(recipe, inputs, quick(recipe)).save(folder / "out.png")
    assert plain(impasto.from_record(folder / "out.png")[1]) == plain(inputs)


def test_inputs_are_left_alone(recipe):
    inputs = arrays(recipe)
    before = copy.deepcopy(inputs)
    made(recipe, inputs, quick(recipe))
    assert inputs.keys() == before.keys()
    for name, value in inputs.items():
        np.testing.assert_equal(value, before[name], err_msg=name)


@pytest.mark.slow
def test_a_shared_context_changes_no_pixel_and_makes_targets_once(recipe):
    inputs, settings = arrays(recipe), quick(recipe)
    shared = impasto.Context()
    first = made(recipe, inputs, settings, shared)
    hits, misses = shared.targets.hits, shared.targets.misses
    second = made(recipe, inputs, settings, shared)
    assert_equal(first, made(recipe, inputs, settings))
    assert_equal(second, made(recipe, inputs, settings))
    if recipe.name in WITH_STYLE:
        assert misses > 0
        assert shared.targets.hits >= hits + misses and shared.targets.misses == misses


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_NETWORK)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_callers_network_stays_as_it_is(name, precision):
    """In version 0.1 a second call with the same network recorded another fingerprint."""
    recipe = find_recipe(name)
    network = features.load("test-net")
    weights, before = copy.deepcopy(network.state_dict()), fingerprint(network)
    recorded = []
    for _ in range(2):
        handle = impasto.NetworkHandle.of(network, device="cpu", precision=precision)
        for _ in range(2):
            result = made(recipe, arrays(recipe), quick(recipe), impasto.Context(network=handle))
            recorded.append(result.record["network"]["fingerprint"])
    assert set(recorded) == {before} == {fingerprint(network)}
    for key, tensor in network.state_dict().items():
        assert tensor.dtype == weights[key].dtype and torch.equal(tensor, weights[key]), key


@pytest.mark.parametrize("name", JOBS)
def test_the_job_has_the_record_of_the_result(name):
    recipe = find_recipe(name)
    job = recipe.job(arrays(recipe), quick(recipe), impasto.Context())
    assert job.record["task"] == name
    assert job.record["settings"] == quick(recipe).to_dict()
    assert job.identity() == job.identity()
    assert job.identity()["task"] == name


def test_the_command_line_has_a_command_with_every_input_and_setting(recipe):
    command = typer.main.get_command(app).commands[recipe.name]
    parameters = {parameter.name: parameter for parameter in command.params}
    assert {row.name for row in recipe.inputs} <= parameters.keys()
    assert set(recipe.settings.info()) <= parameters.keys()
    assert command.help.startswith(recipe.summary)
    for row in recipe.inputs:
        assert (parameters[row.name].param_type_name == "argument") == row.positional
        assert row.positional or parameters[row.name].opts == [row.flag]


def test_the_studio_builds_its_tab(recipe, tmp_path):
    gradio = pytest.importorskip("gradio")
    from impasto.settings import StudioSettings
    from impasto.studio.context import StudioContext
    from impasto.studio.sample_files import SampleFiles
    from impasto.studio.sessions import Sessions
    from impasto.studio.tabs import build_tab, tab_names
    from tests.studio.conftest import closed_loops

    assert tab_names().count(recipe.name) == 1
    sessions, samples = Sessions(tmp_path / "sessions"), SampleFiles(tmp_path / "samples")
    with closed_loops(), gradio.Blocks() as page:
        build_tab(recipe.name, StudioContext(StudioSettings(), sessions, samples))
    ids = {getattr(block, "elem_id", None) for block in page.blocks.values()}
    assert f"{recipe.name}-paint" in ids
    assert all(any(str(i).startswith(f"{recipe.name}-{row.name}".replace("_", "-")) for i in ids)
               for row in recipe.inputs if row.required), ids  # fmt: skip


def test_every_kind_of_input_has_something_to_give():
    kinds = {row.kind for name in TASKS for row in find(TASKS, name, kind="task").inputs}
    assert kinds <= GIVEN.keys(), "give the new kind of input a value in GIVEN"
