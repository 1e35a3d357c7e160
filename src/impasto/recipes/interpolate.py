"""Pictures on the way from one style to another."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from impasto.errors import SettingError
from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.result import Result, read_record
from impasto.settings import StylizeOptions, StylizeSettings
from impasto.synthesis.guides import Controls, Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles, listed
from impasto.synthesis.run import Run, drain, painted

Shares = tuple[float, ...]
"""Of each style in one picture; they add up to 1."""


def way_shares(styles: int, count: int) -> tuple[Shares, ...]:
    """Shares of the styles in each picture on the way, in equal steps, straight from style to style.

    Picture i of N stands at i * (K - 1) / (N - 1) on the way, where style k of K stands at k: the first and
    the last picture have one style only, and the styles between have a picture of their own if N - 1 is
    a multiple of K - 1.

    Args:
        styles: how many, K.
        count: of pictures, N.
    Returns:
        One tuple a picture.
    Raises:
        SettingError: there are fewer than two styles or two pictures.
    """
    if styles < 2:
        raise SettingError(
            "a way needs two styles or more",
            got=f"{styles} style",
            attempt="one more painting",
        )
    if count < 2:
        raise SettingError(
            "a way has two pictures or more", got=f"{count}", expected="at least 2: one for each end"
        )
    found = []
    for index in range(count):
        before, part = divmod(index * (styles - 1), count - 1)
        shares = [0.0] * styles
        shares[before] = 1 - part / (count - 1)
        if part:
            shares[before + 1] = part / (count - 1)
        found.append(tuple(shares))
    return tuple(found)


@dataclass(frozen=True)
class WayStep:
    """A step of one of several pictures.

    Attributes:
        number: of the picture, from 1.
        count: how many there are.
        shares: of the styles in it.
        step: what the loop said; its seconds are those of all pictures.
        results: of the pictures before.
    """

    number: int
    count: int
    shares: Shares
    step: Step
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Way:
    """A photo on the way through several styles.

    Attributes:
        content: the photo.
        styles: as for ``stylize``, two or more.
        settings: how all pictures are painted; same start, same seed.
        controls: masks and the like.
        shares: of the styles, one tuple a picture.
    """

    content: PictureSource
    styles: Sequence[Any]
    settings: StylizeSettings
    controls: Controls
    shares: tuple[Shares, ...]

    @classmethod
    def through(
        cls,
        content: PictureSource,
        styles: Styles,
        settings: StylizeSettings,
        *,
        count: int,
        controls: Controls | None = None,
    ) -> Way:
        """The way in so many pictures.

        Raises:
            SettingError: there are fewer than two styles or pictures, or style weights.
        """
        given = listed(styles)
        shares = way_shares(len(given), count)
        if settings.style_weights is not None:
            raise SettingError(
                "the way sets the weights of the styles",
                got=f"style_weights {', '.join(f'{w:g}' for w in settings.style_weights)} as well",
                attempt="one or the other",
            )
        return cls(content, given, settings, controls or Controls(), shares)

    @property
    def is_round(self) -> bool:
        """Whether it ends where it began."""
        first, last = self.styles[0], self.styles[-1]
        return first is last or (isinstance(first, (str, Path)) and str(first) == str(last))

    def job(self, number: int) -> Job:
        """The picture of that number, from 1; it can be painted on its own as well.

        Raises:
            ImpastoError: as ``stylize``.
        """
        settings = replace(self.settings, style_weights=self.shares[number - 1])
        return Job.prepare(self.content, self.styles, settings, controls=self.controls)

    def see(self, number: int, step: Step, *, spent_s: float, results: Sequence[Result] = ()) -> WayStep:
        """A step of one picture as a step of the whole way.

        Args:
            number: of the picture, from 1.
            step: of its own run.
            spent_s: seconds for the pictures before.
            results: of the pictures before.
        """
        count = len(self.shares)
        a_picture = (spent_s + step.seconds + step.seconds_left) / number
        left = step.seconds_left + a_picture * (count - number)
        whole = replace(step, seconds=spent_s + step.seconds, seconds_left=left)
        return WayStep(number, count, self.shares[number - 1], whole, tuple(results))


def is_of(picture: Path, job: Job) -> bool:
    """Whether a picture on disk is what a job would paint, by its record, and was not stopped."""
    try:
        record = read_record(picture)
    except SettingError:
        return False
    wanted = json.loads(json.dumps(job.origin))
    return record.get("interrupted") is False and all(record.get(k) == v for k, v in wanted.items())


def interpolate(
    content: PictureSource,
    styles: Styles,
    *,
    count: int,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    fine_style: PictureSource | None = None,
    **options: Unpack[StylizeOptions],
) -> list[Result]:
    """Paint a photo several times, on the way from one style to the next.

    The statistics of the styles are blended in equal steps, not the pictures: in between are paintings of
    their own. All have the same start and seed, so that neighbours are alike.

    Args:
        content: as for ``stylize``.
        styles: two or more, in their order; if the last is the first again, the way is a round.
        count: of pictures, with those of the first and the last style alone; at least 2.
        content_mask: as for ``stylize``.
        style_mask: as for ``stylize``.
        keep: as for ``stylize``.
        fine_style: as for ``stylize``; the same for all.
        **options: as for ``stylize``, but for ``style_weights``, which the way sets.
    Returns:
        One result a picture; the record of each is that of a painting of its own.
    Raises:
        SettingError: there are fewer than two styles or pictures, or style weights.
        ImpastoError: as ``stylize``.

    Source: Dumoulin, Shlens, Kudlur 2017, A learned representation for artistic style: blends of styles.
    Differs: there the parameters of a network are blended, here the statistics that are painted for.
    """
    steps = interpolate_steps(
        content, styles, count=count, content_mask=content_mask, style_mask=style_mask, keep=keep,
        fine_style=fine_style, **options,
    )  # fmt: skip
    return drain(steps)


def interpolate_steps(
    content: PictureSource,
    styles: Styles,
    *,
    count: int,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    fine_style: PictureSource | None = None,
    **options: Unpack[StylizeOptions],
) -> Generator[WayStep, None, list[Result]]:
    """The same, step by step; whoever stops in between has the pictures before in ``WayStep.results``.

    Args:
        content: as for ``interpolate``.
        styles: as for ``interpolate``.
        count: as for ``interpolate``.
        content_mask: as for ``stylize``.
        style_mask: as for ``stylize``.
        keep: as for ``stylize``.
        fine_style: as for ``stylize``.
        **options: as for ``interpolate``.
    Yields:
        A ``WayStep`` after each change of a canvas; ``step.step.snapshot()`` is the picture so far.
    Returns:
        The results, as the value of the generator.
    """
    settings = StylizeSettings.of(dict(options))
    controls = Controls(content_mask=content_mask, style_mask=style_mask, keep=keep, fine_style=fine_style)
    way = Way.through(content, styles, settings, count=count, controls=controls)
    results: list[Result] = []
    for number in range(1, count + 1):
        results.append((yield from _seen(way, number, results)))
    return results


def _seen(way: Way, number: int, results: Sequence[Result]) -> Generator[WayStep, None, Result]:
    """The steps of one picture, as those of the whole way."""
    spent_s = sum(result.record["seconds"] for result in results)
    steps = painted(Run(way.job(number)))
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield way.see(number, step, spent_s=spent_s, results=results)
