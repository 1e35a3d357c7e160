from impasto.registry import RECIPES
from impasto.studio.tabs import CUSTOM, MEDIA, ORDER, VARIANTS, tab_names, title


def test_tables_name_tasks_that_there_are():
    assert {*ORDER, *VARIANTS} <= set(RECIPES)
    assert set(CUSTOM) <= {*RECIPES, *MEDIA, "explain"}


def test_every_task_has_a_tab_and_explain_is_the_last():
    assert set(tab_names()) == {*RECIPES, *MEDIA, "explain"}
    assert tab_names()[-1] == "explain"
    assert title("mood-board") == "Mood board"
