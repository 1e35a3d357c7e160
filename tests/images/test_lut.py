"""Colour tables for editors."""

import pytest
import torch

from impasto.errors import OutputError, PictureError
from impasto.images.lut import apply_table, fit_table, read_cube, write_cube

AFFINE = torch.tensor([[0.6, 0.1, 0.0, 0.1], [0.05, 0.5, 0.1, 0.12], [0.0, 0.2, 0.4, 0.2]])


def moved(picture):
    return torch.einsum("ij,njhw->nihw", AFFINE[:, :3], picture) + AFFINE[:, 3, None, None]


def test_a_table_written_and_read_gives_the_same_colours(tmp_path):
    picture = torch.rand(1, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    table = fit_table(picture, moved(picture))
    again = read_cube(write_cube(tmp_path / "grade.cube", table))
    assert again.shape == (33, 33, 33, 3)
    assert (again - table).abs().max() < 1e-6
    other = torch.rand(1, 3, 30, 20, generator=torch.Generator().manual_seed(1))
    assert (apply_table(again, other) - moved(other)).abs().max() < 2e-3


def test_rows_of_the_file_have_red_fastest(tmp_path):
    axis = torch.linspace(0, 1, 2)
    blue, green, red = torch.meshgrid(axis, axis, axis, indexing="ij")
    path = write_cube(tmp_path / "none.cube", torch.stack([red, green, blue], 3))
    rows = [line for line in path.read_text().splitlines() if line[:1].isdigit()]
    assert rows[1] == "1.000000 0.000000 0.000000" and rows[4] == "0.000000 0.000000 1.000000"


def test_what_is_clipped_has_no_say_and_one_colour_is_no_fault():
    picture = torch.rand(1, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    after = (moved(picture) * 1.8 - 0.3).clamp(0, 1)
    inside = (after > 0).all(1) & (after < 1).all(1)
    found = apply_table(fit_table(picture, after), picture)
    assert (found - after).abs().amax(1)[inside].max() < 0.02
    grey = torch.full((1, 3, 8, 8), 0.5)
    assert (apply_table(fit_table(grey, grey * 0.6), grey) - 0.3).abs().max() < 1e-3


def test_what_cannot_be(tmp_path):
    with pytest.raises(OutputError, match=r"output format '\.txt' is unknown"):
        write_cube(tmp_path / "grade.txt", torch.zeros(2, 2, 2, 3))
    (tmp_path / "bad.cube").write_text("LUT_3D_SIZE 2\n0 0 0\n")
    with pytest.raises(PictureError, match=r"that is no colour table(.|\n)*bad.cube: 1 rows"):
        read_cube(tmp_path / "bad.cube")
