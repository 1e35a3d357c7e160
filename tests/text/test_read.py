import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.errors import TextError
from impasto.text.read import blocks, check_english, decode, read_file, unwrap, wrap


@given(st.text(alphabet="ab <>/#`*\n-.pdiv|\"'", max_size=120))
def test_the_blocks_joined_are_the_text(text):
    assert "".join(block.text for block in blocks(text)) == text


@pytest.mark.parametrize(
    "kept",
    [
        "# A heading of several words",
        "```\ncode that is not prose\n```",
        "<style>p { color: red; width of it }</style>",
        "   Indented lines of verse\n   that stand as they are",
        "The sea was blue\nThe sand was white\nThe sun was new",
        "CHAPTER THE FIRST OF ALL",
        "| a | table of words |",
    ],
)
def test_what_is_no_prose_is_kept(kept):
    text = f"Some prose that stands before.\n\n{kept}\n\nAnd prose that comes after it."
    prose = [block.text.strip() for block in blocks(text) if block.is_prose]
    assert prose == ["Some prose that stands before.", "And prose that comes after it."]


def test_tags_of_blocks_are_kept_and_their_text_is_prose():
    found = [block.text for block in blocks("<p>He went to the house.</p>") if block.is_prose]
    assert found == ["He went to the house."]


def test_encodings():
    assert decode("naïve".encode(), name="x") == ("naïve", ())
    assert decode("naïve".encode("utf-16"), name="x")[0] == "naïve"
    text, notes = decode("good naïve\n".encode() + "bad naïve".encode("cp1252"), name="x")
    assert text == "good naïve\nbad naïve" and "Windows-1252" in notes[0]


def test_a_binary_file_is_refused():
    with pytest.raises(TextError, match="this is no text"):
        decode(b"\x89PNG\0\0\1\2", name="x.png")


def test_half_of_a_utf_16_file_is_refused():
    with pytest.raises(TextError, match="text is damaged"):
        decode(b"\xff\xfea\0b", name="x.txt")


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "story.txt").write_text("Once upon a time.")
    for path, problem in ((tmp_path, "text is a folder"), (tmp_path / "stori.txt", "text is missing")):
        with pytest.raises(TextError, match=problem):
            read_file(path, max_megabytes=1)
    with pytest.raises(TextError, match=r"did you mean 'story.txt'"):
        read_file(tmp_path / "stori.txt", max_megabytes=1)
    with pytest.raises(TextError, match="text is too large"):
        read_file(tmp_path / "story.txt", max_megabytes=0.00001)


def test_language():
    check_english("He said that it was the end of the day, and so they went to the house.", name="x")
    with pytest.raises(TextError, match="text is empty"):
        check_english(" 123 ... ", name="x")
    german = "Der Mann ging durch den Wald und sah dort einen alten Baum, unter dem ein Hund lag. " * 2
    with pytest.raises(TextError, match="does not seem to be English"):
        check_english(german, name="x")


@given(
    st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(10, 40)
)
def test_wrapping_and_unwrapping(words, width):
    flat = " ".join(words)
    wrapped = wrap(flat, width)
    assert unwrap(wrapped)[0] == flat
    assert max(map(len, wrapped.split("\n"))) <= width


def test_two_encodings_in_one_line():
    text, notes = decode(b"He said \x93no\x94 in the caf\xc3\xa9.", name="a.txt")
    assert text == "He said “no” in the café." and "Windows-1252" in notes[0]


def test_lines_of_every_encoding_end_alike():
    for data in (b"one\r\ntwo\rthree", "one\r\ntwo\rthree".encode("utf-16"), b"one\r\ntwo\rthree caf\xe9"):
        assert decode(data, name="text")[0].startswith("one\ntwo\nthree")
