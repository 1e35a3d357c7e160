"""The sheet of docs/explain.md: four of the page's figures.

python docs/pictures/explain.py
"""

from __future__ import annotations

from pathlib import Path

from impasto import explain, samples
from impasto.explain.figure_style import on_white, render
from impasto.images import grid


def main() -> None:
    """Draw and write the sheet."""
    photo, style = samples.photo("chelsea"), samples.style("swirl")
    figures = [
        explain.receptive_fields(photo),
        explain.gram_matrices(photo, style),
        explain.style_reconstructions(style),
        explain.top_patches(channels=("relu5_1:117", "relu5_1:126", "relu5_1:85")),
    ]
    cells = [on_white(render(figure)) for figure in figures]
    titles = ["receptive fields", "Gram matrices"]
    below = ["textures from growing sets of layers", "what excites a channel most"]
    sheet = grid.contact_sheet(
        [cells[:2], cells[2:]],
        labels=[["", ""], below],
        column_titles=titles,
        cell_px=560,
        background=(255, 255, 255),
    )
    sheet.save(Path(__file__).with_name("explain.jpg"), quality=80, optimize=True)


if __name__ == "__main__":
    main()
