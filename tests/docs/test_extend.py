"""docs/extend.md: its examples are short, use public names only, and the new task is a command."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PAGE = (Path(__file__).parents[2] / "docs" / "extend.md").read_text()
EXAMPLES = dict(
    zip(("loss", "network", "task"), re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL), strict=True)
)
COMMAND = re.search(r"```sh\n(python .*?)\n```", PAGE, re.DOTALL)[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_under_30_lines(name):
    lines = [line for line in EXAMPLES[name].splitlines() if line.strip()]
    assert len(lines) < 30, len(lines)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_uses_public_names_only(name):
    private = re.findall(r"(?<![\w])_\w+|\._\w+", EXAMPLES[name])
    assert [word for word in private if word not in ("__name__", "__main__")] == []


@pytest.mark.slow
def test_the_new_task_is_a_command_whose_record_makes_the_picture_again(tmp_path, sample_files):
    shutil.copytree(sample_files, tmp_path / "samples")
    (tmp_path / "pixelate.py").write_text(EXAMPLES["task"])
    python, *words = shlex.split(COMMAND)
    assert python == "python"
    again = [*words[: words.index("pixelate")], "pixelate", "--from", "pixels.json", "-o", "again.png"]
    for arguments in ([*words, "--size", "64", "--steps", "2", "--scales", "1"], again):
        subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True, timeout=120)
    record = json.loads((tmp_path / "pixels.json").read_text())
    assert (record["task"], record["settings"]["block"]) == ("pixelate", 4)
    first, second = (np.asarray(Image.open(tmp_path / name)) for name in ("pixels.png", "again.png"))
    assert (first == second).all()
    assert (first[:4, :4] == first[0, 0]).all()  # one large pixel
