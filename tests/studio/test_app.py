from types import SimpleNamespace

import pytest

from impasto import registry
from impasto.registry import RECIPES, find
from impasto.settings import DreamSettings
from impasto.settings.task import Input
from impasto.studio import app, tabs
from impasto.studio.tabs.recipe import Variant, weighted
from impasto.synthesis.recipe import Recipe
from tests.studio.conftest import closed_loops


def test_gradio_forgets_who_leaves(context):
    kept = SimpleNamespace(session_data={"ann": 1, "ben": 2}, time_last_used={"ann": 3})
    session = context.sessions.get("ann")
    app.on_unload(context, SimpleNamespace(state_holder=kept))(SimpleNamespace(session_hash="ann"))
    assert session.ended
    assert kept.session_data == {"ben": 2}
    assert kept.time_last_used == {}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The page as the browser gets it, with one more row than the studio knows."""
    from impasto.settings import StudioSettings
    from impasto.studio.context import StudioContext
    from impasto.studio.sample_files import SampleFiles
    from impasto.studio.sessions import Sessions

    folder = tmp_path_factory.mktemp("page")
    context = StudioContext(StudioSettings(), Sessions(folder / "sessions"), SampleFiles(folder / "samples"))
    with closed_loops(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.RECIPES, "mood-board", f"{__name__}:ROW")
        patch.setitem(registry.RECIPES, "sing", f"{__name__}:SONG")
        return app.build(context).get_config_file()


def steps(inputs, settings, context):
    """Never called."""
    yield from ()


ROW = Recipe(
    name="mood-board",
    summary="A picture in the mood of others.",
    settings=DreamSettings,
    inputs=(
        Input(name="style", kind="pictures", label="Moods", help="Pictures."),
        Input(name="words", kind="text", label="Words", help="A few words.", metavar="TEXT"),
        Input(name="where", kind="mask", label="Where", help="White is changed.", required=False),
    ),
    main=("size", "steps"),
    steps=steps,
)

SONG = Recipe(
    name="sing",
    summary="A song.",
    settings=DreamSettings,
    inputs=(Input(name="content", kind="sound", label="Song", help="A song."),),
    main=(),
    steps=steps,
)


def parts(config, **wanted):
    """Properties of the components that have these."""
    all_props = [{"type": one["type"], **one["props"]} for one in config["components"]]
    return [props for props in all_props if all(props.get(k) == v for k, v in wanted.items())]


def test_tabs_from_left_to_right(config):
    labels = [props["label"] for props in parts(config, type="tabitem")]
    assert labels[:6] == ["Stylize", "Texture", "Doodle", "Dream", "Recolor", "Interpolate"]
    assert labels[-7:] == ["Mood board", "Sing", "Several photos", "Video", "Audio", "Text", "Explain"]


def test_a_new_row_is_a_tab_with_its_inputs_settings_and_call(config):
    for element in ("paint", "stop", "style", "words", "where", "load"):
        assert len(parts(config, elem_id=f"mood-board-{element}")) == 1, element
    (fold,) = parts(config, elem_id="mood-board-more")  # of optional inputs
    assert fold["label"] == "More pictures"
    call = next(one for one in config["dependencies"] if one["api_name"] == "mood-board")
    by_id = {one["id"]: one["props"] for one in config["components"]}
    assert [by_id[number]["label"] for number in call["inputs"]] == ["styles", "words", "where", "settings"]


def test_a_row_that_the_page_cannot_show_says_where_it_works(config):
    (note,) = [props for props in parts(config, type="html") if "impasto sing" in str(props.get("value"))]
    assert "no input for a sound" in note["value"]
    assert not parts(config, elem_id="sing-paint")


def test_calls_of_the_api(config):
    by_id = {one["id"]: one["props"] for one in config["components"]}
    calls = {
        one["api_name"]: [by_id[number]["label"] for number in one["inputs"]]
        for one in config["dependencies"]
        if one["api_visibility"] == "public"
    }
    del calls["mood-board"]
    assert calls["stylize"] == [
        "content",
        "styles",
        "content_mask",
        "style_mask",
        "keep",
        "fine_style",
        "strength_mask",
        "settings",
    ]
    assert calls["texture"] == ["styles", "style_mask", "settings"]
    assert calls["doodle"] == ["style", "style_map", "doodle", "content", "settings"]
    assert calls["dream"] == ["content", "guide", "settings"]
    assert calls["recolor"] == ["content", "palette", "palette_text", "settings"]
    assert calls["audio"] == ["styles", "content", "settings"]
    assert calls["text"] == ["content", "content_text", "styles", "styles_text", "settings"]
    assert calls["video"][:2] == ["content", "styles"]
    assert calls["interpolate"][:2] == ["content", "styles"]
    assert calls["explain"] == ["content", "style", "settings", "figures"]
    assert set(calls) == set(tabs.tab_names())


def test_the_weight_of_each_painting_has_a_slider_where_it_is_a_setting(config):
    sliders = parts(config, type="slider", elem_classes=["weight"])
    rows = [(find(RECIPES, name, kind="task"), tabs.VARIANTS.get(name, Variant())) for name in RECIPES]
    with_sets = 1 + sum(weighted(recipe, variant) for recipe, variant in rows)
    assert len(sliders) == 4 * with_sets
