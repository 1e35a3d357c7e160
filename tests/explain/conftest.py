"""Two tiny pictures and the tiny network."""

import pytest

from impasto.explain.context import ExplainContext
from tests.conftest import drawn

TINY = {
    "network": "test-net",
    "size": 48,
    "steps": 3,
    "layers": ("relu1_1", "relu2_1", "relu3_1"),
    "content_layer": "relu3_1",
    "precision": "float32",
}


@pytest.fixture
def tiny():
    """Options that take a moment."""
    return dict(TINY)


@pytest.fixture
def pictures():
    """A photo and a painting, as arrays."""
    return drawn(0), drawn(1, 56, 56)


@pytest.fixture
def context(pictures, tiny):
    """The two pictures and the tiny network."""
    return ExplainContext.read(*pictures, **tiny)


@pytest.fixture
def view(context):
    """The tiny network."""
    return context.view
