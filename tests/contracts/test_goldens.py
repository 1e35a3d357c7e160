"""The picture that every task makes of its default settings, as it was when ``--regen`` last wrote it.

A golden is a PNG and the settings that made it, as JSON. Settings are compared exactly, pictures within
``MEAN_LEVELS`` and ``FAR_FRACTION``.
"""

import json

import numpy as np
import pytest
from PIL import Image

from impasto import runtime
from impasto.registry import RECIPES
from impasto.synthesis.context import Context
from impasto.synthesis.recipe import find_recipe
from impasto.synthesis.run import drain
from tests.contracts.recipe_inputs import drawn, mask

pytestmark = pytest.mark.slow
