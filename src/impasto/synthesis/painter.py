"""A style, read once, for many photos: network and targets are kept from one photo to the next."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Unpack

from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.optimize.run_to_end import drain
from impasto.result import Result
from impasto.settings import StylizeOptions, StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask
from impasto.synthesis.read import Styles, read_picture, read_styles
from impasto.synthesis.recipe import find_recipe


class Painter:
    """One style, or a blend of several, for many photos; each picture is that of ``stylize``.

    The paintings are read and the network is loaded when the painter is made. What the losses keep of the
    paintings is made once a size, and kept. Threads may share a painter: a call changes nothing but the kept
    targets, which are locked.

    Args:
        style: as for ``stylize``.
        style_mask: as for ``stylize``; calls then need a ``content_mask``, as its regions belong to it.
        fine_style: as for ``stylize``.
        context: network and targets to share with other painters; None for its own.
        **options: fields of ``StylizeSettings``, for all photos.

    Raises:
        ImpastoError: a painting cannot be read, an option is unknown, or the network cannot be loaded.

    Attributes:
        settings: of all photos.
        context: network and targets.
    """

    def __init__(
        self,
        style: Styles,
        *,
        style_mask: Mask | Sequence[Mask | None] | None = None,
        fine_style: PictureSource | None = None,
        context: Context | None = None,
        **options: Unpack[StylizeOptions],
    ) -> None:
        self.settings = StylizeSettings.of(dict(options))
        self.context = context or Context()
        limit = self.settings.max_megapixels
        groups = read_styles(style, max_megapixels=limit).groups
        self._inputs: dict[str, Any] = {
            "style": [list(group) if len(group) > 1 else group[0] for group in groups],
            "style_mask": style_mask,
            "fine_style": None
            if fine_style is None
            else read_picture(fine_style, "fine style", max_megapixels=limit),
        }
        self.context.network_for(self.settings)

    def __call__(
        self,
        photo: PictureSource,
        *,
        content_mask: Mask | None = None,
        keep: Mask | None = None,
        strength_mask: Mask | None = None,
        checkpoint: str | Path | None = None,
        resume: bool = False,
    ) -> Result:
        """The photo in the style.

        Args:
            photo: as the ``content`` of ``stylize``.
            content_mask: as for ``stylize``.
            keep: as for ``stylize``.
            strength_mask: as for ``stylize``.
            checkpoint: as for ``stylize``.
            resume: as for ``stylize``.
        Raises:
            ImpastoError: as ``stylize``.
        """
        return drain(
            self.steps(
                photo,
                content_mask=content_mask,
                keep=keep,
                strength_mask=strength_mask,
                checkpoint=checkpoint,
                resume=resume,
            )
        )

    def steps(
        self,
        photo: PictureSource,
        *,
        content_mask: Mask | None = None,
        keep: Mask | None = None,
        strength_mask: Mask | None = None,
        checkpoint: str | Path | None = None,
        resume: bool = False,
    ) -> Generator[Step, None, Result]:
        """The same, step by step; closing the generator stops the work.

        Yields:
            A ``Step`` after each change of the canvas.
        Returns:
            The picture, its losses and the record of its making.
        Raises:
            ImpastoError: as ``stylize``.
        """
        inputs = {
            **self._inputs,
            "content": photo,
            "content_mask": content_mask,
            "keep": keep,
            "strength_mask": strength_mask,
        }
        context = Context.of(self.context, checkpoint=checkpoint, resume=resume)
        return (yield from find_recipe("stylize").steps(inputs, self.settings, context))
