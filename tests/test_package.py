"""What holds for the package as a whole."""

import inspect
import pkgutil
import pydoc
import subprocess
import sys
import time

import pytest

import impasto


def clean(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_importing_loads_no_torch():
    assert (
        clean("import sys, impasto; print('torch' in sys.modules, 'numpy' in sys.modules)").split()
        == ["False"] * 2
    )


def test_settings_and_help_load_no_torch():
    code = "import sys\nimport impasto.cli\nimport impasto.settings\nprint('torch' in sys.modules)"
    assert clean(code).strip() == "False"


MISSING = {
    "stylize": ["no.png", "no.jpg"],
    "interpolate": ["no.png", "no.jpg", "none.jpg"],
    "background": ["no.png", "no.jpg", "--subject", "none.png"],
    "texture": ["no.png"],
    "doodle": ["no.png", "--style-map", "map.png", "--doodle", "doodle.png"],
    "recolor": ["no.png", "--emotion", "cold"],
    "dream": ["no.png"],
    "photo": ["no.png", "no.jpg"],
    "harmonize": ["no.png", "no.jpg"],
    "evaluate": ["no.png", "--content", "photo.png", "--style", "style.png"],
    "explain": ["no.png", "no.jpg"],
}
"""Command -> files that are not there."""


def test_a_missing_file_is_told_before_torch_is_loaded(tmp_path):
    code = f"""
import os, sys
from typer.testing import CliRunner
from impasto.cli import app
os.chdir({str(tmp_path)!r})
for command, files in {MISSING!r}.items():
    answer = CliRunner().invoke(app, [command, *files])
    print(command, answer.exit_code, "picture is missing" in answer.stderr, "no.png" in answer.stderr)
print("torch" in sys.modules, "numpy" in sys.modules)
"""
    assert clean(code).splitlines() == [*(f"{command} 2 True True" for command in MISSING), "False False"]


def test_help_is_instant():
    """The aim is 0.5 s on an idle machine; a busy one gets some grace."""
    best = min(_seconds([sys.executable, "-m", "impasto", "--help"]) for _ in range(3))
    assert best < 2.5


def _seconds(command):
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - start


@pytest.mark.slow
def test_every_module_can_be_imported_alone():
    """Nothing happens at import: no output, no files, no order of imports that must be kept."""
    names = [
        m.name for m in pkgutil.walk_packages(impasto.__path__, "impasto.") if not m.name.endswith("__main__")
    ]
    assert len(names) > 40
    code = "import importlib, sys\nfor name in {names!r}:\n    importlib.import_module(name)"
    for part in (names[::-1], names):
        assert clean(code.format(names=part)) == ""


def test_public_names():
    assert dir(impasto) == sorted(impasto.__all__)
    for name in impasto.__all__:
        assert getattr(impasto, name) is not None


VERBS = {"video": "stylize_video"}
"""Steps whose verb has another name than they have: a word that is a package as well."""

STEPPED = [name.removesuffix("_steps") for name in impasto.__all__ if name.endswith("_steps")]


@pytest.mark.parametrize("name", STEPPED)
def test_a_verb_has_the_signature_and_the_text_of_its_steps(name):
    steps = getattr(impasto, f"{name}_steps")
    name = VERBS.get(name, name)
    verb = getattr(impasto, name)
    signatures = [inspect.signature(function) for function in (verb, steps)]
    assert signatures[0].parameters == signatures[1].parameters
    assert signatures[1].return_annotation.endswith(f", None, {signatures[0].return_annotation}]")
    assert list(signatures[0].parameters)[-1] == "options"
    text = pydoc.plain(pydoc.render_doc(verb))
    assert f"{name}(" in text and "Unpack[" in text and verb.__name__ == verb.__qualname__ == name
    for section in ("Args:", "Returns:", "Raises:"):
        assert text.count(section) == 1 == steps.__doc__.count(section)
    assert "Yields:" not in text and steps.__doc__.count("Yields:") == 1
    first_line = steps.__doc__.partition("\n")[0]
    assert text.count(first_line) == 1


def test_the_signature_of_stylize():
    assert list(inspect.signature(impasto.stylize).parameters) == [
        "content", "style", "content_mask", "style_mask", "keep", "strength_mask", "fine_style",
        "context", "checkpoint", "resume", "options",
    ]  # fmt: skip


def test_unknown_public_name():
    with pytest.raises(AttributeError, match="module 'impasto' has no attribute 'stilize'"):
        impasto.stilize  # noqa: B018 - the access is the test


def test_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert version("impasto") == impasto.__version__


def test_every_logger_is_below_that_of_the_package():
    import importlib
    import logging

    names = [m.name for m in pkgutil.walk_packages(impasto.__path__, "impasto.") if "__main__" not in m.name]
    loggers = [vars(importlib.import_module(name)).get("log") for name in names]
    found = [log.name for log in loggers if isinstance(log, logging.Logger)]
    assert len(found) > 10 and all(name.startswith("impasto.") for name in found)
