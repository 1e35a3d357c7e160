import pytest

from impasto.registry import RECIPES, find
from impasto.studio.tabs import VARIANTS
from impasto.studio.tabs.recipe import Variant, task_of, weighted


@pytest.mark.parametrize("name", RECIPES)
def test_every_setting_is_on_the_page_or_the_owners(name):
    recipe = find(RECIPES, name, kind="recipe")
    task = task_of(recipe, VARIANTS.get(name, Variant()))
    assert set(task.main) <= set(recipe.settings.info())
    hidden = {*recipe.settings.info()} - {*task.main, *task.others}
    assert hidden <= {"weights", "device", "precision", "memory", "max_megapixels", "style_weights"}


def test_sliders_show_the_weights_of_loaded_settings():
    recipe = find(RECIPES, "texture", kind="recipe")
    settings = recipe.settings.of({"style_weights": [0.7, 0.3]})
    assert task_of(recipe, Variant()).restore(settings)["weight_1"] == 0.3
    assert weighted(recipe, Variant())
    assert task_of(recipe, Variant(separate=("style_weights",))).restore(settings) == {}
