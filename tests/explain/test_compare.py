"""Starts and optimisers."""

from impasto.explain import compare
from impasto.explain.compare import draw, tracks_of


def test_the_same_budget_for_all(scene):
    tracks = tracks_of(scene)
    assert len(tracks) == 6
    assert {len(track.history) for track in tracks.values()} == {scene.settings.steps}
    assert {track.settings.optimizer for track in tracks.values()} == {"adam", "lbfgs"}
    # Both begin with the same look at the same canvas.
    for start in ("noise", "content", "style"):
        assert tracks["adam", start].history[0]["loss"] == tracks["lbfgs", start].history[0]["loss"]


def test_six_pictures_and_six_curves(scene, pictures, tiny):
    figure = draw(scene)
    assert len(figure.axes) == 7 and len(figure.axes[-1].lines) == 6
    assert len(compare(*pictures, **tiny).axes) == 7
