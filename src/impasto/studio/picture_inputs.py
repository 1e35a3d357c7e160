"""Inputs for the photo and the paintings, with the samples as buttons beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from impasto import samples
from impasto.errors import PictureError
from impasto.studio import live
from impasto.studio.context import StudioContext
from impasto.studio.limits import check_pictures
from impasto.studio.uploads import path_of, paths_of

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of events that are over at once."""

DECODING: dict[str, Any] = {"concurrency_id": "decode", "concurrency_limit": 1}
"""Of events that decode what a visitor sent: each may take some 600 MB for a moment, so one at a time."""


def photo_input(desk: StudioContext, *, task: str, label: str = "Photo") -> gr.Image:
    """A photo to drop, choose, paste or take; or one of the samples."""
    heading(label)
    image = gr.Image(label=label, type="filepath", image_mode=None, height=200,
                     sources=["upload", "webcam", "clipboard"], elem_id=f"{task}-photo",
                     placeholder="Drop a photo here, or click to choose one")  # fmt: skip
    buttons = sample_buttons(desk, samples.PHOTOS, kind="photo")
    for name, button in buttons.items():
        button.click(_sample(desk, name), None, image, **QUIET)

    wire_check(desk, image)
    return image


def wire_check(desk: StudioContext, image: gr.Image) -> None:
    """Look at each upload: what cannot be used is taken away with a message."""

    def check(sent: Any, request: gr.Request) -> Any:
        path = path_of(sent)
        good = _taken(desk, [] if path is None else [path], request)
        return gr.skip() if good or path is None else None

    image.upload(check, image, image, preprocess=False, **DECODING, **QUIET)


def paintings_input(desk: StudioContext, *, task: str, most: int, label: str) -> tuple[gr.Gallery, list[Any]]:
    """One painting or several; or some of the samples.

    Returns:
        The input, and the events that change it: a gallery does not tell of changes that the page made.
    """
    heading(label)
    look = "pictures" if most > 1 else "pictures one"
    gallery = gr.Gallery(label=label, type="filepath", columns=3, height=150, object_fit="contain",
                         interactive=True, file_types=["image"], elem_id=f"{task}-styles", elem_classes=look,
                         allow_preview=False, sources=["upload", "clipboard"])  # fmt: skip
    buttons = sample_buttons(desk, samples.STYLES, kind="painting")
    blend = None
    if most > 1:
        blend = gr.Checkbox(label="Use several: a sample joins the others", container=False,
                            elem_id=f"{task}-blend", elem_classes="plain")  # fmt: skip
    events: list[Any] = []
    for name, button in buttons.items():
        inputs = [gallery] if blend is None else [gallery, blend]
        joined = _joined(desk, name, most)
        events.append(button.click(joined, inputs, gallery, preprocess=False, **QUIET).then)

    def check(sent: Any, request: gr.Request) -> Any:
        paths = paths_of(sent)
        good = _taken(desk, paths, request)
        if len(good) > most:
            gr.Warning(f"At most {most} paintings are blended here; the last {most} are kept.")
        kept = good[-most:]
        return gr.skip() if kept == paths else [str(path) for path in kept]

    events.append(gallery.upload(check, gallery, gallery, preprocess=False, **DECODING, **QUIET).then)
    events += [gallery.change, gallery.delete]
    return gallery, events


def under_brush(picture: Any) -> Any:
    """What an editor shows below its strokes: a Pillow picture or a file; None for nothing."""
    if picture is None:
        return None
    shown = str(picture) if isinstance(picture, Path) else picture
    return {"background": shown, "layers": [], "composite": None}


def heading(words: str) -> None:
    """What the next inputs are for."""
    gr.HTML(f"<h2>{words}</h2>")


def hint(words: str) -> None:
    """What to do with the next input."""
    gr.HTML(f"<p class='hint'>{words}</p>")


def after(events: Sequence[Any], change: Callable[[Any], Any], gallery: gr.Gallery, outputs: Any) -> None:
    """Let something follow what a gallery shows."""
    for event in events:
        event(change, gallery, outputs, preprocess=False, **QUIET)


def sample_buttons(desk: StudioContext, names: Sequence[str], *, kind: str) -> dict[str, gr.Button]:
    """A button with a picture for each sample."""
    with gr.Row(elem_classes="samples"):
        return {
            name: gr.Button(name.replace("-", " "), icon=str(desk.shelf.thumbnail(name)), size="sm",
                            min_width=60, elem_classes=[f"sample-{kind}", f"sample-{name}"])
            for name in names
        }  # fmt: skip


def _sample(desk: StudioContext, name: str) -> Callable[[], str]:
    def sample() -> str:
        return str(desk.shelf.picture(name))

    return sample


def _joined(desk: StudioContext, name: str, most: int) -> Callable[..., list[str]]:
    def joined(sent: Any, blend: bool = False) -> list[str]:
        new = str(desk.shelf.picture(name))
        before = [str(path) for path in paths_of(sent)] if blend else []
        return [*before, new][-most:]

    return joined


def _taken(desk: StudioContext, paths: list[Path], request: gr.Request) -> list[Path]:
    """Those that can be used; a message for each of the others."""
    good: list[Path] = []
    # The bad ones stay as long as the visitor: the browser still asks for what it shows.
    desk.visits.of(request.session_hash).brought(paths)
    for path in paths:
        try:
            check_pictures([path], desk.limits)
            good.append(path)
        except PictureError as error:
            told = [live.sentence(error)]
            told += [f"Got {error.got}."] if error.got else []
            gr.Warning(" ".join(told))
    return good
