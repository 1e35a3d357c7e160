"""The papers' formulas as MathML, which browsers draw without any script."""

from __future__ import annotations


def row(*parts: str) -> str:
    """Parts beside each other."""
    return f"<mrow>{''.join(parts)}</mrow>"


def name(letter: str) -> str:
    """A variable."""
    return f"<mi>{letter}</mi>"


def word(text: str) -> str:
    """A name of several letters, upright."""
    return f'<mi mathvariant="normal">{text}</mi>'


def sign(text: str) -> str:
    """An operator or a bracket."""
    return f"<mo>{text}</mo>"


def number(text: str) -> str:
    """A number."""
    return f"<mn>{text}</mn>"


def sub(base: str, below: str) -> str:
    """An index below."""
    return f"<msub>{base}{below}</msub>"


def sup(base: str, above: str) -> str:
    """An exponent."""
    return f"<msup>{base}{above}</msup>"


def subsup(base: str, below: str, above: str) -> str:
    """An index below and one above."""
    return f"<msubsup>{base}{below}{above}</msubsup>"


def over(top: str, bottom: str) -> str:
    """A fraction."""
    return f"<mfrac>{top}{bottom}</mfrac>"


def total(below: str) -> str:
    """A sum over something."""
    return f"<munder>{sign('&#x2211;')}{below}</munder>"


def inline(*parts: str) -> str:
    """A formula within a line."""
    return f"<math>{row(*parts)}</math>"


def display(*parts: str, source: str) -> str:
    """A formula on a line of its own, with where it stands."""
    return (
        f'<div class="formula"><math display="block">{row(*parts)}</math>'
        f'<span class="source">{source}</span></div>'
    )


GATYS = "Gatys 2016, eq. "

EQUALS, MINUS, PLUS = sign("="), sign("&#x2212;"), sign("+")
OPEN, CLOSE = sign("("), sign(")")
ALPHA, BETA = name("&#x3b1;"), name("&#x3b2;")
IJ = row(name("i"), name("j"))
L = name("l")
_SCRIPT_L = name("&#x2112;")

LOSS_CONTENT = sub(_SCRIPT_L, word("content"))
LOSS_STYLE = sub(_SCRIPT_L, word("style"))
LOSS_TOTAL = sub(_SCRIPT_L, word("total"))
F_IJ = subsup(name("F"), IJ, L)
P_IJ = subsup(name("P"), IJ, L)
G_IJ = subsup(name("G"), IJ, L)
A_IJ = subsup(name("A"), IJ, L)
E_L = sub(name("E"), L)
N_L, M_L = sub(name("N"), L), sub(name("M"), L)
_PARTIAL = sign("&#x2202;")

CONTENT = display(
    LOSS_CONTENT, EQUALS, over(number("1"), number("2")), total(row(name("i"), sign(","), name("j"))),
    sup(row(OPEN, F_IJ, MINUS, P_IJ, CLOSE), number("2")), source=f"{GATYS}1",
)  # fmt: skip

_BRACE = '<mo form="prefix" stretchy="true">{</mo>'


def _if_fires(what: str) -> str:
    """What a gradient is where a unit fires; where it is silent it is 0."""
    cases = ((what, "&gt;"), (number("0"), "&lt;"))
    rows = "".join(
        f"<mtr><mtd>{value}</mtd><mtd><mtext>if&#xa0;</mtext>{row(F_IJ, sign(than), number('0'))}</mtd></mtr>"
        for value, than in cases
    )
    return f"{_BRACE}<mtable class='cases'>{rows}</mtable>"


CONTENT_GRADIENT = display(
    over(row(_PARTIAL, LOSS_CONTENT), row(_PARTIAL, F_IJ)), EQUALS,
    _if_fires(sub(row(OPEN, sup(name("F"), L), MINUS, sup(name("P"), L), CLOSE), IJ)), source=f"{GATYS}2",
)  # fmt: skip

GRAM = display(
    G_IJ, EQUALS, total(name("k")), subsup(name("F"), row(name("i"), name("k")), L),
    subsup(name("F"), row(name("j"), name("k")), L), source=f"{GATYS}3",
)  # fmt: skip

_SQUARES = subsup(name("N"), L, number("2")) + subsup(name("M"), L, number("2"))

STYLE_LAYER = display(
    E_L, EQUALS, over(number("1"), row(number("4"), _SQUARES)),
    total(row(name("i"), sign(","), name("j"))), sup(row(OPEN, G_IJ, MINUS, A_IJ, CLOSE), number("2")),
    source=f"{GATYS}4",
)  # fmt: skip

STYLE = display(LOSS_STYLE, EQUALS, total(L), sub(name("w"), L), E_L, source=f"{GATYS}5")

_GRADIENT_OF_E = row(
    over(number("1"), row(_SQUARES)),
    sub(
        row(OPEN, sup(row(OPEN, sup(name("F"), L), CLOSE), sign("&#x22a4;")),
            OPEN, sup(name("G"), L), MINUS, sup(name("A"), L), CLOSE, CLOSE),
        row(name("j"), name("i")),
    ),
)  # fmt: skip
STYLE_GRADIENT = display(
    over(row(_PARTIAL, E_L), row(_PARTIAL, F_IJ)), EQUALS, _if_fires(_GRADIENT_OF_E), source=f"{GATYS}6"
)

TOTAL = display(LOSS_TOTAL, EQUALS, ALPHA, LOSS_CONTENT, PLUS, BETA, LOSS_STYLE, source=f"{GATYS}7")

FIELD = display(
    sub(name("r"), L), EQUALS, sub(name("r"), row(L, MINUS, number("1"))), PLUS,
    OPEN, sub(name("k"), L), MINUS, number("1"), CLOSE, sub(name("j"), row(L, MINUS, number("1"))),
    sign(","), "<mspace width='1em'/>", sub(name("j"), L), EQUALS,
    sub(name("j"), row(L, MINUS, number("1"))), sub(name("s"), L),
    source="Araujo, Norris, Sim 2019, eq. 2, layer by layer",
)  # fmt: skip

FAVOURITE = display(
    sup(name("x"), sign("*")), EQUALS,
    "<munder><mrow><mi mathvariant='normal'>arg max</mi></mrow><mi>x</mi></munder>",
    over(number("1"), M_L), total(name("k")), subsup(name("F"), row(name("i"), name("k")), L),
    row(OPEN, name("x"), CLOSE), MINUS, name("&#x3bb;"), sub(_SCRIPT_L, word("variation")),
    row(OPEN, name("x"), CLOSE), source="after Erhan et al. 2009, eq. 1",
)  # fmt: skip
