"""Names of many results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.batch.names import LONGEST_BYTES, Names, check_replaces_nothing
from impasto.errors import OutputError

STEMS = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1)


def test_equal_names_get_numbers():
    names = Names()
    assert [names.of("IMG_1", ".png") for _ in range(3)] == ["IMG_1.png", "IMG_1-2.png", "IMG_1-3.png"]


def test_a_name_that_has_a_number_already():
    names = Names()
    assert [names.of(stem, ".png") for stem in ("a-2", "a", "a")] == ["a-2.png", "a.png", "a-3.png"]


@pytest.mark.parametrize(("first", "second"), [("IMG", "img"), ("a", "a"), ("\u00e9", "e\u0301")])
def test_names_that_some_disks_take_for_the_same(first, second):
    names = Names()
    assert names.of(first, ".png") == f"{first}.png"
    assert names.of(second, ".jpg") == f"{second}-2.jpg"


@given(st.lists(STEMS, max_size=8))
def test_no_two_names_are_the_same_and_all_fit(stems):
    names = Names()
    given_names = [names.of(stem, ".png") for stem in [*stems, *stems]]
    assert len({name.casefold() for name in given_names}) == 2 * len(stems)
    assert all(len(name.encode()) < LONGEST_BYTES + 12 for name in given_names)


def test_a_reserved_name_is_not_given():
    names = Names()
    assert names.reserve("faces/a.png") and not names.reserve("faces/A.jpg") and names.reserve("a.png")
    assert names.of("a", ".png") == "a-2.png"


def test_no_result_replaces_a_picture_that_is_read(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    check_replaces_nothing(tmp_path, ["a.png"], [tmp_path / "a.jpg"])
    with pytest.raises(OutputError, match="a result would replace its photo"):
        check_replaces_nothing(tmp_path / "link", ["a.png"], [tmp_path / "a.png"])
