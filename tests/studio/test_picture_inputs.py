from types import SimpleNamespace

import gradio as gr
import pytest

from impasto.studio import picture_inputs

ANN = SimpleNamespace(session_hash="ann")


@pytest.fixture
def warnings(monkeypatch):
    """Messages on the page."""
    messages = []
    monkeypatch.setattr(gr, "Warning", messages.append)
    return messages


def test_uploads_that_cannot_be_used_are_left_out_with_a_message(context, photo, tmp_path, warnings):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    assert picture_inputs._usable(context, [photo, bad], ANN) == [photo]
    assert len(warnings) == 1
    assert "bad.png" in warnings[0]
    assert str(tmp_path) not in warnings[0]


def test_a_sample_joins_the_others_or_replaces_them(context):
    add = picture_inputs._add_sample(context, "woodcut", 2)
    sent = [{"image": {"path": f"/{name}.png"}} for name in "ab"]
    woodcut = str(context.samples.picture("woodcut"))
    assert add(sent, False) == [woodcut]
    assert add(sent, True) == ["/b.png", woodcut]  # the most is two
    assert add(None, True) == [woodcut]


def test_one_painting_cannot_be_several(context, page):
    picture_inputs.paintings_input(context, name="a", label="A", most=1)
    (several,) = [one for one in page.blocks.values() if isinstance(one, gr.Checkbox)]
    assert not several.visible
