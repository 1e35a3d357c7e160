import pytest

from impasto.text.content import compare
from impasto.text.sites import Paragraph


def content(before, after):
    return compare(Paragraph.of(before), Paragraph.of(after))


def test_a_synonym_keeps_the_content():
    found = content(
        "He began to run to the house of Mr. Darcy.", "He commenced to run to the dwelling of Mr. Darcy."
    )
    assert found.is_kept and found.words == 1.0


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("He saw the tall Alice there.", "He saw the tall Jane there.", "names"),
        ("She had 3 cats.", "She had 4 cats.", "numbers"),
        ("He said “no” to it.", "He said “yes” to it.", "quotations"),
        ("He did not go.", "He did go.", "negations"),
    ],
)
def test_what_may_never_change(before, after, part):
    found = content(before, after)
    assert not getattr(found, part) and not found.is_kept


def test_lost_words_are_counted():
    assert content("The old dog slept soundly.", "The cat purred.").words < 0.5


def test_idioms_with_no_are_no_negations():
    assert content("No doubt he came.", "Certainly he came.").negations
