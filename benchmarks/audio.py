"""Sound in another's style: how near the style, how much of the content is left; ours, Ulyanov's, EQ, a mix.

    python benchmarks/audio.py --data ../shared/data/audio --out out/audio

Texture: the distance of McDermott-type statistics (``impasto.audio.texture_statistics``). Ours makes small
what is akin to them (distributions, modulations and correlations of bands), by other filters, another
compression and other distances. So there is a second measure, which has nothing to do with either: the
Fréchet distance of mel-frequency cepstral coefficients and their differences (librosa). Content: Pearson
correlation of onset strength and of chroma with the content's, as librosa has them. ``excerpt`` is another
part of the style itself: how near one piece of a sound is to the next. ``rough`` is the share of the bands'
modulation above 20 Hz, where metallic and phasey sounds have more than others. The clips are on the
developers' machines only.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import librosa
import numpy as np
import torch

import impasto
from impasto.audio.io import read_sound
from impasto.audio.picture import spectrogram_sheet
from impasto.audio.spectrum import long_term_power, with_spectrum
from impasto.audio.texture_statistics import MODULATION_HZ, texture_distance, texture_statistics

COLUMNS = ("fall", "cepstra", "onset", "chroma", "rough")
"""Measures of which medians are printed."""

PAIRS = (
    ("nutcracker", "drumbass"), ("nutcracker", "brahms"), ("vibeace", "nutcracker"), ("vibeace", "whale"),
    ("brahms", "vibeace"), ("brahms", "trumpet"), ("drumbass", "nutcracker"), ("drumbass", "speech1"),
    ("trumpet", "vibeace"), ("trumpet", "brahms"), ("speech1", "brahms"), ("whale", "drumbass"),
)  # fmt: skip
"""(content, style); chosen before any was heard. Settings were tried on the first pair, too."""

ROUGH_HZ = 20.0
"""Modulation above it is heard as roughness, not as rhythm."""

SKIP_S = 1.0
"""Beginning of each file that is left out."""


def clip(folder: Path, name: str, seconds: float, *, skip_s: float = SKIP_S) -> tuple[np.ndarray, int]:
    """(T,), at root mean square 0.1, and its rate."""
    sound = read_sound(folder / f"{name}.wav")
    first = round(skip_s * sound.rate_hz)
    samples = sound.samples[0, first : first + round(seconds * sound.rate_hz)]
    return (samples * 0.1 / np.sqrt((samples**2).mean())).astype(np.float32), sound.rate_hz


def cepstra(samples: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of 20 mel-frequency cepstral coefficients and their differences."""
    coefficients = librosa.feature.mfcc(y=samples, sr=rate_hz, n_mfcc=20)
    rows = np.concatenate([coefficients, librosa.feature.delta(coefficients)])
    return rows.mean(1), np.cov(rows)


def frechet(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]) -> float:
    """Fréchet distance of two Gaussian clouds: root of |m - n|^2 + tr(A + B - 2 (A B)^(1/2))."""
    (m, a), (n, b) = first, second
    cross = np.sqrt(np.clip(np.linalg.eigvals(a @ b).real, 0, None)).sum()
    return float(np.sqrt(max(0.0, ((m - n) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * cross)))


def roughness(samples: np.ndarray, rate_hz: int) -> float:
    """Share of the modulation of all bands that is faster than ROUGH_HZ, 0 to 1."""
    shares = texture_statistics(samples.astype(float), rate_hz).modulations ** 2
    fast = [low >= ROUGH_HZ for low in MODULATION_HZ[:-1]]
    return float((shares[:, fast].sum(1) / shares.sum(1)).mean())


def scores(samples: np.ndarray, content: np.ndarray, style: np.ndarray, rate_hz: int) -> dict[str, float]:
    """Fall of the texture distance, and the two correlations with the content."""
    count = min(len(samples), len(content))
    near = [frechet(cepstra(x, rate_hz), cepstra(style, rate_hz)) for x in (samples, content)]
    statistics = [texture_statistics(x.astype(float), rate_hz) for x in (samples, content, style)]
    after, before = (texture_distance(one, statistics[2]) for one in statistics[:2])
    onsets = [librosa.onset.onset_strength(y=x[:count], sr=rate_hz) for x in (samples, content)]
    chroma = [
        librosa.feature.chroma_stft(y=x[:count], sr=rate_hz, n_fft=4096, tuning=0).ravel()
        for x in (samples, content)
    ]
    flatness = [float(librosa.feature.spectral_flatness(y=x).mean()) for x in (samples, style)]
    return {
        "before": before,
        "after": after,
        "fall": 1 - after / before,
        "cepstra": 1 - near[0] / near[1],
        "onset": float(np.corrcoef(*onsets)[0, 1]),
        "chroma": float(np.corrcoef(*chroma)[0, 1]),
        "flatness": flatness[0],
        "style_flatness": flatness[1],
        "rough": roughness(samples, rate_hz),
        "style_rough": roughness(style, rate_hz),
    }


def equalised(content: np.ndarray, style: np.ndarray) -> np.ndarray:
    """The content with the style's long-term spectrum."""
    power = long_term_power(torch.from_numpy(style)[None])
    return with_spectrum(torch.from_numpy(content)[None], power)[0].numpy()


def comparison(rows: list[dict], ours: str, other: str) -> str:
    """On how many pairs one of our strengths is better than another method, counted in two ways."""
    pairs = {(row["content"], row["style"]): {} for row in rows}
    for row in rows:
        pairs[row["content"], row["style"]][row["method"]] = row
    both = [(pair[ours], pair[other]) for pair in pairs.values() if ours in pair and other in pair]
    three = sum(all(a[key] > b[key] for key in ("fall", "onset", "chroma")) for a, b in both)
    two = sum(a["fall"] > b["fall"] and a["onset"] + a["chroma"] > b["onset"] + b["chroma"] for a, b in both)
    return (
        f"{ours} is better in texture, onsets and chroma at once on {three} of {len(both)} pairs, "
        f"in texture and the mean of the others on {two}"
    )


def main() -> None:
    """Print a row for each pair and method, and write pictures and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pairs", type=int, default=len(PAIRS))
    parser.add_argument("--first", type=int, default=0, help="number of the first pair, from 0")
    parser.add_argument(
        "--settings", type=json.loads, default={}, help="of ours, as JSON, where not the default"
    )
    parser.add_argument("--strengths", default="1", help="for ours, such as 0.25,0.5,1")
    parser.add_argument("--filters", type=int, default=4096, help="of ulyanov; 0 leaves it out")
    parser.add_argument("--ulyanov-steps", type=int, default=300)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for content_name, style_name in PAIRS[options.first :][: options.pairs]:
        content, rate_hz = clip(options.data, content_name, options.seconds)
        style, _ = clip(options.data, style_name, options.seconds)
        made = {"EQ": equalised(content, style), "mix": (content + style[: len(content)]) / 2**0.5}
        other, _ = clip(options.data, style_name, options.seconds, skip_s=SKIP_S + options.seconds)
        if len(other) > len(style) / 2:
            made["excerpt"] = other
        seconds = dict.fromkeys(made, 0.0)
        for strength in map(float, options.strengths.split(",")):
            name, begin = f"ours {strength:g}", time.process_time()
            result = impasto.stylize_audio(
                (content, rate_hz), (style, rate_hz), strength=strength, **options.settings
            )
            made[name], seconds[name] = result.samples[0], time.process_time() - begin
            result.save(options.out / f"{content_name}-{style_name}-{strength:g}.wav")
        if options.filters:
            begin = time.process_time()
            result = impasto.stylize_audio(
                (content, rate_hz), (style, rate_hz), preset="ulyanov",
                filters=options.filters, steps=options.ulyanov_steps,
            )  # fmt: skip
            made["ulyanov"], seconds["ulyanov"] = result.samples[0], time.process_time() - begin
        for name, samples in made.items():
            row = {"content": content_name, "style": style_name, "method": name, "seconds": seconds[name]}
            row |= scores(samples, content, style, rate_hz)
            rows.append(row)
            print(
                f"{content_name:>10} {style_name:>10} {name:<9} fall {row['fall']:+.2f} "
                f"({row['before']:.2f} -> {row['after']:.2f}) onset {row['onset']:.2f} "
                f"chroma {row['chroma']:.2f} flatness {row['flatness']:.3f} "
                f"(style {row['style_flatness']:.3f}) "
                f"rough {row['rough']:.2f} (style {row['style_rough']:.2f}) "
                f"cepstra {row['cepstra']:+.2f} {row['seconds']:.0f} s of processor time",
                flush=True,
            )
        sheet = [
            ("content", content),
            ("style", style),
            *((name, made[name]) for name in made if name not in ("mix", "excerpt")),
        ]
        spectrogram_sheet([(name, samples[None], rate_hz) for name, samples in sheet]).save(
            options.out / f"{content_name}-{style_name}.png"
        )
        (options.out / "scores.json").write_text(json.dumps(rows, indent=1))
    for name in dict.fromkeys(row["method"] for row in rows):
        chosen = [row for row in rows if row["method"] == name]
        medians = {key: float(np.median([row[key] for row in chosen])) for key in COLUMNS}
        print(f"{name:<9} median of {len(chosen)} pairs: {medians}")
        if not name.startswith("ours"):
            for ours in sorted({row["method"] for row in rows if row["method"].startswith("ours")}):
                print(f"{name:<9} {comparison(rows, ours, name)}")


if __name__ == "__main__":
    main()
