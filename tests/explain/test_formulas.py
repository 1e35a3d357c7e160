"""Equations as MathML that is well formed."""

import sys
from xml.etree import ElementTree

import pytest

from impasto.errors import OutputError
from impasto.explain import formulas
from impasto.explain.formulas import display, inline

EQUATIONS = {name: value for name, value in vars(formulas).items() if isinstance(value, tuple)}
SYMBOLS = {name: value for name, value in vars(formulas).items() if name.isupper() and isinstance(value, str)}
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "msubsup": 3, "munderover": 3}


def local(node):
    return node.tag.rpartition("}")[2]


def test_all_seven_equations_of_the_paper():
    sources = {source for _, source in EQUATIONS.values()}
    assert {f"Gatys 2016, eq. {number}" for number in range(1, 8)} < sources


@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_has_its_source_and_no_empty_part(name):
    tree = ElementTree.fromstring(display(EQUATIONS[name]))
    math, source = tree
    assert local(math) == "math" and math.get("display") == "block"
    assert source.text == EQUATIONS[name][1]
    for node in math.iter():
        assert len(node) or (node.text or "").strip() or local(node) == "mspace"
        assert len(node) == CHILDREN.get(local(node), len(node)), ElementTree.tostring(node)


@pytest.mark.parametrize("name", SYMBOLS)
def test_no_latex_command_is_left_over(name):
    math = ElementTree.fromstring(inline(SYMBOLS[name]))
    assert math.get("display") == "inline" and "\\" not in "".join(math.itertext())


def test_an_entry_of_the_gram_matrix_has_its_indices():
    math = ElementTree.fromstring(inline(formulas.G_IJ))
    (entry,) = [node for node in math.iter() if local(node) == "msubsup"]
    assert ["".join(part.itertext()) for part in entry] == ["G", "ij", "l"]


def test_latex2mathml_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    with pytest.raises(OutputError, match="writing formulas needs latex2mathml"):
        inline("x")
