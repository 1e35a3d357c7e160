"""Runs that are killed at random points, and go on to the same picture.

    python benchmarks/kills.py [--count 50]

Paints ``chelsea`` in the style of ``swirl`` at 256 px with the default settings, once without a
break. Then, again and again: the same command, killed (SIGKILL) after a random part of the time
that the whole took; run again with ``--resume``; the picture has to be the same to the bit, and no
other file may be left. Checkpoints are written every 0.1 s, up to half of the time, so that kills
may fall into writing.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from impasto import samples

COMMAND = """
import impasto.cli, impasto.synthesis.run as run, impasto.optimize.timing as timing
run.CHECKPOINT_EVERY_S, timing.WRITING_SHARE = 0.1, 0.5
impasto.cli.main()
"""
OPTIONS = "--size 256 --resume --checkpoint run.checkpoint --no-record -q -o out.png".split()


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The command, in a folder."""
    command = [sys.executable, "-c", COMMAND, "stylize", "../photo.png", "../style.png", *OPTIONS]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a command that has to succeed."""
    errors = process.communicate()[1]
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {errors.decode()}")


def main() -> int:
    """Kill, resume, compare, and print a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    resumed = restarted = finished = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        folder.mkdir()
        samples.photo("chelsea").save(folder.parent / "photo.png")
        samples.style("swirl").save(folder.parent / "style.png")
        begin = time.monotonic()
        finish(start(folder))
        whole_s = time.monotonic() - begin
        whole = (folder / "out.png").read_bytes()
        files = {file.name for file in folder.iterdir()}
        for number in range(args.count):
            for file in folder.iterdir():
                file.unlink()
            process = start(folder)
            time.sleep(draw.uniform(0, whole_s))
            process.kill()
            process.communicate()
            left = {file.name for file in folder.iterdir()}
            resumed += "run.checkpoint" in left
            finished += "run.checkpoint" not in left and "out.png" in left
            restarted += not left & {"run.checkpoint", "out.png"}
            finish(start(folder))
            if (folder / "out.png").read_bytes() != whole:
                raise SystemExit(f"kill {number}: another picture")
            if (names := {file.name for file in folder.iterdir()}) != files:
                raise SystemExit(f"kill {number}: {sorted(names)} instead of {sorted(files)}")
            print(f"{number + 1}: killed with {sorted(left) or 'no file'}", flush=True)
    print(
        f"{args.count} kills, all bit-alike: {resumed} resumed, {restarted} begun again, {finished} too late"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
