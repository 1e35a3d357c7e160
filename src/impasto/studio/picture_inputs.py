"""Inputs for pictures, with the samples as buttons below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from impasto import samples
from impasto.errors import PictureError
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.events import QUIET
from impasto.studio.limits import check_pictures
from impasto.studio.uploads import path_of, paths_of

Sources = Sequence[Literal["upload", "webcam", "clipboard"]]
"""Where a picture may come from."""

DECODING: dict[str, Any] = {"concurrency_id": "decode", "concurrency_limit": 1}
"""Options of events that decode uploads: each may take some 600 MB for a moment, so one at a time."""


def photo_input(context: StudioContext, *, name: str, label: str) -> gr.Image:
    """A photo to drop, choose, paste or take; or a sample.

    Args:
        context: of the studio.
        name: of the element on the page.
        label: the heading.
    """
    sources: Sources = ("upload", "webcam", "clipboard")
    return _picture_input(context, name, label, samples.PHOTOS, kind="photo", sources=sources)


def painting_input(context: StudioContext, *, name: str, label: str) -> gr.Image:
    """A painting to drop, choose or paste; or a sample. As ``photo_input``."""
    return _picture_input(
        context, name, label, samples.STYLES, kind="painting", sources=("upload", "clipboard")
    )


def _picture_input(
    context: StudioContext, name: str, label: str, names: Sequence[str], *, kind: str, sources: Sources
) -> gr.Image:
    heading(label)
    image = upload_input(
        context, name=name, label=label, words=f"Drop a {kind} here, or click to choose one", sources=sources
    )
    for sample, button in sample_buttons(context, names, kind=kind).items():
        button.click(_sample(context, sample), None, image, **QUIET)
    return image


def upload_input(
    context: StudioContext,
    *,
    name: str,
    label: str,
    words: str,
    sources: Sources = ("upload",),
    height_px: int = 200,
) -> gr.Image:
    """A picture; an upload that cannot be used is removed, with a message.

    Args:
        context: of the studio.
        name: of the element on the page.
        label: for screen readers.
        words: shown while it is empty.
        sources: as gradio names them.
        height_px: on the page.
    """
    image = gr.Image(
        label=label,
        type="filepath",
        image_mode=None,
        height=height_px,
        sources=list(sources),
        elem_id=name,
        placeholder=words,
    )

    def check(sent: Any, request: gr.Request) -> Any:
        path = path_of(sent)
        return gr.skip() if path is None or _usable(context, [path], request) else None

    image.upload(check, image, image, preprocess=False, **DECODING, **QUIET)
    return image


def mask_upload(context: StudioContext, photo: gr.Image, *, name: str, label: str) -> gr.Image:
    """A mask as a file; another photo removes it, with a word.

    Args:
        context: of the studio.
        photo: whose mask it is.
        name: of the element on the page.
        label: of the mask.
    """
    made = upload_input(
        context, name=name, label=f"{label}: file", words="or drop a mask here, or click", height_px=110
    )

    def remove(sent: Any) -> Any:
        if path_of(sent) is None:
            return gr.skip()
        gr.Info("The mask was for the other photo, and is gone.")
        return None

    photo.change(remove, made, made, preprocess=False, **QUIET)
    return made


def paintings_input(
    context: StudioContext, *, name: str, label: str, most: int
) -> tuple[gr.Gallery, list[Any]]:
    """Several paintings, or samples.

    Args:
        context: of the studio.
        name: of the element on the page.
        label: the heading.
        most: how many, at most.
    Returns:
        The input, and the events that change it: a gallery has no event for changes that the page made.
    """
    heading(label)
    gallery = gallery_input(name=name, label=label)
    buttons = sample_buttons(context, samples.STYLES, kind="painting")
    several = gr.Checkbox(
        label="Use several: a sample joins the others",
        container=False,
        elem_id=f"{name}-several",
        elem_classes="plain",
        visible=most > 1,
    )
    events: list[Any] = []
    for sample, button in buttons.items():
        add = _add_sample(context, sample, most)
        events.append(button.click(add, [gallery, several], gallery, preprocess=False, **QUIET).then)

    events.append(_check_uploads(context, gallery, most, of="paintings").then)
    return gallery, [*events, gallery.change, gallery.delete]


def photos_input(context: StudioContext, *, name: str, label: str, most: int) -> gr.Gallery:
    """Several photos; a sample joins the others. As ``paintings_input``."""
    heading(label)
    gallery = gallery_input(name=name, label=label, of="photos")
    for sample, button in sample_buttons(context, samples.PHOTOS, kind="photo").items():
        add = partial(_add_sample(context, sample, most), several=True)
        button.click(add, gallery, gallery, preprocess=False, **QUIET)
    _check_uploads(context, gallery, most, of="photos")
    return gallery


def _check_uploads(context: StudioContext, gallery: gr.Gallery, most: int, *, of: str) -> Any:
    """Remove uploads that cannot be used, and those that are too many, with a message; returns the event."""

    def check(sent: Any, request: gr.Request) -> Any:
        paths = paths_of(sent)
        usable = _usable(context, paths, request)
        if len(usable) > most:
            gr.Warning(f"At most {most} {of} are taken here; the last {most} are kept.")
        kept = usable[-most:]
        return gr.skip() if kept == paths else [str(path) for path in kept]

    return gallery.upload(check, gallery, gallery, preprocess=False, **DECODING, **QUIET)


def gallery_input(*, name: str, label: str, of: str = "paintings") -> gr.Gallery:
    """A gallery to drop pictures on; ``of`` names them while there are none."""
    return gr.Gallery(
        label=label,
        type="filepath",
        columns=3,
        height=150,
        object_fit="contain",
        interactive=True,
        file_types=["image"],
        elem_id=name,
        elem_classes=["pictures", f"drop-{of}"],
        allow_preview=False,
        sources=["upload", "clipboard"],
    )


def heading(words: str) -> None:
    """A heading above inputs."""
    gr.HTML(f"<h2>{words}</h2>")


def hint(words: str) -> None:
    """A sentence on what to do with the next input."""
    gr.HTML(f"<p class='hint'>{words}</p>")


def follow(events: Sequence[Any], change: Callable[[Any], Any], gallery: gr.Gallery, outputs: Any) -> None:
    """Update parts of the page when a gallery's pictures change."""
    for event in events:
        event(change, gallery, outputs, preprocess=False, **QUIET)


def sample_buttons(context: StudioContext, names: Sequence[str], *, kind: str) -> dict[str, gr.Button]:
    """A button with a picture for each sample."""
    with gr.Row(elem_classes="samples"):
        return {
            name: gr.Button(
                name.replace("-", " "),
                icon=str(context.samples.thumbnail(name)),
                size="sm",
                min_width=60,
                elem_classes=[f"sample-{kind}", f"sample-{name}"],
            )
            for name in names
        }


def _sample(context: StudioContext, name: str) -> Callable[[], str]:
    return lambda: str(context.samples.picture(name))


def _add_sample(context: StudioContext, name: str, most: int) -> Callable[..., list[str]]:
    def add(sent: Any, several: bool) -> list[str]:
        earlier = [str(path) for path in paths_of(sent)] if several else []
        return [*earlier, str(context.samples.picture(name))][-most:]

    return add


def _usable(context: StudioContext, paths: list[Path], request: gr.Request) -> list[Path]:
    """The uploads that can be used; a message for each of the others."""
    usable: list[Path] = []
    # The others stay as long as the session, because the browser still asks for what it shows.
    context.sessions.get(request.session_hash).add_uploads(paths)
    for path in paths:
        try:
            check_pictures([path], context.limits)
            usable.append(path)
        except PictureError as error:
            got = f" Got {error.got}." if error.got else ""
            gr.Warning(f"{page_html.sentence(error)}{got}")
    return usable
