from dataclasses import replace

from impasto.settings import StudioSettings


def test_highest_values_are_the_limits(context):
    smaller = replace(context, limits=StudioSettings(max_size=300, max_steps=40))
    assert smaller.highest == {"size": 300, "steps": 40}
