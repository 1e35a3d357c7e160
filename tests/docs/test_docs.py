"""The documentation says what is true: tables come from settings, and snippets run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from impasto.registry import TASKS, find
from impasto.settings import (
    ApplySettings,
    AudioSettings,
    BatchSettings,
    DeflickerSettings,
    EvaluateSettings,
    ExplainSettings,
    LiveSettings,
    PropagateSettings,
    StudioSettings,
    TextSettings,
    TrainSettings,
    VideoSettings,
)
from impasto.settings.values import text_of

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "src").rglob("*.md")])
TABLES = {
    **{f"{name}.md": find(TASKS, name, kind="task").settings for name in TASKS},
    "audio.md": AudioSettings,
    "evaluate.md": EvaluateSettings,
    "explain.md": ExplainSettings,
    "studio.md": StudioSettings,
    "text.md": TextSettings,
    "instant.md train": TrainSettings,
    "instant.md apply": ApplySettings,
    "many.md": BatchSettings,
    "video.md video": VideoSettings,
    "video.md deflicker": DeflickerSettings,
    "video.md live": LiveSettings,
    "video.md propagate": PropagateSettings,
}
"""Page of each task and of the other commands: its settings. A page with several tables names each."""

QUICK = {
    "stylize": ["--size", "64", "--steps", "2", "--scales", "1"],
    "background": ["--size", "64", "--steps", "2", "--scales", "1"],
    "interpolate": ["--size", "64", "--steps", "2", "--scales", "1"],
    "texture": ["--size", "64", "--steps", "2", "--scales", "1"],
    "doodle": ["--size", "64", "--steps", "2", "--scales", "1"],
    "dream": ["--size", "64", "--steps", "2"],
    "audio": ["--steps", "1", "--scales", "1"],
    "photo": ["--size", "64", "--steps", "2"],
    "harmonize": ["--size", "96", "--steps", "2"],
    "explain": ["--size", "64", "--steps", "2", "--pictures", "samples"],
    "demo": ["--size", "64", "--steps", "2"],
}
"""What makes a command quick; its snippets run with these besides."""


def settings_table(settings):
    """One line a setting, as it stands in the page of its command."""
    lines = ["| option | default | range | what it does |", "| --- | --- | --- | --- |"]
    for name, info in settings.info().items():
        default = text_of(info.default)
        shown = {"True": "on", "False": "off"}.get(default, default)
        allowed = "" if info.low is None and not info.choices else info.range
        lines.append(f"| `--{name.replace('_', '-')}` | {shown} | {allowed} | {info.help} |")
    return "\n".join(lines)


@pytest.mark.parametrize("page", TABLES)
def test_every_setting_is_documented(page, regenerate):
    file, _, table = page.partition(" ")
    path = ROOT / "docs" / file
    text = path.read_text()
    begin = f"<!-- settings {table} -->" if table else "<!-- settings -->"
    assert begin in text
    block = re.compile(rf"({begin}\n).*?(<!-- /settings -->)", re.DOTALL)
    wanted = block.sub(lambda m: f"{m[1]}\n{settings_table(TABLES[page])}\n\n{m[2]}", text)
    if regenerate:
        path.write_text(wanted)
    assert text == wanted or regenerate, "run: pytest tests/docs --regen"


def test_every_command_is_documented():
    from impasto.cli import app

    text = "\n".join(page.read_text() for page in PAGES)
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert f"impasto {name}" in text, name


def snippets(language):
    found = []
    for page in PAGES:
        blocks = re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)
        found += [pytest.param(block, id=f"{page.stem}-{i}") for i, block in enumerate(blocks)]
    return found


@pytest.fixture(scope="session")
def workplace(tmp_path_factory, sample_files):
    """A folder with the samples in it, as the pages tell the reader to make."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(sample_files, folder / "samples")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("block", snippets("python"))
def test_python_snippets_run(block, workplace):
    small = re.sub(r"size=\d+", "size=64", block)
    subprocess.run([sys.executable, "-W", "error", "-c", small], cwd=workplace, check=True, timeout=400)


@pytest.mark.slow
@pytest.mark.parametrize("block", snippets("sh"))
def test_shell_snippets_run(block, workplace, monkeypatch):
    """Every impasto command of the pages, at a small size; what sets up the project is CI's business."""
    from typer.testing import CliRunner

    from impasto.cli import app

    monkeypatch.chdir(workplace)
    for line in block.splitlines():
        words = shlex.split(line, comments=True)
        if not words or words[0] != "impasto":
            continue
        if words[1:] == ["samples", "samples"]:
            continue  # the workplace was made by it
        paints = "--from" not in words and not (words[1] == "doodle" and "--palette" in words)
        quick = QUICK.get(words[1], []) if paints else []
        if "gatys" in words and "compact" not in words:
            continue  # needs VGG-19's weights
        if "gatys" in words:
            quick = ["--size", "64", "--steps", "2"]
        answer = CliRunner().invoke(app, [*words[1:], *quick])
        assert answer.exit_code == 0, f"{line}\n{answer.output}"


def test_every_theme_and_emotion_is_documented():
    """The tables of docs/recolor.md are those of the settings, colour by colour."""
    from impasto.settings.themes import EMOTIONS, THEMES

    text = (ROOT / "docs" / "recolor.md").read_text()
    for name, combinations in EMOTIONS.items():
        cells = " | ".join(" ".join(f"`{color}`" for color in colors) for colors in combinations)
        assert f"| `{name}` | {cells} |" in text
    for name, colors in THEMES.items():
        assert f"| `{name}` | {' '.join(f'`{color}`' for color in colors)} |" in text
