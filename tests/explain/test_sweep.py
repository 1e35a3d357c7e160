"""Alpha against beta."""

from impasto.explain import sweep, tug_of_war
from impasto.explain.sweep import HIGH_ALPHA, HIGH_BETA, RATIOS, draw_sweep, unweighted


def test_rows_are_sets_and_columns_ratios(pictures, tiny):
    figure = sweep(*pictures, ratios=(0.1, 1.0), **tiny)
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["$\\alpha/\\beta$ = 0.1", "$\\alpha/\\beta$ = 1", "relu1_1", "+ relu2_1", "+ relu3_1"]
    assert len(figure.axes) == 6


def test_more_alpha_means_more_content(scene):
    """Settings of the runs are those of the columns, and content falls from left to right."""
    draw_sweep(scene)
    tracks = {track.settings.content_weight: track for track in scene.tracks.values()
              if len(track.settings.style_layers) == 3}  # fmt: skip
    assert sorted(tracks) == sorted(RATIOS)
    assert all(track.settings.style_weight == 1 for track in tracks.values())


def test_both_sides_start_alike(pictures, tiny, scene):
    frames = tug_of_war(*pictures, **tiny)
    assert len(frames) == tiny["steps"] and len({frame.size for frame in frames}) == 1
    runs = [scene.paint(init="noise", content_weight=ratio, filmed=True) for ratio in (HIGH_ALPHA, HIGH_BETA)]
    first = [unweighted(run, 0) for run in runs]
    assert first[0] == first[1] and first[0].startswith("step 1   content ")
