"""A studio under random visitors: does its memory grow, and does it fail?

    python benchmarks/soak.py [--minutes 30] [--visitors 4]

Starts a studio. Each visitor makes one random request after another: a painting of two random
photos at a random size, a texture, a recolouring, a picture in one pass; one in eight asks for a
size that has to be refused, one in eight is cancelled half way, and after one in eight the visitor
leaves and another one comes. Memory is read every five seconds: resident memory of the server's
process. Prints the counts, and the median memory of the second and of the last fifth of the time.
Ends with 1 if it grew by more than 5 %, or if an answer was neither a picture nor the refusal that
was due.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from gradio_client import Client, handle_file
from PIL import Image

GROWTH = 0.05
"""Share by which memory may grow."""

REFUSED = "more than this studio allows"
REFUSED_PX = 9999
MOST_PX, LEAST_PX, PHOTOS, MOST_STEPS = 320, 48, 6, 12
PATIENCE_S = 300.0


@dataclass
class Tally:
    """What happened: counts by name, the first messages that nobody wanted, and bytes of memory by second."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, wrong: str = "") -> None:
        """Count an event; ``wrong`` says what was not as expected."""
        with self.lock:
            self.counts[name] += 1
            if wrong:
                self.wrong.append(f"{name}: {wrong}"[:300])


def pictures(folder: Path, draw: random.Random) -> list[Path]:
    """Photos and paintings of random sides: smooth noise in colour."""
    numbers, files = np.random.default_rng(draw.randrange(2**32)), []
    for index in range(PHOTOS):
        sides = [draw.randrange(80, 900) for _ in range(2)]
        small = Image.fromarray(numbers.integers(0, 256, (9, 12, 3), np.uint8))
        files.append(folder / f"{index}.png")
        small.resize(sides, Image.Resampling.BICUBIC).save(files[-1])
    return files


@contextlib.contextmanager
def studio(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of a studio."""
    output = folder / "output.txt"
    command = [sys.executable, "-m", "impasto", "studio", "--port", "0", "--no-open", "--wait-s", "2"]
    limits = ["--max-size", str(MOST_PX), "--max-upload-mb", "4"]
    with output.open("wb") as file:
        process = subprocess.Popen([*command, *limits], stderr=file)
    try:
        while not (address := re.search(r"studio (http://\S+)", output.read_text())):
            if process.poll() is not None:
                raise SystemExit(output.read_text())
            time.sleep(0.2)
        yield address[1], process
    finally:
        process.terminate()
        process.wait(timeout=60)
    if "Traceback" in output.read_text():
        raise SystemExit(output.read_text())


def request(client: Client, files: list[Path], draw: random.Random, tally: Tally) -> None:
    """One random request, and what came of it."""
    content, style = (handle_file(str(file)) for file in draw.sample(files, 2))
    size = draw.randrange(LEAST_PX, MOST_PX)
    refused = draw.random() < 1 / 8
    settings = {"size": REFUSED_PX if refused else size}
    name = draw.choice(["stylize", "instant", "texture", "recolor"])
    inputs = {"content": content, "styles": [style]}
    if name == "instant":
        settings["preset"] = "instant"
    elif name == "recolor":
        inputs, settings, refused = {"content": content, "palette": style}, {}, False
    else:
        settings["steps"] = draw.randrange(2, MOST_STEPS)
        if name == "texture":
            del inputs["content"]
            settings["size"] = f"{settings['size']}x{settings['size']}"
    called = "stylize" if name == "instant" else name
    job = client.submit(**inputs, settings=settings, api_name=f"/{called}")
    if draw.random() < 1 / 8 and not refused:
        time.sleep(draw.uniform(0, 2))
        job.cancel()
        tally.add("cancelled")
        return
    try:
        answer = job.result(timeout=PATIENCE_S)
    except Exception as error:
        due = refused and REFUSED in str(error)
        tally.add(
            "refused" if due else "failed",
            wrong="" if due else f"{name} {settings}: {type(error).__name__}: {error}",
        )
        return
    with Image.open(answer[0] if isinstance(answer, (list, tuple)) else answer) as picture:
        picture.load()
    tally.add(name, wrong="was not refused" if refused else "")


def visit(address: str, files: list[Path], seed: int, end: float, tally: Tally) -> None:
    """Visitors one after the other, each with some requests, until the time is over."""
    draw = random.Random(seed)
    while time.monotonic() < end:
        try:
            client = Client(address, verbose=False)
            tally.add("visitors")
            while time.monotonic() < end and draw.random() > 1 / 8:
                request(client, files, draw, tally)
            client.close()
        except Exception as error:
            tally.add("broken visits", wrong=f"{type(error).__name__}: {error}")
            time.sleep(1)


def resident_bytes(process: subprocess.Popen[bytes]) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


def main() -> int:
    """Run, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--visitors", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as name, studio(Path(name)) as (address, process):
        files = pictures(Path(name), random.Random(args.seed))
        begin = time.monotonic()
        end = begin + 60 * args.minutes
        threads = [
            threading.Thread(target=visit, args=(address, files, args.seed + number, end, tally), daemon=True)
            for number in range(args.visitors)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if process.poll() is not None:
                raise SystemExit("the studio has ended")
            tally.memory.append((time.monotonic() - begin, resident_bytes(process)))
            if len(tally.memory) % 60 == 1:
                megabytes = tally.memory[-1][1] / 1e6
                print(f"{tally.memory[-1][0]:5.0f} s {megabytes:5.0f} MB {dict(tally.counts)}", flush=True)
            time.sleep(5)
    fifth = 60 * args.minutes / 5
    early, late = (
        statistics.median(size for second, size in tally.memory if low <= second < low + fifth)
        for low in (fifth, 4 * fifth)
    )
    print(f"{dict(tally.counts)}\n{len(tally.wrong)} wrong answers", *tally.wrong[:10], sep="\n")
    print(f"memory {early / 1e6:.0f} MB, at the end {late / 1e6:.0f} MB ({late / early - 1:+.1%})")
    return int(bool(tally.wrong) or late > (1 + GROWTH) * early)


if __name__ == "__main__":
    sys.exit(main())
