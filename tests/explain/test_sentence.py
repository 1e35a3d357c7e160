"""The passage beside the picture."""

import pytest

from impasto.explain.sentence import PASSAGE, draw_losses, passage_stages, picture_losses, sentence_losses
from impasto.text.sites import Paragraph
from impasto.text.stages import lost_words


@pytest.fixture(scope="module")
def passage():
    return passage_stages()


def test_style_falls_and_content_rises_from_nothing(passage):
    assert passage[0].text == PASSAGE and (passage[0].style_loss, passage[0].content_loss) == (1.0, 0.0)
    assert passage[-1].style_loss < 0.95 and passage[-1].content_loss > 0
    assert all(stage.after in stage.text for stage in passage[1:])


def test_lost_words_by_hand():
    old = Paragraph.of("The big dog looked at the house.")
    assert lost_words(old, old) == 0
    assert lost_words(old, Paragraph.of("The large dog looked at the house.")) == 0.25


def test_curves_are_the_losses(context, passage):
    figure = draw_losses(context, passage)
    content, style = picture_losses(context.page_run(init="content"))
    left, right = ({line.get_label(): list(line.get_ydata()) for line in axes.lines} for axes in figure.axes)
    assert left == {"content": content, "style": style} and style[0] == 1
    assert right["style"] == [stage.style_loss for stage in passage]


def test_a_figure_from_python(pictures, tiny):
    assert len(sentence_losses(*pictures, **tiny).axes) == 2
