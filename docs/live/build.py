"""Make the page that paints in the browser: onnxruntime-web from npm, and the sample styles as ONNX.

    python docs/live/build.py out/live
    python -m http.server -d out/live      # then open http://localhost:8000

Needs npm and the extra "export". Any web server can serve the folder; nothing is loaded from elsewhere.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from impasto import samples
from impasto.fast.any_style import SMALLEST_PX, load
from impasto.fast.export import export_onnx
from impasto.fast.restyle import read_style
from impasto.images import io
from impasto.images.resize import shrink_to

PACKAGE = "onnxruntime-web@1.22.0"
VENDOR = ("ort.wasm.min.js", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
"""Of the package; MIT."""

PAGE = ("index.html", "live.css", "live.js")
STYLE_PX = 384
"""A style is read with so many pixels, squared: the page's pictures begin at this size."""


def vendor(folder: Path) -> None:
    """Fetch onnxruntime-web, unless it is there."""
    if all((folder / name).exists() for name in VENDOR):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", temporary]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(temporary).glob("*.tgz")
        with tarfile.open(archive) as package:
            for name in (*(f"dist/{name}" for name in VENDOR), "README.md"):
                member = package.extractfile(f"package/{name}")
                if member is None:
                    raise SystemExit(f"{PACKAGE} has no {name}")
                (folder / Path(name).name).write_bytes(member.read())


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    vendor(folder / "vendor")
    for name in PAGE:
        shutil.copy(Path(__file__).with_name(name), folder / name)
    (folder / "styles").mkdir(exist_ok=True)
    network = load()
    for name in samples.STYLES:
        painting = shrink_to(io.to_tensor(samples.style(name)), STYLE_PX**2, smallest_px=SMALLEST_PX)
        export_onnx(network, read_style(network, painting), folder / "styles" / f"{name}.onnx", name=name)
    print(f"{folder}: python -m http.server -d {folder}")


if __name__ == "__main__":
    main()
