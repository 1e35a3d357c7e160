"""The tables of themes and emotions."""

import re

from impasto.settings.themes import EMOTIONS, THEMES


def test_tables_hold_colours_and_names_do_not_meet():
    assert not set(EMOTIONS) & set(THEMES)
    combinations = [colors for several in EMOTIONS.values() for colors in several]
    assert all(len(several) == 3 for several in EMOTIONS.values())
    assert all(len(colors) == 3 for colors in combinations)
    assert all(2 <= len(colors) <= 5 for colors in THEMES.values())
    for colors in (*combinations, *THEMES.values()):
        assert len(set(colors)) == len(colors)
        assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    assert len(set(combinations)) == len(combinations)
