"""What a packager reads says the same as pyproject.toml."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def lowest(requirement: Requirement) -> Version:
    """The lower bound of a requirement that has just one."""
    (bound,) = requirement.specifier
    assert bound.operator == ">=", requirement
    return Version(bound.version)


NEEDED = {r.name: lowest(r) for r in map(Requirement, PROJECT["dependencies"])}


def test_the_oldest_versions_are_the_lower_bounds():
    """Of what the package needs, and of the extras that ``make oldest`` installs."""
    (extras,) = re.findall(r"constraints-oldest.txt '\.\[(.*?)\]'", (ROOT / "Makefile").read_text())
    more = [Requirement(r) for extra in extras.split(",") for r in PROJECT["optional-dependencies"][extra]]
    bounds = NEEDED | {r.name: lowest(r) for r in more}
    ours = (ROOT / "constraints-oldest.txt").read_text().partition("# What these need")[0]
    lines = [line for line in ours.splitlines() if line[0] != "#"]
    oldest = {name: Version(version) for name, version in (line.split("==") for line in lines)}
    assert oldest.keys() == bounds.keys()
    for name, version in oldest.items():
        assert version.release[: len(bounds[name].release)] == bounds[name].release, name


def test_the_conda_recipe_needs_what_the_package_needs():
    recipe = (ROOT / "release" / "meta.yaml").read_text()
    run = recipe.partition("  run:\n")[2].partition("\n\n")[0]
    needed = dict(re.findall(r"- (\S+) >=(\S+)", run))
    assert needed.pop("python") == PROJECT["requires-python"].removeprefix(">=")
    needed["torch"] = needed.pop("pytorch")
    assert {name: Version(version) for name, version in needed.items()} == NEEDED
    assert f'version = "{PROJECT["version"]}"' in recipe


def test_the_container_installs_extras_that_there_are():
    recipe = (ROOT / "release" / "Dockerfile").read_text()
    (extras,) = re.findall(r'"\.\[(.*?)\]"', recipe)
    assert set(extras.split(",")) <= PROJECT["optional-dependencies"].keys()
    for copied in re.findall(r"^COPY (?!--from)(.*) \S+$", recipe, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split()), copied
