import os
import shutil
import subprocess
import sys

import pytest

from impasto.studio.folder import LOCK, PREFIX, remove_abandoned, server_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from impasto.studio.folder import server_folder
with server_folder(Path(sys.argv[1])) as folder:
    (folder / "upload.png").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_two_servers_that_start_together(tmp_path, monkeypatch):
    """The other one removes the folder between our look at it and our opening it."""
    left = tmp_path / f"{PREFIX}x"
    left.mkdir()
    (left / LOCK).touch()
    monkeypatch.setattr("impasto.studio.folder._ours", lambda folder: shutil.rmtree(folder) is None)
    assert remove_abandoned(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no locks that end with their process")
def test_the_folder_of_a_killed_server_goes_when_the_next_one_comes(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    assert (left / "upload.png").exists()
    with server_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
        assert (folder / LOCK).read_text() == str(os.getpid())
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_abandoned_stays(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / LOCK).parent.mkdir()
    (elsewhere / LOCK).touch()
    unlocked = tmp_path / f"{PREFIX}without-a-lock"
    unlocked.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    with server_folder(tmp_path) as living:
        assert remove_abandoned(tmp_path) == []
        assert living.exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        "elsewhere",
        f"{PREFIX}without-a-lock",
        f"{PREFIX}link",
    }
