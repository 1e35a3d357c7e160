"""A manifest row of every task: what a recipe promises holds for many pictures too."""

import csv
import json

import pytest

from impasto.batch.manifest import SEPARATOR, read_manifest
from impasto.batch.painter import Painter, Saving
from impasto.registry import RECIPES
from impasto.settings.batch import BatchSettings
from impasto.settings.values import text_of
from impasto.synthesis.recipe import find_recipe
from tests.contracts.test_recipes import files, quick


@pytest.fixture(params=RECIPES)
def recipe(request):
    return find_recipe(request.param)


def columns(recipe, folder):
    """The row of a manifest: inputs by their files' names, and the settings that are not the defaults."""

    def name(value):
        return (
            [name(one) for one in value] if isinstance(value, list) else str(value).removeprefix(f"{folder}/")
        )

    given = quick(recipe).to_dict()
    defaults = recipe.settings.of({}).to_dict()
    settings = {key: value for key, value in given.items() if value != defaults[key]}
    return {key: name(value) for key, value in files(recipe, folder).items()} | settings


def rows(path, recipe):
    return read_manifest(path, path.parent / "out", BatchSettings(task=recipe.name))


def test_columns_are_the_inputs_and_settings_of_the_task(recipe, tmp_path):
    """As JSON and as text, they give the same row; and the row is painted."""
    row = columns(recipe, tmp_path)
    (tmp_path / "m.jsonl").write_text(json.dumps(row))
    cells = {key: SEPARATOR.join(value) if isinstance(value, list) and isinstance(value[0], str) else
             text_of(value) for key, value in row.items()}  # fmt: skip
    with (tmp_path / "m.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, cells)
        writer.writeheader()
        writer.writerow(cells)
    [one], [other] = rows(tmp_path / "m.jsonl", recipe), rows(tmp_path / "m.csv", recipe)
    assert (one.inputs, one.settings, one.output) == (other.inputs, other.settings, other.output)
    assert one.settings == quick(recipe) and not one.missing()
    outcome = Painter(Saving(folder=tmp_path / "out")).paint(one)
    assert (outcome.status, outcome.error) == ("done", "")
    assert (tmp_path / "out" / one.output).stat().st_size > 100
    assert outcome.inputs_sha256 and not list((tmp_path / "out").glob(".impasto*"))
