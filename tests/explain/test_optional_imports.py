"""Packages that are not installed."""

import sys

import pytest

from impasto.errors import OutputError
from impasto.explain.optional_imports import PURPOSES, load, missing


@pytest.mark.parametrize("package", PURPOSES)
def test_a_missing_package_is_named_with_the_extra(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    text = rf"{PURPOSES[package]} needs {package}, which is not installed(.|\n)*{package} is missing"
    with pytest.raises(OutputError, match=text + r"(.|\n)*pip install \"impasto\[explain\]\""):
        load(package)
    assert str(missing(f"{package}.part")).count(package) == 2


def test_a_module_is_imported():
    assert load("matplotlib.figure").Figure.__name__ == "Figure"
