"""Settings of the page that explains."""

import pytest

from impasto.errors import SettingError
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings


def test_all_figures_are_the_default():
    assert ExplainSettings().figures == tuple(FIGURES)


def test_a_mistyped_figure_is_told_its_neighbour():
    with pytest.raises(SettingError, match=r"figures has no such choice(.|\n)*did you mean 'timeline'"):
        ExplainSettings.from_mapping({"figures": ["time-line"]})


@pytest.mark.parametrize(
    ("options", "text"),
    [({"figures": ()}, "no chapter is chosen(.|\n)*timeline"), ({"layers": ()}, "at least one layer")],
)
def test_something_is_shown(options, text):
    with pytest.raises(SettingError, match=text):
        ExplainSettings(**options)
