import json

import pytest
from PIL import Image

from impasto.errors import SettingError
from impasto.optimize.loop import Step
from impasto.studio import page_html
from impasto.studio.preview_stream import PreviewEvent
from impasto.studio.session import Entry


def event(*, sketch=False):
    step = Step.__new__(Step)
    values = {"scale": 1, "scales": 2, "step": 3, "steps": 4, "height": 48, "width": 64}
    for name, value in (values | {"seconds": 1.0, "seconds_left": 3.0}).items():
        object.__setattr__(step, name, value)
    return PreviewEvent(Image.new("RGB", (64, 48)), ((1, 2.0),), step, sketch)


def test_a_live_picture():
    text = page_html.canvas(event())
    assert 'role="progressbar"' in text
    assert 'aria-valuenow="25"' in text
    assert "64 px (size 1 of 2), step 3 of 4" in text
    assert "3 s left" in text
    assert 'src="data:image/jpeg;base64,' in text
    assert 'alt="The painting so far, 64 by 48 pixels"' in text


def test_a_sketch():
    text = page_html.canvas(event(sketch=True))
    assert "a quick sketch, 64 px" in text
    assert "left" not in text


def test_the_message_at_the_end():
    assert "Done. 1:05 min of painting." in page_html.finished(65, interrupted=False, notes=())
    stopped = page_html.finished(2, interrupted=True, notes=("<b> --size",))
    assert "Stopped; this is the picture so far." in stopped
    assert "&lt;b&gt; size." in stopped
    enlarged = page_html.finished(2, interrupted=False, notes=("cat: painted large (--no-enlarge keeps it)",))
    assert "Cat: painted large (enlarge switched off keeps it)." in enlarged
    assert "these are the 3 pictures so far" in page_html.finished(2, interrupted=True, notes=(), count=3)


@pytest.fixture
def entry(tmp_path):
    """Makes an entry of the history."""

    def made(name, *, tile=False, before=None):
        record = {"impasto_format": 1, "picture": name, "size": [64, 48], "settings": {"tile": tile}}
        (tmp_path / name).with_suffix(".json").write_text(json.dumps(record))
        return Entry("stylize", tmp_path / name, before, "")

    return made


def test_a_finished_picture_has_its_photo_over_it(entry, tmp_path):
    text = page_html.finished_picture(entry("a b.png", before=tmp_path / "b.jpg"))
    assert f'src="gradio_api/file={tmp_path}/a%20b.png" alt="The painting, 64 by 48 pixels"' in text
    assert 'alt="The photo"' in text
    assert 'class="wipe" type="range"' in text
    assert "--wide:1.3333" in text
    assert "Four side by side" not in text


def test_a_finished_tile_can_be_seen_four_times(entry, tmp_path):
    text = page_html.finished_picture(entry("a.png", tile=True))
    assert "Four side by side" in text
    assert f"background-image:url('gradio_api/file={tmp_path}/a.png')" in text
    assert "wipe" not in text


def test_several_pictures_can_be_downloaded_one_by_one(entry):
    text = page_html.picture_strip([entry("a.png"), entry("b.png")])
    assert text.count("<a ") == 2
    assert 'download="b.png"' in text
    assert 'alt="Painting 2 of 2"' in text


def test_an_error():
    text = page_html.alert(SettingError("no such <size>", got="3", attempt="4"))
    assert "No such &lt;size&gt;." in text
    assert "<dt>Got</dt><dd>3</dd>" in text
    assert "Expected" not in text


def test_another_result_is_laid_over_a_result(entry, tmp_path):
    text = page_html.finished_picture(entry("a.png", before=tmp_path / "b.jpg"), over=entry("c.png"))
    assert "c.png" in text and "b.jpg" not in text
    assert text.count('class="wipe"') == 1
