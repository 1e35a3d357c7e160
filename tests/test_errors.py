import pytest

from impasto import errors
from impasto.errors import ImpastoError, nearest

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ImpastoError)]


def test_the_text_has_a_line_for_each_note():
    error = ImpastoError("there is no layer 'relu9'", got="relu9", expected="relu1, relu2", attempt="relu2")
    assert (
        str(error)
        == "there is no layer 'relu9'\n  got       relu9\n  expected  relu1, relu2\n  try       relu2"
    )


def test_notes_without_text_are_left_out():
    assert str(ImpastoError("no style", attempt="a painting")) == "no style\n  try       a painting"
    assert str(ImpastoError("no style")) == "no style"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_caught_as_one_and_exits_with_2(kind):
    with pytest.raises(ImpastoError) as caught:
        raise kind("problem", got="this")
    assert (caught.value.problem, caught.value.got, caught.value.exit_code) == ("problem", "this", 2)


def test_nearest():
    choices = ["vgg19", "compact", "relu3_1"]
    assert nearest("VGG-19", choices) == "did you mean 'vgg19'?"
    assert nearest("relu31", iter(choices)) == "did you mean 'relu3_1'?"
    assert nearest("zzz", choices) == ""
