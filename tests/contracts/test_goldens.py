"""The picture that every task makes of its default settings, as it was when ``--regen`` last wrote it.

A golden is a PNG and the settings that made it, as JSON. Settings are compared exactly, pictures within
``MEAN_LEVELS`` and ``FAR_FRACTION``.
"""


import pytest

pytestmark = pytest.mark.slow
