from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def scripts(monkeypatch):
    """The benchmarks' own modules can be imported, as they can when one of them runs."""
    if not SCRIPTS.is_dir():
        pytest.skip("needs benchmarks/, which is in the repository only")
    monkeypatch.syspath_prepend(SCRIPTS)
