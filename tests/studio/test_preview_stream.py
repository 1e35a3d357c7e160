import pytest

from impasto.settings import StylizeSettings
from impasto.studio import live
from impasto.studio.curve import RIGHT, WIDTH, curve
from impasto.studio.painting_task import sketched
from impasto.studio.preview_stream import moments
from impasto.synthesis.job import Job


@pytest.fixture
def make(photo, painting, quick):
    """Makes the job of a quick painting."""
    return lambda: Job.prepare(photo, painting, StylizeSettings.of({**quick, "tolerance": 0.0}))


def never():
    return False


def test_a_sketch_comes_first(make):
    seen = list(moments(make, make, stopped=never, now=iter(range(1000)).__next__))
    assert [moment.sketch for moment in seen] == sorted((m.sketch for m in seen), reverse=True)
    assert seen[0].sketch
    assert [moment.result is not None for moment in seen] == [False] * (len(seen) - 1) + [True]
    assert not seen[-1].result.record["interrupted"]
    assert seen[-1].share == 1.0
    assert len(seen[-1].points) == 4


def test_stop_keeps_the_picture(make):
    answers = iter([False, False, True])
    seen = list(moments(None, make, stopped=lambda: next(answers), now=iter(range(1000)).__next__))
    assert len(seen[-1].points) == 3
    assert seen[-1].result.record["interrupted"]
    assert seen[-1].result.image.size == (64, 48)


def test_stop_in_the_sketch(make):
    seen = list(moments(make, make, stopped=lambda: True))
    assert len(seen) == 1
    assert seen[0].sketch
    assert seen[0].result is not None


def test_moments_are_not_more_than_the_page_can_show(make):
    seen = list(moments(None, make, stopped=never, now=lambda: 0.0))
    assert len(seen) == 2  # the first and the result


def test_what_the_page_says_of_a_moment(make):
    first, *_, last = moments(None, make, stopped=never, now=iter(range(1000)).__next__)
    text = live.canvas(first)
    assert 'role="progressbar"' in text
    assert "64 px (size 1 of 1), step 1 of 4" in text
    assert 'src="data:image/jpeg;base64,' in text
    assert 'alt="The painting so far, 64 by 48 pixels"' in text
    assert "Stopped" in live.finished(last.step, interrupted=True, notes=("<b>",))
    assert "&lt;b&gt;" in live.finished(last.step, interrupted=True, notes=("<b>",))


def test_a_finished_picture_has_its_photo_over_it_or_four_of_it(tmp_path):
    drawn = live.finished_picture(tmp_path / "a b.png", size=(64, 48), before=tmp_path / "b.jpg", tile=False)
    assert f'src="gradio_api/file={tmp_path}/a%20b.png" alt="The painting, 64 by 48 pixels"' in drawn
    assert 'alt="The photo"' in drawn
    assert 'class="wipe" type="range"' in drawn
    assert "--wide:1.3333" in drawn
    assert "Four side by side" not in drawn
    tiled = live.finished_picture(tmp_path / "a.png", size=(64, 48), before=None, tile=True)
    assert "Four side by side" in tiled
    assert f"background-image:url('gradio_api/file={tmp_path}/a.png')" in tiled
    assert "wipe" not in tiled


def test_clock():
    assert [live.clock(s) for s in (0.4, 59, 61, 600)] == ["0 s", "59 s", "1:01 min", "10:00 min"]


def test_the_curve_has_a_line_for_each_size():
    assert curve([(1, 2.0)]) == ""
    drawn = curve([(1, 2.0), (1, 1.0), (2, 1.5), (2, 0.5)])
    assert drawn.count("<polyline") == 2
    assert drawn.count('class="border"') == 1
    assert 'aria-label="Loss over 4 steps, from 2 to 0.5"' in drawn


def test_a_long_curve_has_no_more_points_than_can_be_seen():
    drawn = curve([(1, 2.0 - i / 3000) for i in range(3000)])
    assert 300 < drawn.count(",") < 700
    assert "Loss over 3000 steps, from 2 to 1" in drawn
    assert f"{WIDTH - RIGHT:.1f}," in drawn  # to the last


def test_a_sketch_is_small_and_of_the_same_colours():
    settings = StylizeSettings.of({"preset": "best", "size": 1024, "colors": "match", "seed": 3})
    small = sketched(settings)
    assert (small.size, small.steps, small.colors, small.seed) == (160, 4, "match", 3)
    assert sketched(StylizeSettings(network="vgg19", content_layers=("relu4_2",))).network == "compact"
