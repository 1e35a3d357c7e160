"""Search for files that break a reader, guided by the code that they reach (atheris, libFuzzer).

python -m tests.fuzz.run picture --seconds 300    # search; what is found lies in out/fuzz/picture
python -m tests.fuzz.run --keep                   # what reached new code, into tests/fuzz/cases

A file that breaks a reader, or takes longer than 10 s or more than 2 GB, ends the search.
Needs ``pip install atheris``.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "out" / "fuzz"
MOST_BYTES = 8192
READERS = ("picture", "mask", "weights", "style", "checkpoint", "record", "words")
"""Those of ``readers.py``, which is imported later, so that its code is watched."""


def main() -> None:
    """One search, or what all have found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reader", nargs="?", choices=READERS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", action="store_true", help="pack what was found into tests/fuzz/cases")
    options = parser.parse_args()
    if options.keep:
        keep()
    elif options.reader:
        search(options.reader, seconds=options.seconds)
    else:
        parser.error("a reader, or --keep")


def search(reader: str, *, seconds: int) -> None:
    """Run libFuzzer on a reader; it ends the process."""
    import atheris

    found = OUT / reader
    found.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["impasto", "PIL", "tifffile"]):
        from tests.fuzz.readers import attempt
        from tests.fuzz.seeds import seeds

        for owner, data in seeds():
            if owner == reader and len(data) <= MOST_BYTES:
                (found / hashlib.sha1(data).hexdigest()).write_bytes(data)
        with tempfile.TemporaryDirectory() as name:
            for file in found.iterdir():
                attempt(reader, file.read_bytes(), Path(name))  # imports what the reader needs
    words = [f"-artifact_prefix={OUT}/{reader}-", f"-max_len={MOST_BYTES}", "-timeout=10"]
    words += ["-rss_limit_mb=2048", f"-max_total_time={seconds}", str(found)]
    with tempfile.TemporaryDirectory() as name:
        atheris.Setup([sys.argv[0], *words], lambda data: attempt(reader, data, Path(name)))
        atheris.Fuzz()


def keep(most: int = 300) -> None:
    """Pack what a search kept, which is what reached new code, a zip a reader; the smallest files first."""
    (HERE / "cases").mkdir(exist_ok=True)
    for reader in READERS:
        files = sorted((OUT / reader).iterdir(), key=lambda file: (file.stat().st_size, file.name))[:most]
        with zipfile.ZipFile(HERE / "cases" / f"{reader}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for file in files:
                packed.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
        sys.stdout.write(f"{reader}: {len(files)} cases\n")


if __name__ == "__main__":
    main()
