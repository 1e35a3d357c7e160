"""Formulas as MathML that is well formed."""

from xml.etree import ElementTree

import pytest

from impasto.explain import formulas

SHOWN = [name for name, value in vars(formulas).items() if isinstance(value, str) and "<math" in value]


def test_all_seven_equations_of_the_paper():
    sources = "".join(getattr(formulas, name) for name in SHOWN)
    assert all(f"Gatys 2016, eq. {number}<" in sources for number in range(1, 8))


@pytest.mark.parametrize("name", SHOWN)
def test_tags_are_balanced_and_nothing_is_empty(name):
    tree = ElementTree.fromstring(getattr(formulas, name))
    (math,) = tree.iter("math")
    assert math.get("display") == "block" and tree[1].text
    assert all(len(node) or (node.text or "").strip() for node in math.iter() if node.tag not in ("mspace",))
    for node in math.iter():
        wanted = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "msubsup": 3, "munderover": 3}.get(node.tag)
        assert wanted is None or len(node) == wanted, ElementTree.tostring(node)
