from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.text.quotations import quoted
from impasto.text.tokens import join, sentences, tokenize


@given(st.text(max_size=200))
def test_joined_again_the_tokens_are_the_text(text):
    assert join(tokenize(text)) == text


def test_contractions_are_two_tokens():
    assert [token.low for token in tokenize("Don’t say it’s Alice's.")] == [
        "do", "n't", "say", "it", "'s", "alice", "'s", ".",
    ]  # fmt: skip


def test_markup_is_one_token():
    kinds = {
        token.text: token.kind for token in tokenize('Go <a href="x">home</a> &amp; [there](http://a.b).')
    }
    assert kinds['<a href="x">'] == kinds["&amp;"] == kinds["[there](http://a.b)"] == "tag"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He came. She went.", 2),
        ("Mr. Darcy came with E. Bennet.", 1),
        ("‘Stop!’ said he. Nobody stopped.", 2),
        ("No end", 1),
        ("“Go!” she said. “Now.”", 2),
    ],
)
def test_sentences(text, count):
    found = sentences(tokenize(text))
    assert len(found) == count
    assert found[0][0] == 0 and found[-1][1] == len(tokenize(text))
    assert all(left[1] == right[0] for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“Go home,” said he.", "“Go home,”"),
        ('He said "no" twice.', '"no"'),
        ("‘It’s late,’ said Alice’s sister.", "‘It’s late,’"),
        ("“One speech that goes on", "“One speech that goes on"),
        ("The boys' dog wasn't here.", ""),
    ],
)
def test_quotations(text, inside):
    tokens = tokenize(text)
    marked = [token for token, is_quoted in zip(tokens, quoted(tokens), strict=True) if is_quoted]
    assert join(marked).strip() == inside
