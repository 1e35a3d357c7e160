"""Build wheel and source archive, and paint with each in a clean environment.

python release/try_dist.py out/dist
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]

EXTRAS = ("", "[video,explain,studio]")


def main() -> None:
    """Build into a folder, then install and use what was built, without extras and with them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    wheel, source = (max(folder.glob(f"*.{end}")) for end in ("whl", "tar.gz"))
    for built in (wheel, source):
        for extra in EXTRAS:
            print(f"{built.name}{extra}: painting in a clean environment", flush=True)
            try_out(built, extra)
    print(f"{wheel} and {source} install and paint")


def try_out(built: Path, extra: str) -> None:
    """Install what was built in a new environment, and call it as a user would, outside the project."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        venv.create(place / "venv", with_pip=True)
        python = place / "venv" / "bin" / "python"
        requirement = f"{built.resolve()}{extra}"
        run(python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", requirement)
        impasto = place / "venv" / "bin" / "impasto"
        run(impasto, "samples", "samples", at=place)
        pair = ("samples/chelsea.png", "samples/swirl.png")
        run(impasto, "stylize", *pair, "--preset", "instant", "--size", "128", "-o", "instant.png", at=place)
        run(impasto, "stylize", *pair, "--size", "64", "--steps", "2", "-o", "painted.png", at=place)
        if extra:
            animated = ("--animate", "run.mp4")
            run(impasto, "stylize", "--from", "painted.json", "-o", "again.png", *animated, at=place)


def run(*words: str | Path, at: Path | None = None) -> None:
    """A command, which has to end well."""
    subprocess.run([str(word) for word in words], cwd=at, check=True)


if __name__ == "__main__":
    main()
