"""Flicker of painted videos: frame by frame, and held together, by both engines.

    python benchmarks/video.py --data ../shared/data [--size 224] [--frames 12] [--engines instant optimise]
        [--clips sintel_mountain timelapse1.mp4] [--keep DIR]

For each clip and engine: the warping error at 1 and at 10 frames (``impasto evaluate``), the distance of the
frames from the style, and seconds a frame. Frames are in memory: reading and writing files is not counted.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median

import torch
from torch import Tensor

from impasto import features
from impasto.images import io
from impasto.images.resize import fit, resize, shrink_to
from impasto.metrics.style_distance import gram_distance
from impasto.registry import VIDEO_ENGINES, find
from impasto.runtime import facts
from impasto.settings import VideoSettings
from impasto.settings.presets import PAPER_LAYERS
from impasto.synthesis.context import Context
from impasto.video.clip import Frame
from impasto.video.evaluate import ClipScores, mean_scores, score_frames
from impasto.video.flow import FlowSource, flow_method
from impasto.video.frame_loop import FrameLoop
from impasto.video.multi_pass import MultiPassEngine
from impasto.video.reading import open_clip
from impasto.video.stylize import still_job
from impasto.video.time_slice import time_slice

CLIPS = {"sintel_market": "a0003", "sintel_mountain": "a0001", "timelapse1.mp4": "a0010"}
"""Clip -> painting."""

WAYS: dict[str, list[tuple[str, dict[str, object]]]] = {
    "instant": [("frame by frame", {"steady": 0.0}), ("steady 0.7", {"steady": 0.7})],
    "optimise": [
        ("frame by frame", {"steady": 0.0, "scene_cut": 0.0}),
        ("held", {}),
        ("4 passes", {"passes": 4}),
    ],
}
"""Engine -> ways to paint. A ``scene_cut`` of 0 makes every frame a scene of its own."""


@dataclass(frozen=True)
class Row:
    """What was measured of one way."""

    clip: str
    engine: str
    way: str
    scores: Sequence[ClipScores]
    gram: float
    seconds: Sequence[float]


def main() -> None:
    """Paint, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--engines", nargs="+", default=list(WAYS))
    parser.add_argument("--clips", nargs="+", default=list(CLIPS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(facts())
    network = features.load("compact", None, "max")

    def features_of(picture: Tensor) -> dict[str, Tensor]:
        with torch.no_grad():
            found: dict[str, Tensor] = network(picture, set(PAPER_LAYERS))
        return found

    rows = []
    for clip, engine in itertools.product(arguments.clips, arguments.engines):
        for way, options in WAYS[engine]:
            row = measured(clip, engine, way, options, arguments, features_of)
            rows.append(row)
            print(text_of(row), flush=True)
    for engine in arguments.engines:
        for way, _ in WAYS[engine]:
            means = mean_scores([row.scores for row in rows if (row.engine, row.way) == (engine, way)])
            print(f"mean {engine} {way}: " + "; ".join(score_text(one) for one in means))


def measured(
    clip: str,
    engine: str,
    way: str,
    options: dict[str, object],
    arguments: argparse.Namespace,
    features_of: Callable[[Tensor], dict[str, Tensor]],
) -> Row:
    """Paint one clip in one way."""
    painting = arguments.data / "paintings" / f"{CLIPS[clip]}.jpg"
    source = open_clip(arguments.data / "clips" / clip)
    shape = fit(source.info.height, source.info.width, arguments.size, enlarge=True)
    originals = [resize(frame.pixels, shape) for frame in itertools.islice(source.frames(), arguments.frames)]
    settings = VideoSettings.of({"engine": engine, "preset": "fast", **options})
    flows = FlowSource(flow_method("medium", refine=engine == "optimise"))
    still = still_job({"content": clip, "style": painting}, max_megapixels=100)
    several = settings.passes > 1
    kind = MultiPassEngine if several else find(VIDEO_ENGINES, engine, kind="video engine")
    engine_of = kind(settings, still=still, context=Context(), flows=flows)
    loop = FrameLoop(settings, engine_of, shape)
    if options.get("scene_cut") == 0.0:
        loop.settings = replace(settings, scene_cut=0.0)
    begin = time.monotonic()
    if several:
        with tempfile.TemporaryDirectory() as folder:
            frames = ((k, float(k), original) for k, original in enumerate(originals))
            for _ in engine_of.prepare(frames, Path(folder), loop=False):
                pass
            painted = list(loop.run(Frame(k, original, k) for k, original in enumerate(originals)))
        seconds = [(time.monotonic() - begin) / len(painted)] * len(painted)
    else:
        painted = list(loop.run(Frame(k, original, k) for k, original in enumerate(originals)))
        seconds = [one.seconds for one in painted]
    shown = [one.past.shown for one in painted]
    scores = score_frames(
        shown,
        originals,
        between=FlowSource(flow_method("medium", refine=True)).between,
        features_of=features_of,
    )
    style = io.read(painting).pixels
    target = features_of(shrink_to(style, shape[0] * shape[1], smallest_px=64))
    gram = fmean(gram_distance(features_of(frame), target) for frame in shown[::3])
    if arguments.keep is not None:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        stem = f"{Path(clip).stem}-{engine}-{way.replace(' ', '-')}"
        io.write(arguments.keep / f"{stem}-slice.png", time_slice(shown, widen=6))
        for k in {0, len(shown) // 2, len(shown) - 1}:
            io.write(arguments.keep / f"{stem}-{k}.png", shown[k])
    return Row(clip, engine, way, scores, gram, seconds)


def text_of(row: Row) -> str:
    """One line of the table."""
    scores = "; ".join(score_text(one) for one in row.scores)
    first, rest = row.seconds[0], median(row.seconds[1:])
    return (
        f"{row.clip} {row.engine} {row.way}: {scores}; style {row.gram:.3f}; "
        f"first frame {first:.2f} s, then {rest:.2f} s"
    )


def score_text(score: ClipScores) -> str:
    """The scores at one distance."""
    return (
        f"i={score.distance} warping {score.warping:.4f} features {score.features:.4f} "
        f"(original {score.original:.4f})"
    )


if __name__ == "__main__":
    main()
