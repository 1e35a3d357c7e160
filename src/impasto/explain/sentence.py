"""Content loss and style loss of a passage of prose, beside those of a picture."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Unpack

from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, RecordedRun
from impasto.explain.figure_style import (
    CURVE_COLORS,
    FONT_PT,
    TEXT_COLOR,
    WIDTH_IN,
    add_axes,
    add_legend,
    add_text,
    new_figure,
)
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions
from impasto.text.stages import Stage, stages

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PASSAGE = (
    "The old man looked at the big house on the hill. He was very scared, because the night was dark, and "
    "the wind made a terrible noise. Then he began to walk slowly toward the door. When he saw the room that "
    "he had left, he could hear nothing. It was a strange place, and he did not want to stay there."
)
"""Written for this page."""

AUTHOR = "poe"

STRENGTH = 1.0
"""Of the changes: the full strength, so that a short passage has many."""


def sentence_losses(
    content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]
) -> Figure:
    """Losses of a picture at each step, beside losses of a passage after each change.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        A matplotlib figure; every style loss is divided by that of the start.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.
    """
    return draw_losses(ExplainContext.read(content, style, **options), passage_stages())


def passage_stages() -> tuple[Stage, ...]:
    """The passage of this page, change by change."""
    return stages(PASSAGE, AUTHOR, strength=STRENGTH)


def picture_losses(run: RecordedRun) -> tuple[list[float], list[float]]:
    """Content and style loss at each step, without weights; style is divided by that of the first step."""
    content = [row["content"] / run.settings.content_weight for row in run.history]
    first = run.history[0]["style"]
    return content, [row["style"] / first for row in run.history]


def draw_losses(context: ExplainContext, passage: tuple[Stage, ...]) -> Figure:
    """The figure of the two pictures and the passage."""
    load("matplotlib.figure")  # before anything is painted
    content, style = picture_losses(context.page_run(init="content"))
    figure = new_figure(WIDTH_IN, 2.6)
    width, left, gap = 1.65, 0.62, 0.3
    sides = (
        ("the picture", "step", range(1, len(content) + 1), content, style),
        ("the passage", "change", range(len(passage)), [stage.content_loss for stage in passage],
         [stage.style_loss for stage in passage]),
    )  # fmt: skip
    panels: list[Axes] = []
    for index, (title, unit, places, content_loss, style_loss) in enumerate(sides):
        x = left + index * (width + gap)
        add_text(figure, title, left=x + width / 2, top=0.14)
        axes = add_axes(figure, left=x, top=0.3, width=width, height=1.7)
        axes.plot(places, content_loss, color=CURVE_COLORS[0], label="content", linewidth=1.5)
        axes.plot(places, style_loss, color=CURVE_COLORS[1], label="style", linewidth=1.5)
        axes.set_ylim(0, 1.05 * max(1.0, *content_loss, *style_loss))
        axes.set_xlabel(unit, color=TEXT_COLOR, fontsize=FONT_PT)
        panels.append(axes)
    panels[0].set_ylabel("loss", color=TEXT_COLOR, fontsize=FONT_PT)
    add_legend(panels[1])
    return figure


def chapter(context: ExplainContext) -> Chapter:
    """The same two losses for prose."""
    passage = passage_stages()
    content, style = picture_losses(context.page_run(init="content"))
    last = passage[-1]
    rows = "\n".join(
        f"<tr><td>{number}</td><td><del>{html.escape(stage.before) or '(nothing)'}</del> "
        f"<ins>{html.escape(stage.after) or '(nothing)'}</ins></td><td>{stage.style_loss:.2f}</td>"
        f"<td>{stage.content_loss:.2f}</td></tr>"
        for number, stage in enumerate(passage[1:], 1)
    )
    return Chapter(
        text=f"""
<p>A text has a content and a style, too, and <code>impasto text</code> weighs the same two losses. The style
of an author is a table of counts, as a Gram matrix is one: how often each function word and each mark stands
there, and, where English has a choice such as "on" or "upon", how often the author takes each. The style loss
is the distance of these counts from the author's. The content loss is here the share of the content words
that are no longer the old ones.</p>
<p>Pixels change a little at every step, along the gradient. Words have no gradient: a search tries whole
changes and keeps the set with the largest gain. The changes below are of that set, the one with the largest
gain first.</p>
<p><del>{html.escape(passage[0].text)}</del></p>
<p><ins>{html.escape(last.text)}</ins></p>""",
        figures=(
            ChapterFigure(
                name="sentence",
                picture=draw_losses(context, passage),
                alt=f"Two panels with content and style loss: on the left over {len(content)} steps of the "
                f"picture, on the right over {len(passage) - 1} changes of the passage.",
                caption=f"Left, this page's picture, started from the photo: the style loss goes from 1 to "
                f"{style[-1]:.2f} of its first value, the content loss from {content[0]:.2f} to "
                f"{content[-1]:.2f}. Right, the passage above towards {AUTHOR.capitalize()}: after "
                f"{len(passage) - 1} changes the style loss is {last.style_loss:.2f} of its first value, and "
                f"{last.content_loss:.0%} of the content words are others. The units of the two panels "
                "differ, so only their shapes can be compared. A passage of a few sentences cannot come near "
                "to rates that were counted in a book.",
            ),
        ),
        after=f"<table><thead><tr><th>change</th><th>old and new</th><th>style loss</th><th>content loss</th>"
        f"</tr></thead><tbody>{rows}</tbody></table>",
    )
