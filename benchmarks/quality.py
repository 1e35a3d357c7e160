"""Quality of several methods on the same pairs, measured by networks that none of them uses.

    python benchmarks/quality.py --data ../shared/data --out out/quality --size 384 \
        --methods default,fast,default:content_weight=0.5,gatys@small16x,microast,photo --half reported

Each painting is made once and kept in --out as PNG with its scores as JSON; it is not made again,
unless the method's settings have changed. Settings are chosen on ``--half tuning``, and results are
reported on ``--half reported`` (``pairs.py``). Judges are ResNet-50 and those of ``judges.py``, which need
the dependency group ``bench``; without it say ``--judges ""``. Prints means by method and judge, scores pair
by pair, and how often each method is better than the peers; writes the same into ``tables.md``, all scores
into ``scores.json``, contact sheets, and a plot of style against content. For how a method is written see
``methods.py``. Times are those of one run on a machine that may have been busy: for speed see ``speed.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from impasto.errors import ImpastoError, SettingError
from impasto.images import grid, io
from impasto.images.resize import resize
from impasto.metrics.scores import score_pictures
from impasto.runtime import facts
from impasto.settings import StylizeSettings
from judge import Judge
from judges import JUDGES, AnyJudge, judges_of
from methods import Method, listed, method
from pairs import HALVES, LISTS, PAIRS, Pair
from standings import Row, tables
from tradeoff import plot

ROWS_A_SHEET = 4
CLEAN_VERSION = 1
"""Version of grain, light and order: raise it when their definition changes."""


class Gallery:
    """Paintings on disk; missing ones are made.

    Args:
        folder: where they are kept.
        data: with photos/, paintings/ and weights/.
        judge: gives the scores that means and plots show first.
        further: judges beside it.
        size: long side of new paintings, px.
        remeasure: compute the scores of kept paintings again.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        judge: AnyJudge,
        *,
        further: Sequence[AnyJudge] = (),
        size: int,
        remeasure: bool,
    ) -> None:
        self.folder, self.data, self.judge, self.further = folder, data, judge, further
        self.size, self.remeasure = size, remeasure

    def picture(self, pair: Pair, method: Method) -> Path:
        """The file of a painting."""
        return self.folder / method.file_name / f"{pair.name}.png"

    def row(self, pair: Pair, method: Method) -> Row:
        """The scores of a painting, which is painted first if it is missing."""
        file = self.picture(pair, method)
        photo, style = self.inputs(pair)
        record = self.record(file, method)
        if record is None:
            painting = method.paint(photo, style, self.size)
            file.parent.mkdir(parents=True, exist_ok=True)
            io.write(file, io.to_pil(painting.image))
            record = {
                "made_by": {**method.made_by, "size": self.size_of(method)},
                "seconds": round(painting.seconds, 3),
                "style_shape": list(painting.style.shape[2:]),
                "threads": torch.get_num_threads(),
            }
        scores = self.scores(file, record, photo.pixels, style.pixels)
        further = {judge.name: scores[judge.name] for judge in self.further}
        return Row(pair, method.name, scores[self.judge.name], record["seconds"], scores["clean"], further)

    def scores(
        self, file: Path, record: dict[str, Any], photo: Tensor, style: Tensor
    ) -> dict[str, dict[str, float]]:
        """{judge: {measure: number}} of a painting, "clean" among them; what is missing or old is measured.

        Args:
            file: the painting.
            record: its record, to which new scores are added.
            photo: (1, 3, H, W) in [0, 1].
            style: the whole painting, of which a judge sees the scale at which it was used.
        """
        versions = {"clean": CLEAN_VERSION, **{j.name: j.VERSION for j in (self.judge, *self.further)}}
        kept = {} if self.remeasure else record.get("judged", {})
        old = [name for name in versions if kept.get(name, {}).get("version") != versions[name]]
        if old:
            result = io.read(file).pixels
            used = resize(style, tuple(record["style_shape"]))
            for name in old:
                if name == "clean":
                    scores = score_pictures(result, photo=photo, style=style).to_dict()
                else:
                    judge = next(j for j in (self.judge, *self.further) if j.name == name)
                    scores = judge.scores(result, photo, used)
                kept[name] = {"version": versions[name], "scores": scores}
            record["judged"] = kept
            io.write_text(file.with_suffix(".json"), json.dumps(record, indent=1) + "\n")
        return {name: kept[name]["scores"] for name in versions}

    def inputs(self, pair: Pair) -> tuple[io.Picture, io.Picture]:
        """Photo and painting of a pair."""
        photo = io.read(self.data / "photos" / f"{pair.photo}.jpg")
        return photo, io.read(self.data / "paintings" / f"{pair.style}.jpg")

    def size_of(self, method: Method) -> int:
        """Long side of a method's paintings, px."""
        return method.settings.size if method.settings else self.size

    def record(self, file: Path, method: Method) -> dict[str, Any] | None:
        """The record of a kept painting; None if there is none, or if it was made with other settings."""
        if not file.is_file() or not file.with_suffix(".json").is_file():
            return None
        record: dict[str, Any] = json.loads(file.with_suffix(".json").read_text())
        asked = json.loads(json.dumps({**method.made_by, "size": self.size_of(method)}))
        # A setting that is newer than the painting was off then.
        made_by = record["made_by"]
        settings = {name: value for name, value in made_by.items() if name in StylizeSettings.origins()}
        known = {**made_by, **StylizeSettings.of_record(settings).to_dict()}
        known = json.loads(json.dumps(known))
        changed = sorted(name for name, value in asked.items() if known.get(name) != value)
        if changed:
            print(f"{file.parent.name}: painted anew, as {', '.join(changed)} changed", file=sys.stderr)
        return None if changed else record


def chosen(half: str, numbers: str) -> list[Pair]:
    """The pairs that ``--half`` and ``--pairs`` ask for.

    Args:
        half: a key of ``HALVES``; empty for both.
        numbers: a key of ``LISTS``, or numbers of ``PAIRS`` such as 0,1,2; empty for all.
    Raises:
        SettingError: there is no such list or number, or none of the pairs is in that half.
    """
    if numbers in LISTS:
        pairs = LISTS[numbers]
    else:
        words = [word for word in numbers.split(",") if word]
        if not all(word.isdigit() and int(word) < len(PAIRS) for word in words):
            expected = f"numbers from 0 to {len(PAIRS) - 1}, or one of {', '.join(LISTS)}"
            raise SettingError("there are no such pairs", got=numbers, expected=expected)
        pairs = tuple(PAIRS[int(word)] for word in words) or PAIRS
    pairs = tuple(pair for pair in pairs if not half or pair in HALVES[half])
    if not pairs:
        raise SettingError(f"none of these pairs is in the half {half!r}", got=numbers)
    return list(pairs)


def sheets(gallery: Gallery, pairs: list[Pair], methods: list[Method]) -> None:
    """Contact sheets: a row a pair; photo, style, and what each method made."""
    methods = [method for method in methods if method.name != "photo"]
    titles = ["photo", "style", *(method.name for method in methods)]
    for start in range(0, len(pairs), ROWS_A_SHEET):
        rows, labels = [], []
        for pair in pairs[start : start + ROWS_A_SHEET]:
            files = [gallery.picture(pair, method) for method in methods]
            pictures = []
            for file in files:
                with Image.open(file) as opened:
                    pictures.append(opened.convert("RGB"))
            rows.append([*(io.to_pil(picture.pixels) for picture in gallery.inputs(pair)), *pictures])
            labels.append([f"{pair.photo}, {pair.photo_kind}", f"{pair.style}, {pair.style_kind}"])
        sheet = grid.contact_sheet(rows, labels=labels, column_titles=titles, cell_px=384)
        io.write(gallery.folder / f"sheet-{start // ROWS_A_SHEET + 1}.png", sheet)


def main() -> None:
    """Paint what is missing, measure, print, and write tables, sheets and plot."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--judge", type=Path, help="weights; default: measure/ in the data's weights")
    parser.add_argument("--out", type=Path, default=Path("out/quality"))
    parser.add_argument("--size", type=int, default=384, help="long side of the paintings, px")
    parser.add_argument("--methods", nargs="+", default=["default,fast,microast,photo"])
    peers = {"default": ["crowson", "microast"], "help": "peers: methods whose names begin so"}
    parser.add_argument("--against", nargs="+", metavar="METHOD", **peers)
    parser.add_argument("--half", choices=tuple(HALVES), default="", help="half of the pairs; default: both")
    parser.add_argument("--pairs", default="", help=f"numbers such as 0,1,2, or {', '.join(LISTS)}")
    further = f"beside resnet50: {', '.join(JUDGES)}; default: all"
    parser.add_argument("--judges", default=",".join(JUDGES), help=further)
    parser.add_argument("--remeasure", action="store_true", help="compute the scores of kept paintings again")
    args = parser.parse_args()
    weights = args.data / "weights"
    judge = Judge(args.judge or weights / "measure" / "resnet50v2_stem-layer3.safetensors")
    rows = []
    try:
        pairs = chosen(args.half, args.pairs)
        further = judges_of([name for name in args.judges.split(",") if name], weights)
        gallery = Gallery(
            args.out, args.data, judge, further=further, size=args.size, remeasure=args.remeasure
        )
        methods = [method(name, size=args.size, weights=weights) for name in listed(args.methods)]
        for number, pair in enumerate(pairs, 1):
            for way in methods:
                rows.append(gallery.row(pair, way))
                print(f"{number}/{len(pairs)} {rows[-1].line}", file=sys.stderr, flush=True)
    except ImpastoError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
    machine = facts()
    head = "; ".join(f"{key} {machine[key]}" for key in ("cpu", "threads", "precision", "torch", "impasto"))
    which = args.half or args.pairs or "all"
    standings = tables(rows, against=tuple(listed(args.against)))
    text = f"{len(pairs)} pairs ({which}), {args.size} px; {head}\n\n{standings}"
    print(text)
    io.write_text(args.out / "tables.md", text + "\n")
    io.write_text(args.out / "scores.json", json.dumps([row.to_dict() for row in rows], indent=1) + "\n")
    sheets(gallery, pairs, methods)
    plot(rows, methods, args.out / "tradeoff.png")


if __name__ == "__main__":
    main()
