"""A style at work, trained or out of a painting: photos of any size without an optimisation."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from impasto import runtime
from impasto.fast.any_style import StyleStatistics, blended
from impasto.fast.restyle import Region, restyle, restyle_twice
from impasto.fast.style_file import SUFFIX, TrainedStyle, style_of
from impasto.features.extractor import copied, fingerprint
from impasto.images import io
from impasto.images.io import PictureSource
from impasto.images.resize import fit, resize
from impasto.result import FORMAT, Result, describe
from impasto.settings.apply import ApplyOptions, ApplySettings
from impasto.weights.records import file_sha256


class StylePainter:
    """A style, loaded once, for many photos. Threads may share it: painting changes nothing.

    A trained style paints in one pass, as ``restyle``, a painting in two, as ``restyle_twice``.

    Args:
        style: a file as ``impasto train`` writes it, what ``train`` returned, or a painting's file.
        **options: fields of ``ApplySettings``.
    Raises:
        WeightsError: the file is missing or damaged, or no trained style.
        SettingError: an option is not known or has a value it cannot have.
        DeviceError: the device is not there.
    """

    def __init__(self, style: TrainedStyle | str | Path, **options: Unpack[ApplyOptions]) -> None:
        self.settings = ApplySettings.of(dict(options))
        s, self.device = self.settings, runtime.choose_device(self.settings.device)
        runtime.keep_to_cpus()
        file: Path | None = None
        if isinstance(style, TrainedStyle):
            trained = style
        else:
            file = Path(style).expanduser()
            trained = style_of(file, size=s.size, max_megapixels=s.max_megapixels)
        is_painting = file is not None and file.suffix.lower() != SUFFIX
        self.palette = next(iter(trained.paintings.values())).to(self.device) if is_painting else None
        self.network = copied(trained.network, "any-style").to(self.device)
        self.about_network = {"name": "any-style", "fingerprint": fingerprint(self.network)}
        self.style = self._blend(trained)
        self.source = {
            "name": file.stem if file else "style",
            "path": str(file.resolve()) if file else None,
            "sha256": file_sha256(file) if file else None,
        }

    def _blend(self, trained: TrainedStyle) -> StyleStatistics:
        weights = self.settings.styles or {next(iter(trained.styles)): 1.0}
        total = sum(weights.values())
        statistics = blended([trained.style(name) for name in weights], [w / total for w in weights.values()])
        return tuple(level.to(self.device) for level in statistics)

    def __call__(
        self, photo: PictureSource, *, progress: Callable[[float], None] = lambda share: None
    ) -> Result:
        """The photo in the style; large ones in tiles, with the same result.

        Args:
            photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
            progress: told the share that is done, 0 to 1.
        Raises:
            PictureError: it cannot be read.
            ShapeError: a side is shorter than 32 px.
        """
        s, begin = self.settings, time.monotonic()
        picture = io.read(photo, max_megapixels=s.max_megapixels, name="")
        height, width = picture.pixels.shape[2:]
        shape = (height, width) if s.size is None else fit(height, width, s.size)
        pixels = resize(picture.pixels, shape).to(self.device)
        region = Region(self.style, s.strength)
        if self.palette is None:
            result = restyle(self.network, pixels, [region], progress=progress).cpu()
        else:
            result = restyle_twice(
                self.network, pixels, [region], palette=self.palette, progress=progress
            ).cpu()
        record = {
            "impasto_format": FORMAT,
            "task": "apply",
            "settings": s.to_dict(),
            "content": describe(picture),
            "styles": [self.source],
            "network": self.about_network,
            "versions": runtime.versions(),
            "size": [shape[1], shape[0]],
            "seconds": round(time.monotonic() - begin, 3),
        }
        return Result(result, {}, record)


def apply(style: TrainedStyle | str | Path, photo: PictureSource, **options: Unpack[ApplyOptions]) -> Result:
    """A photo in a trained style; for many photos see ``StylePainter``.

    Args:
        style: as for ``StylePainter``.
        photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ApplySettings``.
    Raises:
        ImpastoError: as ``StylePainter`` and its call.
    """
    return StylePainter(style, **options)(photo)
