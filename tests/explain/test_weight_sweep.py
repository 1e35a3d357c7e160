"""Alpha against beta."""

from impasto.explain import ratio_animation, weight_sweep
from impasto.explain.context import ExplainContext
from impasto.explain.weight_sweep import (
    HIGH_ALPHA,
    HIGH_BETA,
    RATIOS,
    draw_ratios,
    draw_sweep,
    unweighted,
)


def test_rows_are_sets_and_columns_ratios(pictures, tiny):
    figure = weight_sweep(*pictures, ratios=(0.1, 1.0), **tiny)
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["$\\alpha/\\beta$ = 0.1", "$\\alpha/\\beta$ = 1", "relu1_1", "+ relu2_1", "+ relu3_1"]
    assert len(figure.axes) == 6


def test_more_alpha_means_more_content(pictures, tiny):
    """Settings of the runs are those of the columns, and content falls from left to right."""
    context = ExplainContext.read(*pictures, **{**tiny, "steps": 20})
    draw_sweep(context)
    all_layers = [run for run in context.runs.values() if len(run.settings.style_layers) == 3]
    runs = {run.settings.content_weight: run for run in all_layers}
    assert sorted(runs) == sorted(RATIOS)
    assert all(run.settings.style_weight == 1 for run in runs.values())
    contents = [runs[ratio].history[-1]["content"] / ratio for ratio in RATIOS]
    assert contents[-1] < 0.8 * contents[0] and contents[2] < contents[0]


def test_both_sides_start_alike(pictures, tiny, context):
    frames = ratio_animation(*pictures, **tiny)
    assert len(frames) == tiny["steps"] and len({frame.size for frame in frames}) == 1
    draw_ratios(context)
    runs = list(context.runs.values())
    assert [run.settings.content_weight for run in runs] == [HIGH_ALPHA, HIGH_BETA]
    first = [unweighted(run, 0) for run in runs]
    assert first[0] == first[1] and first[0].startswith("step 1   content ")
