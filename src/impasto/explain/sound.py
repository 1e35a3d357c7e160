"""Sound: random filters as feature maps, their Gram matrices, and what each loss keeps, to be listened to."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from impasto.audio.picture import spectrogram_picture
from impasto.audio.result import SoundResult
from impasto.audio.sound import resampled
from impasto.audio.sound_view import SoundView
from impasto.audio.stylize import job
from impasto.audio.texture_statistics import texture_distance, texture_statistics
from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext
from impasto.explain.figure_style import Cell, figure_grid
from impasto.explain.formulas import GRAM, display
from impasto.losses.gram import gram_matrix, relative_gram_distance
from impasto.samples import sounds
from impasto.settings.audio import AudioSettings
from impasto.synthesis.context import Context
from impasto.synthesis.run import drain, run_steps

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Samples = NDArray[np.float32]
"""(T,), full scale is 1."""

CONTENT, STYLE = "guitar", "drums"
"""Names of the two sounds, which are samples of the package."""

SECONDS, RATE_HZ = 2.0, 11_025
"""Length and sample rate of all sounds of the chapter: enough to hear it, and quick."""

STEPS = 0.75
"""Steps of a run, as a fraction of ``steps``."""

FEATURES = "mid/middle-5"
"""Random features that are drawn: of windows of 46 ms, each filter over five of them."""

NOTHING: dict[str, float] = {
    "style_weight": 0.0,
    "rhythm_weight": 0.0,
    "levels_weight": 0.0,
    "modulation_weight": 0.0,
    "chroma_weight": 0.0,
    "onset_weight": 0.0,
}
"""All losses off."""

RUNS: Mapping[str, dict[str, float]] = {
    "texture and spectrum": {**NOTHING, "style_weight": 1.0},
    "rhythm": {**NOTHING, "rhythm_weight": 1.0},
    "chroma": {**NOTHING, "chroma_weight": 1.0},
    "onsets": {**NOTHING, "onset_weight": 1.0},
}
"""Heading -> settings of the runs that start from noise with one kind of loss each."""


@dataclass(frozen=True)
class SoundRuns:
    """The two sounds, and what is made of them.

    Attributes:
        steps: of a run.
        seed: of the noise and of the random filters.
    """

    steps: int
    seed: int

    @cached_property
    def content(self) -> Samples:
        """The tune."""
        return sample(CONTENT)

    @cached_property
    def style(self) -> Samples:
        """The drums."""
        return sample(STYLE)

    @cached_property
    def result(self) -> Samples:
        """The tune in the style of the drums, as ``impasto audio`` makes it, with fewer steps."""
        return self._made({}, noise=False)

    @cached_property
    def alone(self) -> dict[str, Samples]:
        """{heading: what one kind of loss makes of noise}."""
        return {name: self._made(weights, noise=True) for name, weights in RUNS.items()}

    def features(self, samples: Samples) -> dict[str, Tensor]:
        """Everything that is compared, {name: (1, c, h, frames)}, of samples at one level."""
        level = 0.1 / float(np.sqrt((samples**2).mean()))
        with torch.no_grad():
            return dict(
                SoundView(RATE_HZ, seed=self.seed).features(torch.from_numpy(samples)[None] * level, ["mid"])
            )

    def scores(self, samples: Samples) -> tuple[float, float, float]:
        """Distance of texture statistics to the drums', correlations of chroma and onsets with the tune's."""
        statistics = [texture_statistics(x.astype(np.float64), RATE_HZ) for x in (samples, self.style)]
        ours, tune = self.features(samples), self.features(self.content)
        chroma, onset = (
            float(np.corrcoef(ours[name].flatten(), tune[name].flatten())[0, 1])
            for name in ("mid/chroma", "mid/onset")
        )
        return texture_distance(*statistics), chroma, onset

    def _made(self, weights: Mapping[str, Any], *, noise: bool) -> Samples:
        settings = AudioSettings(**{"scales": 1, "steps": self.steps, "seed": self.seed, **weights})
        inputs = {"content": (self.content, RATE_HZ), "style": (self.style, RATE_HZ)}
        made = job(inputs, settings, Context())
        if noise:
            draw = torch.Generator().manual_seed(self.seed)
            made = replace(made, start=torch.randn(made.start.shape, generator=draw) / 10)
        result: SoundResult = drain(run_steps(made, Context()))
        return np.asarray(result.samples[0])


def sample(name: str) -> Samples:
    """The beginning of a sample sound, (T,), at the chapter's rate."""
    whole = sounds.sound(name)[None, : round(SECONDS * sounds.RATE_HZ)]
    return np.asarray(resampled(whole, sounds.RATE_HZ, RATE_HZ)[0])


def draw_features(runs: SoundRuns) -> Figure:
    """Spectrograms of the two sounds, and what the random filters make of them."""
    rows = []
    for samples in (runs.content, runs.style):
        features = runs.features(samples)
        bands, maps = (features[name][0, :, 0].numpy()[::-1] for name in ("mid/middle", FEATURES))
        rows.append([Cell(_wide(bands)), Cell(_wide(maps))])
    return figure_grid(rows, titles=["spectrogram", "random filters"], labels=[CONTENT, STYLE])


def draw_gram(runs: SoundRuns) -> Figure:
    """Gram matrices of the random features of the tune, the drums and the result."""
    grams = [gram_matrix(runs.features(x)[FEATURES]) for x in (runs.content, runs.style, runs.result)]
    limits = (0.0, float(grams[1].max()) ** 0.5)
    cells = []
    for gram in grams:
        distance = float(relative_gram_distance(gram, grams[1]))
        text = "the target" if gram is grams[1] else f"distance {distance:.2f}"
        cells.append(Cell(gram[0].clamp_min(0).sqrt().numpy(), text, limits=limits))
    return figure_grid([cells], titles=[CONTENT, STYLE, "result"])


def draw_alone(runs: SoundRuns) -> Figure:
    """Spectrograms of what single losses make of noise."""
    cells = [Cell(_spectrogram(samples), name) for name, samples in runs.alone.items()]
    given = [Cell(_spectrogram(runs.content), CONTENT), Cell(_spectrogram(runs.style), STYLE)]
    return figure_grid([given, cells[:2], cells[2:]])


def _spectrogram(samples: Samples) -> NDArray[np.float64]:
    """A spectrogram on an axis of semitones, (H, W, 3) in [0, 1]."""
    return spectrogram_picture(samples[None], RATE_HZ) / 255.0


def _wide(rows: NDArray[Any]) -> NDArray[Any]:
    """Rows over time, (H, W), repeated to a height of about half the width."""
    return np.repeat(rows, max(1, round(rows.shape[1] / 2 / len(rows))), axis=0)


def player(samples: Samples, label: str) -> str:
    """HTML that plays samples (T,), embedded in the page."""
    data = base64.b64encode(sounds.as_wav(samples, RATE_HZ)).decode()
    source = f"data:audio/wav;base64,{data}"
    return f'<audio controls preload="none" aria-label="{html.escape(label)}" src="{source}"></audio>'


def players(runs: SoundRuns) -> str:
    """A table of all sounds of the chapter with what was measured of each, and a player."""
    entries = {
        f"the tune ({CONTENT})": runs.content,
        f"the style ({STYLE})": runs.style,
        "the tune in this style": runs.result,
        **{f"noise, by {name} alone": samples for name, samples in runs.alone.items()},
    }
    rows = []
    for name, samples in entries.items():
        texture, chroma, onset = runs.scores(samples)
        rows.append(
            f"<tr><th>{name}</th><td>{texture:.2f}</td><td>{chroma:.2f}</td><td>{onset:.2f}</td>"
            f"<td>{player(samples, name)}</td></tr>"
        )
    return f"""<table><caption>Distance of the texture statistics of McDermott and Simoncelli to the style's,
and correlation of pitch classes and of onsets with the tune's.</caption><thead><tr><th>sound</th>
<th>texture distance</th><th>chroma</th><th>onsets</th><th>listen</th></tr></thead>
<tbody>{"".join(rows)}</tbody></table>"""


def chapter(context: ExplainContext) -> Chapter:
    """Style transfer of sound, on two sounds that the package makes itself."""
    runs = SoundRuns(max(2, round(context.settings.steps * STEPS)), context.settings.seed)
    return Chapter(
        text=f"""
<p>A spectrogram says how strong each tone is at each moment. So a sound has feature maps as a picture has:
its only direction is time, and its bands take the place of the three colours of a picture. impasto uses no
trained network here: the filters are random numbers, each over a few neighbouring bands and some frames, and
negative values become 0. Ulyanov and Lebedev (2016) found that this is enough for textures of sound.</p>
<p>The two sounds are samples of impasto, computed and not recorded: {CONTENT} and {STYLE}, {SECONDS:g}
seconds each.</p>""",
        figures=(
            ChapterFigure(
                name="sound-features",
                picture=draw_features(runs),
                alt="Two rows, guitar and drums: the spectrogram, and the activations of 64 random filters "
                "over time.",
                caption="Left the spectrogram, time from left to right and low tones below; right the "
                "activations of 64 random filters, one a line, in the order of their bands.",
            ),
            ChapterFigure(
                name="sound-gram",
                picture=draw_gram(runs),
                alt="Three Gram matrices of 64 random filters as heat maps: guitar, drums, and the result.",
                caption="The Gram matrices of these filters (the colour is the root of the entry, up to the "
                "drums' largest), with the distance to that of the drums.",
            ),
            ChapterFigure(
                name="sound-losses",
                picture=draw_alone(runs),
                alt="Spectrograms: guitar and drums, and what four kinds of loss alone make of noise.",
                caption=f"Above the two sounds; below what {runs.steps} steps make of noise with one kind of "
                "loss alone. Texture and spectrum, and rhythm, are taken from the drums; chroma and onsets "
                "from the guitar.",
            ),
        ),
        after=f"""
{display(GRAM)}
<p>The sum now runs over time. A Gram matrix forgets <em>when</em> something sounded, so rhythm needs a loss
of its own: the autocorrelation, which says after how long a sound repeats itself. Of the tune two things are
kept: which of the twelve pitch classes sound (chroma), and when tones begin (onsets). In place of the Gram
matrix impasto compares mean and covariance, as it does for pictures.</p>
{players(runs)}""",
    )
