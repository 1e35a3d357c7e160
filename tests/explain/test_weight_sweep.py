"""Alpha against beta."""

from impasto.explain import sweep, tug_of_war
from impasto.explain.context import Scene
from impasto.explain.weight_sweep import (
    HIGH_ALPHA,
    HIGH_BETA,
    RATIOS,
    draw_sweep,
    draw_tug_of_war,
    unweighted,
)


def test_rows_are_sets_and_columns_ratios(pictures, tiny):
    figure = sweep(*pictures, ratios=(0.1, 1.0), **tiny)
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["$\\alpha/\\beta$ = 0.1", "$\\alpha/\\beta$ = 1", "relu1_1", "+ relu2_1", "+ relu3_1"]
    assert len(figure.axes) == 6


def test_more_alpha_means_more_content(pictures, tiny):
    """Settings of the runs are those of the columns, and content falls from left to right."""
    scene = Scene.read(*pictures, **{**tiny, "steps": 20})
    draw_sweep(scene)
    tracks = {track.settings.content_weight: track for track in scene.tracks.values()
              if len(track.settings.style_layers) == 3}  # fmt: skip
    assert sorted(tracks) == sorted(RATIOS)
    assert all(track.settings.style_weight == 1 for track in tracks.values())
    contents = [tracks[ratio].history[-1]["content"] / ratio for ratio in RATIOS]
    assert contents[-1] < 0.8 * contents[0] and contents[2] < contents[0]


def test_both_sides_start_alike(pictures, tiny, scene):
    frames = tug_of_war(*pictures, **tiny)
    assert len(frames) == tiny["steps"] and len({frame.size for frame in frames}) == 1
    draw_tug_of_war(scene)
    runs = list(scene.tracks.values())
    assert [run.settings.content_weight for run in runs] == [HIGH_ALPHA, HIGH_BETA]
    first = [unweighted(run, 0) for run in runs]
    assert first[0] == first[1] and first[0].startswith("step 1   content ")
