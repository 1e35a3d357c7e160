import gradio as gr
import pytest

from impasto.settings import StudioSettings
from impasto.settings.task import Input
from impasto.studio.recipe_inputs import KINDS, make_input, value_of
from tests.studio.test_uploads import sent_mask

LIMITS = StudioSettings()


def row(kind, **more):
    return Input(name="one", kind=kind, label="One", help="One of it.", **more)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_input_has_no_value(context, page, kind):
    made, events = make_input(context, row(kind), task="t")
    assert next(iter(made)) == "one"
    assert bool(events) == (kind == "pictures")
    assert not value_of(row(kind), dict.fromkeys(made), LIMITS)


def test_values_that_the_browser_sends():
    file = {"path": "/a.png"}
    assert str(value_of(row("picture"), {"one": file}, LIMITS)) == "/a.png"
    assert [path.name for path in value_of(row("masks"), {"one": [{"image": file}]}, LIMITS)] == ["a.png"]
    assert value_of(row("text", metavar="TEXT"), {"one": " a b "}, LIMITS) == "a b"


def test_a_palette_is_a_picture_or_else_a_text():
    sent = {"one": None, "one_text": " sunset "}
    assert value_of(row("text"), sent, LIMITS) == "sunset"
    assert value_of(row("text"), {**sent, "one": {"path": "/a.png"}}, LIMITS).name == "a.png"


def test_a_mask_is_brushed_on_the_photo_or_else_a_file(context, page, tmp_path):
    photo = gr.Image(elem_id="t-photo")
    made, _ = make_input(context, row("mask"), task="t", photo=photo)
    assert list(made) == ["one", "one_strokes"]
    sent = {"one": {"path": "/a.png"}, "one_strokes": sent_mask(tmp_path)}
    assert value_of(row("mask"), sent, LIMITS).size == (40, 30)
    assert value_of(row("mask"), {**sent, "one_strokes": None}, LIMITS).name == "a.png"


def test_suggestions_for_a_text(context, page):
    made, _ = make_input(context, row("text", metavar="TEXT"), task="t", choices=("a", "b"))
    assert [value for _, value in made["one"].choices] == ["", "a", "b"]
    assert made["one"].allow_custom_value
