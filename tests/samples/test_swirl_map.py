import numpy as np
import pytest

from impasto.errors import SettingError
from impasto.images.masks import match, read_regions
from impasto.samples import MAPS, label_map, style
from impasto.samples.swirl_map import LABELS, draw_doodle, draw_map


def colors(labels):
    return {tuple(int(v) for v in color) for color in np.unique(labels.reshape(-1, 3), axis=0)}


def test_maps_have_the_labels_and_go_together():
    assert MAPS == ("swirl-map", "swirl-doodle")
    own, doodle = (read_regions(label_map(name)) for name in MAPS)
    assert own.notes == doodle.notes == ()
    assert len(own.names) == len(doodle.names) == len(LABELS)
    matching = match(doodle, [own])
    assert sorted(matching.partners[0]) == list(range(len(LABELS))) and matching.notes == ()
    assert min(*own.shares.values(), *doodle.shares.values()) > 0.008


@pytest.mark.parametrize("draw", [draw_map, draw_doodle])
def test_any_size(draw):
    labels = draw((150, 120))
    assert labels.shape == (120, 150, 3) and labels.dtype == np.uint8
    assert colors(labels) == set(LABELS.values())


def test_the_map_is_that_of_the_picture():
    """Every region has a colour of its own, and the picture changes along the map's borders."""
    picture, labels = np.asarray(style("swirl")) / 255, np.asarray(label_map("swirl-map"))
    assert picture.shape == labels.shape

    def mean(name):
        return picture[(labels == LABELS[name]).all(2)].mean(0)

    assert mean("wheat")[0] > 2 * mean("wheat")[2] and mean("sky")[2] > 1.5 * mean("sky")[0]
    assert mean("lights")[:2].min() > 0.5
    assert mean("lighthouse")[0] > mean("lighthouse")[1] + 0.1
    assert np.abs(mean("rock") - mean("water")).max() > 0.15


def test_unknown_map():
    with pytest.raises(
        SettingError, match=r"(?s)there is no sample map 'swirl_map'.*did you mean 'swirl-map'"
    ):
        label_map("swirl_map")
