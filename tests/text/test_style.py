import numpy as np
import pytest

from impasto.errors import SettingError, TextError
from impasto.text import characters
from impasto.text.edits import edits_of
from impasto.text.meter import delta
from impasto.text.models import load
from impasto.text.packs import find_style, find_styles
from impasto.text.rhythm import guess, intervals, origin, stress
from impasto.text.sites import Paragraph
from impasto.text.style import Counts, Style, blend, count, length_class
from impasto.text.tally import Tally


@pytest.fixture(scope="module")
def background():
    return load().background


@pytest.fixture(scope="module")
def poe(background):
    return find_style("poe", background, max_megabytes=1)[0]


def test_a_style_is_the_same_after_a_trip_to_a_file(poe, tmp_path):
    poe.save(tmp_path / "poe.npz")
    again = Style.read((tmp_path / "poe.npz").read_bytes())
    assert again.rates == poe.rates and again.choices == poe.choices and again.names == poe.names
    assert np.array_equal(again.characters, poe.characters)


def test_a_pack_holds_no_passage_longer_than_five_words(poe):
    texts = [*poe.rates, *poe.names, *(variant for row in poe.choices.values() for variant in row)]
    assert max(len(text.split()) for text in texts) <= 5


def test_a_blend_of_one_is_itself_and_of_two_lies_between(poe, background):
    twain = find_style("twain", background, max_megabytes=1)[0]
    assert blend([poe], [3.0]) is poe
    mixed = blend([poe, twain], [1, 3])
    assert mixed.rates["upon"] == pytest.approx((poe.rates["upon"] + 3 * twain.rates.get("upon", 0)) / 4)
    assert sum(mixed.lengths) == pytest.approx(1)


def test_counting_by_hand(background):
    counts = count(
        [Paragraph.of("He went, and she went. “Upon the hill,” said she.")], background.function_words
    )
    assert counts.rates["and"] == 1 and counts.rates[","] == 1
    assert counts.rates["upon"] == 0  # it stands in a quotation
    assert counts.words == 7
    assert counts.lengths[length_class(5)] >= 1


def test_stress_and_origin_by_hand():
    words = "the raven was happy and beautiful".split()
    assert [stress(word) for word in words] == ["0", "10", "0", "10", "0", "100"]
    # strong ra, weak ven was, strong hap, weak py and, strong beau
    assert intervals(words) == {"<2 weak>": 2}
    assert [origin(word) for word in ("situation", "darkness", "upon", "house")] == [
        "<latin>",
        "<native>",
        "<old>",
        None,
    ]


def test_a_table_mends_the_guesses():
    assert guess("begin") == stress("begin") == "01" and guess("river") == "10"
    wrong = ["idea", "machine", "police", "upstairs"]
    assert all(guess(word) != stress(word) for word in wrong[:2])


def test_stress_belongs_to_a_style(poe, background):
    twain = find_style("twain", background, max_megabytes=1)[0]
    assert poe.rates["<latin>"] > 2 * twain.rates["<latin>"]
    assert twain.rates["<0 weak>"] > poe.rates["<0 weak>"]


def test_a_change_counts_the_stress_around_it(poe):
    paragraph = Paragraph.of("He sat down and began to weep.")
    edit = next(edit for edit in edits_of(paragraph, poe, load().fluency) if edit.text.strip() == "commenced")
    before, after = (intervals(f"he sat down and {verb} to weep".split()) for verb in ("began", "commenced"))
    for key in (*before, *after):
        assert edit.changes.get(("rate", key), 0) == after[key] - before[key]


def test_delta_by_hand(poe, background):
    counts = Counts(1000, {"the": poe.rates["the"] + 2 * background.spread["the"]}, {}, ())
    assert delta(counts, poe, background, ["the"]) == pytest.approx(2.0)


def test_the_gain_of_a_change_and_of_its_undoing_cancel(poe, background):
    counts = count(
        [Paragraph.of("He sat on the chair, and she sat on the floor.")], background.function_words
    )
    tally = Tally(counts, poe, background)
    forth = {("rate", "on"): -1.0, ("rate", "upon"): 1.0}
    back = {feature: -step for feature, step in forth.items()}
    gain = tally.gain(forth, {})
    assert gain > 0 and tally.gain(back, forth) == pytest.approx(-gain)
    tally.add(forth)
    assert tally.gain(back, {}) == pytest.approx(-gain)


def test_characters_tell_two_authors_apart():
    own, others = characters.counts("upon the summit " * 200), characters.counts("right on top of it " * 200)
    table = characters.weights(own, others)
    assert characters.score("upon the summit", table) > 0 > characters.score("right on top", table)
    assert np.array_equal(table, -characters.weights(others, own))


def test_a_short_style_is_counted_with_a_note(tmp_path, background):
    story = "It was late, and the man sat upon the bank of the river, for he was tired of the way. "
    (tmp_path / "mine.txt").write_text(story * 3)
    style, notes = find_style(tmp_path / "mine.txt", background, max_megabytes=1)
    assert style.name == "mine" and "only" in notes[0] and "5000" in notes[0]


def test_a_style_of_one_sentence_is_refused(tmp_path, background):
    (tmp_path / "mine.txt").write_text("It was late in the day.")
    with pytest.raises(TextError, match="style has too few words"):
        find_style(tmp_path / "mine.txt", background, max_megabytes=1)


def test_unknown_styles_and_wrong_weights(background):
    with pytest.raises(SettingError, match="did you mean 'poe'"):
        find_style("po", background, max_megabytes=1)
    with pytest.raises(SettingError, match="text needs a style"):
        find_styles([], None, background, max_megabytes=1)
    with pytest.raises(SettingError, match="style_weights has 1 values for 2 styles"):
        find_styles(["poe", "twain"], [1.0], background, max_megabytes=1)
