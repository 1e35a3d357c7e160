"""The papers' equations in LaTeX, converted to MathML, which browsers draw without a script.

Needs latex2mathml: ``pip install "impasto[explain]"``.
"""

from __future__ import annotations

from impasto.explain.optional_imports import load

Equation = tuple[str, str]
"""LaTeX, and the paper with the number of the equation."""

CONTENT = (
    r"\mathcal{L}_\text{content} = \frac{1}{2} \sum_{i,j} \left(F_{ij}^l - P_{ij}^l\right)^2",
    "Gatys 2016, eq. 1",
)
CONTENT_GRADIENT = (
    r"\frac{\partial \mathcal{L}_\text{content}}{\partial F_{ij}^l} = \begin{cases}"
    r"\left(F^l - P^l\right)_{ij} & \text{if } F_{ij}^l > 0 \\ 0 & \text{if } F_{ij}^l < 0 \end{cases}",
    "Gatys 2016, eq. 2",
)
GRAM = (r"G_{ij}^l = \sum_k F_{ik}^l F_{jk}^l", "Gatys 2016, eq. 3")
STYLE_LAYER = (
    r"E_l = \frac{1}{4 N_l^2 M_l^2} \sum_{i,j} \left(G_{ij}^l - A_{ij}^l\right)^2",
    "Gatys 2016, eq. 4",
)
STYLE = (r"\mathcal{L}_\text{style} = \sum_l w_l E_l", "Gatys 2016, eq. 5")
STYLE_GRADIENT = (
    r"\frac{\partial E_l}{\partial F_{ij}^l} = \begin{cases} \frac{1}{N_l^2 M_l^2}"
    r"\left(\left(F^l\right)^\top \left(G^l - A^l\right)\right)_{ji} & \text{if } F_{ij}^l > 0 \\"
    r"0 & \text{if } F_{ij}^l < 0 \end{cases}",
    "Gatys 2016, eq. 6",
)
TOTAL = (
    r"\mathcal{L}_\text{total} = \alpha \mathcal{L}_\text{content} + \beta \mathcal{L}_\text{style}",
    "Gatys 2016, eq. 7",
)
RECEPTIVE_FIELD = (
    r"r_l = r_{l-1} + (k_l - 1) j_{l-1}, \quad j_l = j_{l-1} s_l",
    "Araujo, Norris, Sim 2019, eq. 2, layer by layer",
)
ACTIVATION_MAXIMISATION = (
    r"x^* = \underset{x}{\text{arg max}} \frac{1}{M_l} \sum_k F_{ik}^l(x)"
    r"- \lambda \mathcal{L}_\text{variation}(x)",
    "after Erhan et al. 2009, eq. 1",
)

F_IJ, G_IJ, E_L, N_L, M_L = "F_{ij}^l", "G_{ij}^l", "E_l", "N_l", "M_l"
ALPHA, BETA, RATIO = r"\alpha", r"\beta", r"\frac{\alpha}{\beta}"
PIXEL_GRADIENT = r"\frac{\partial \mathcal{L}_\text{total}}{\partial x}"


def inline(latex: str, *, display: str = "inline") -> str:
    """LaTeX as MathML: ``<math>...</math>``.

    Raises:
        OutputError: latex2mathml is not installed.
    """
    mathml: str = load("latex2mathml.converter").convert(latex, display=display)
    return mathml


def display(equation: Equation) -> str:
    """An equation as HTML, with its source beside it.

    Raises:
        OutputError: latex2mathml is not installed.
    """
    latex, source = equation
    mathml = inline(latex, display="block")
    return f'<div class="formula">{mathml}<span class="source">{source}</span></div>'
