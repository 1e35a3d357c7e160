"""Starts and optimisers."""

from impasto.explain import compare
from impasto.explain.compare import compared_runs, draw


def test_the_same_budget_for_all(context):
    runs = compared_runs(context)
    assert len(runs) == 6
    assert {len(run.history) for run in runs.values()} == {context.settings.steps}
    assert {run.settings.optimizer for run in runs.values()} == {"adam", "lbfgs"}
    # Both evaluate the same canvas first.
    for start in ("noise", "content", "style"):
        assert runs["adam", start].history[0]["loss"] == runs["lbfgs", start].history[0]["loss"]


def test_six_pictures_and_six_curves(context, pictures, tiny):
    figure = draw(context)
    assert len(figure.axes) == 7 and len(figure.axes[-1].lines) == 6
    assert len(compare(*pictures, **tiny).axes) == 7
