import json
import time

import pytest

import impasto
from impasto.errors import OutputError, SettingError, TextError
from impasto.text.content import compare
from impasto.text.sites import Paragraph
from impasto.text.stylize import rewrite_text, rewrite_text_steps

STORY = """The old man looked at the big house on the hill. He was very scared, because the night was
dark, and the wind made a terrible noise. Then he began to walk slowly toward the door of Mr. Brown. He opened
it and went into the room; there were 12 chairs inside. He thought he heard a strange voice, but he could not
see anything.

“Don't go on,” said Alice. “I didn't want it.” She didn't know what to do, and she sat down on a chair.
"""


@pytest.mark.parametrize("author", ["poe", "austen", "carroll", "twain"])
def test_an_author_changes_the_words_and_keeps_the_content(author):
    result = rewrite_text(STORY, author)
    assert len(result.changes) >= 3 and result.text != STORY
    for old, new in zip(STORY.split("\n\n"), result.text.split("\n\n"), strict=True):
        content = compare(Paragraph.of(" ".join(old.split())), Paragraph.of(" ".join(new.split())))
        assert content.is_kept and content.words >= 0.9
    assert "“Don't go on,”" in result.text and "“I didn't want it.”" in result.text
    assert result.after.characters > result.before.characters


def test_strength_zero_changes_nothing():
    result = rewrite_text(STORY, "poe", strength=0)
    assert result.text == STORY and result.changes == ()


def test_more_strength_changes_more():
    counts = [len(rewrite_text(STORY, "poe", strength=strength).changes) for strength in (0.1, 1.0)]
    assert counts[0] < counts[1]


def test_a_seed_gives_the_same_text_again():
    assert rewrite_text(STORY, "poe", seed=3).text == rewrite_text(STORY, "poe", seed=3).text


def test_old_and_new_pieces_make_the_two_texts():
    flat = " ".join(STORY.split("\n\n")[0].split())
    result = rewrite_text(flat, "poe")
    old = "".join(piece.change.before if piece.change else piece.text for piece in result.pieces)
    new = "".join(piece.change.after if piece.change else piece.text for piece in result.pieces)
    assert (old, new) == (flat, result.text)
    assert all(flat[change.start :].startswith(change.before) for change in result.changes)


def test_each_paragraph_is_a_step():
    steps = list(rewrite_text_steps(STORY, "poe"))
    assert [step.number for step in steps] == [1, 2] and steps[0].count == 2 and steps[0].changes


def test_markdown_and_html_keep_their_marks():
    text = "# The title of the tale\n\n- He sat *on* the [big chair](x.html), because he was tired.\n"
    assert rewrite_text(text, "poe").text.startswith("# The title of the tale\n\n- He sat ")
    page = '<html><body class="on"><p>He sat on the chair, because he did not want to go.</p></body></html>'
    new = rewrite_text(page, "poe").text
    assert (
        new != page
        and new.startswith('<html><body class="on"><p>He sat ')
        and new.endswith("</p></body></html>")
    )


def test_quotations_are_rewritten_only_if_asked():
    text = "“I sat on the chair, because I did not want to go, and I began to sing.”"
    assert not rewrite_text(text, "poe").changes
    assert rewrite_text(text, "poe", rewrite_quotations=True).changes


def test_one_word_stays_with_a_note():
    result = rewrite_text("Nevermore", "poe")
    assert result.text == "Nevermore"
    assert result.notes == ("text: nothing was changed: too few words (1); give at least a few sentences",)
    assert rewrite_text("Nevermore", "poe", strength=0).notes == ()


def test_a_text_without_prose_stays_with_a_note():
    verse = "Tiger of the night\nBright as any flame\nWho could ever see\nWhere you came from\n" * 2
    result = rewrite_text(verse, "poe")
    assert result.text == verse and "no sentence of prose" in result.notes[0]


def test_a_text_is_saved_with_its_record(tmp_path):
    result = impasto.rewrite_text(STORY, ["poe", "austen"], style_weights=[1, 1])
    path = result.save(tmp_path / "out.txt")
    record = json.loads((tmp_path / "out.json").read_text())
    assert path.read_text() == result.text
    assert record["style"] == "poe + austen" and len(record["changes"]) == len(result.changes)
    assert record["meter"]["after"] == result.after.to_dict()


def test_a_text_is_not_overwritten_by_its_record(tmp_path):
    result = rewrite_text("He sat on the chair.", "poe")
    with pytest.raises(OutputError, match="text and record have the same name"):
        result.save(tmp_path / "out.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [STORY * 3, (STORY * 3).encode()])
def test_a_text_in_memory_may_be_too_large_too(content):
    with pytest.raises(TextError, match="text is too large"):
        rewrite_text(content, "poe", max_megabytes=0.001)


@pytest.mark.parametrize("weights", [(float("nan"),), (float("inf"),), (0.0,), (-1.0,), (1.0, 1.0)])
def test_weights_that_are_no_weights(weights):
    with pytest.raises(SettingError, match="style_weights has"):
        rewrite_text(STORY, "poe", style_weights=weights)


def test_a_small_word_is_not_put_in_twice_side_by_side():
    text = "She was very glad. The work was hard, the days were long, the nights were cold, and he was sad. "
    for author in ("poe", "austen"):
        result = rewrite_text(text, author, strength=1)
        put_in = [change.after for change in result.changes if change.family == "degree"]
        words = [after.split()[0] for after in put_in if len(after.split()) == 2]
        assert len(words) == len(set(words)), result.text


def test_the_page_of_changes_shows_each():
    result = rewrite_text(STORY, "poe")
    page = result.diff_html()
    assert page.count("<ins>") == len(result.changes) and "gain" in page and "<script" not in page


def test_a_page_takes_seconds():
    rewrite_text("He sat on the chair.", "poe")  # the models are read
    start = time.perf_counter()
    rewrite_text(STORY * 4, "poe")
    assert time.perf_counter() - start < 10  # the aim is 2 s on an idle machine
