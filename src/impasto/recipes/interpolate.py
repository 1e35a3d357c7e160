"""Pictures from one style to another: the same photo, with the styles' statistics blended in steps."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Unpack

from PIL.Image import Image

from impasto.errors import SettingError
from impasto.images import io
from impasto.images.grid import contact_sheet
from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.result import Result, read_record, without_folders
from impasto.settings import InterpolateOptions, InterpolateSettings, StylizeSettings
from impasto.settings.interpolate import TASK
from impasto.settings.task import Inputs, as_list
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles, name_of, pictures_of, read_painting
from impasto.synthesis.recipe import Recipe, Steps, describe_controls, find_recipe
from impasto.synthesis.record import record_of
from impasto.synthesis.run import drained, run_steps

Shares = tuple[float, ...]
"""Of each style in one picture; they add up to 1."""

STRIP_COLUMNS = 8
"""Most cells of the strip side by side; a longer one has several rows."""


def interpolation_shares(styles: int, count: int) -> tuple[Shares, ...]:
    """Shares of the styles in each picture, in equal steps, straight from style to style.

    Picture i of N is at i * (K - 1) / (N - 1), where style k of K is at k: the first and the last picture
    have one style only, and a style between has a picture of its own if N - 1 is a multiple of K - 1.

    Args:
        styles: how many, K.
        count: of pictures, N >= 2.
    Returns:
        One tuple a picture.
    Raises:
        SettingError: there are fewer than two styles.
    """
    if styles < 2:
        raise SettingError(
            "interpolation needs two styles or more", got=f"{styles} style", attempt="one more painting"
        )
    pictures = []
    for index in range(count):
        before, part = divmod(index * (styles - 1), count - 1)
        shares = [0.0] * styles
        shares[before] = 1 - part / (count - 1)
        if part:
            shares[before + 1] = part / (count - 1)
        pictures.append(tuple(shares))
    return tuple(pictures)


@dataclass(frozen=True)
class SeriesStep(Step):
    """A step of one of several pictures; ``seconds`` and ``seconds_left`` are those of all pictures.

    Attributes:
        number: of the picture, from 1.
        count: of all pictures.
        shares: of the styles in it.
        results: of the pictures before.
    """

    number: int = 1
    count: int = 1
    shares: Shares = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Interpolation:
    """A photo painted several times, from the first style to the last.

    Attributes:
        inputs: as for ``stylize``; two styles or more.
        settings: of all pictures; same start, same seed.
        shares: of the styles, one tuple a picture.
        context: network and targets, made once for all pictures.
    """

    inputs: Inputs
    settings: InterpolateSettings
    shares: tuple[Shares, ...]
    context: Context

    @classmethod
    def of(cls, inputs: Inputs, settings: InterpolateSettings, context: Context) -> Interpolation:
        """Check what can be checked before anything is read.

        Raises:
            SettingError: there are fewer than two styles, or style weights.
        """
        TASK.check_inputs(inputs)
        shares = interpolation_shares(len(as_list(inputs["style"])), settings.count)
        if settings.style_weights is not None:
            raise SettingError(
                "interpolation sets the weights of the styles",
                got=f"style_weights {', '.join(f'{w:g}' for w in settings.style_weights)} as well",
                attempt="one or the other",
            )
        if context.checkpoint is not None or context.resume:
            raise SettingError(
                "one checkpoint does not hold several pictures",
                got=f"checkpoint {context.checkpoint}",
                attempt="without it: the command line keeps one a picture, and --resume goes on from there",
            )
        return cls(inputs, settings, shares, context)

    @property
    def styles(self) -> list[Any]:
        """In their order."""
        return as_list(self.inputs["style"])

    @property
    def is_cyclic(self) -> bool:
        """Whether the last style is the first again."""
        first, last = self.styles[0], self.styles[-1]
        return first is last or (isinstance(first, (str, Path)) and str(first) == str(last))

    def job(self, number: int) -> Job:
        """The job of one picture; it can be run on its own as well.

        Args:
            number: from 1.
        Raises:
            ImpastoError: as ``stylize``.
        """
        values = {**self.settings.to_dict(), "style_weights": self.shares[number - 1]}
        del values["count"]
        settings = StylizeSettings.from_mapping(values)
        stylize = find_recipe("stylize")
        if stylize.job is None:
            raise RuntimeError("the recipe of one picture makes no job")
        return stylize.job(self.inputs, settings, self.context)

    def series_step(
        self, number: int, step: Step, *, spent_s: float, results: Sequence[Result] = ()
    ) -> SeriesStep:
        """A step of one picture as a step of all.

        Args:
            number: of the picture, from 1.
            step: of its own run.
            spent_s: seconds for the pictures before.
            results: of the pictures before.
        """
        count = len(self.shares)
        mean_s = (spent_s + step.seconds + step.seconds_left) / number
        values = {f.name: getattr(step, f.name) for f in fields(Step)}
        values |= {
            "seconds": spent_s + step.seconds,
            "seconds_left": step.seconds_left + mean_s * (count - number),
        }
        return SeriesStep(
            **values, number=number, count=count, shares=self.shares[number - 1], results=tuple(results)
        )

    def steps(self) -> Generator[SeriesStep, None, list[Result]]:
        """Paint one picture after the other; the value of the generator is their results."""
        results: list[Result] = []
        for number in range(1, len(self.shares) + 1):
            spent_s = sum(result.record["seconds"] for result in results)
            steps = run_steps(self.job(number), self.context)
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    results.append(end.value)
                    break
                yield self.series_step(number, step, spent_s=spent_s, results=results)
        return results

    def strip(self, pictures: Sequence[Image]) -> Image:
        """All pictures side by side; each style stands before the first picture that is all of it, or after.

        Args:
            pictures: the first ones, or all.
        """
        cells = list(self._cells(pictures))
        columns = -(-len(cells) // -(-len(cells) // STRIP_COLUMNS))  # rows of equal or nearly equal length
        rows = [cells[begin : begin + columns] for begin in range(0, len(cells), columns)]
        return contact_sheet(
            [[picture for picture, _ in row] for row in rows],
            labels=[[caption for _, caption in row] for row in rows],
            cell_px=320,
        )

    def _cells(self, pictures: Sequence[Image]) -> Iterator[tuple[Image, str]]:
        """Each cell of the strip and its caption: a style's name, or the shares of the styles."""
        shown, last = 0, len(self.styles) - 1
        for picture, shares in zip(pictures, self.shares, strict=False):
            first = next(number for number, share in enumerate(shares) if share > 0)
            while shown <= min(first, last - 1):
                yield self._style_cell(shown)
                shown += 1
            yield picture, ", ".join(f"{share:.2g}" for share in shares)
        yield self._style_cell(last)

    def _style_cell(self, number: int) -> tuple[Image, str]:
        source, name = self.styles[number], f"style {number + 1}"
        picture = read_painting(pictures_of(source)[0], name, max_megapixels=self.settings.max_megapixels)
        return io.to_pil(picture.pixels), name_of(source, name)


def is_result_of(path: Path, job: Job) -> bool:
    """Whether a picture on disk is what a job would paint, by its record, and was not stopped."""
    try:
        record = read_record(path)
        settings = StylizeSettings.of_record(record["settings"])  # 0.1 wrote weights as texts
    except SettingError:
        return False
    recorded = json.loads(json.dumps(without_folders({**record, "settings": settings.to_dict()})))
    expected = json.loads(json.dumps(without_folders({**job.record, "interrupted": False})))
    return all(recorded.get(name) == value for name, value in expected.items())


def interpolate_steps(
    content: PictureSource,
    styles: Styles,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    strength_mask: Mask | None = None,
    fine_style: PictureSource | None = None,
    context: Context | None = None,
    **options: Unpack[InterpolateOptions],
) -> Generator[SeriesStep, None, list[Result]]:
    """Paint a photo several times, from the first style to the last.

    The statistics of the styles are blended in equal steps, not the pictures. All have one start and seed,
    so that neighbours are alike. ``interpolate_steps`` yields; ``interpolate`` returns the results.

    Args:
        content: as for ``stylize``.
        styles: two or more, in their order; if the last is the first again, the series is cyclic.
        content_mask: as for ``stylize``.
        style_mask: as for ``stylize``.
        keep: as for ``stylize``.
        strength_mask: as for ``stylize``.
        fine_style: as for ``stylize``; the same for all.
        context: as for ``stylize``, without a checkpoint.
        **options: ``count``, the number of pictures with those of the first and the last style alone, and
            fields of ``StylizeSettings`` but ``style_weights``.
    Yields:
        A ``SeriesStep`` after each change of a canvas; its ``results`` are those of the pictures before.
    Returns:
        One result a picture; the record of each is that of a picture of its own.
    Raises:
        ImpastoError: fewer than two styles, or style weights (``SettingError``); as ``stylize``.

    Source: Dumoulin, Shlens, Kudlur 2017, "A learned representation for artistic style": blends of styles.
    Differs: there the parameters of a network are blended, here the statistics that are painted for.
    """
    inputs = {
        "content": content,
        "style": styles,
        "content_mask": content_mask,
        "style_mask": style_mask,
        "keep": keep,
        "strength_mask": strength_mask,
        "fine_style": fine_style,
    }
    settings = InterpolateSettings.of(dict(options))
    return (yield from Interpolation.of(inputs, settings, context or Context()).steps())


interpolate = drained(interpolate_steps)


def steps(inputs: Inputs, settings: InterpolateSettings, context: Context) -> Steps:
    """All pictures; the result is their strip, and its ``parts`` are the pictures; see ``interpolate``."""
    series = Interpolation.of(inputs, settings, context)
    results = yield from series.steps()
    pixels = io.read(series.strip([result.image for result in results])).pixels
    controls = describe_controls(find_recipe("stylize").inputs, inputs)
    record = {
        **record_of("interpolate", settings, controls=controls),
        **{key: results[0].record[key] for key in ("content", "styles", "network")},
        "size": [pixels.shape[3], pixels.shape[2]],
        "seconds": sum(result.record["seconds"] for result in results),
        "interrupted": False,
    }
    return Result(pixels, {}, record, parts=tuple(results))


RECIPE = Recipe.of(TASK, steps=steps)
