import pytest
import torch

from impasto.losses.evenness import EPSILON, GRID, EvennessLoss, unevenness
from impasto.losses.matting_laplacian import window_statistics


def steps(height=96, width=96):
    """Two even areas, dark and light, with an edge between them."""
    image = torch.full((1, 3, height, width), 0.3)
    image[..., width // 2 :] = 0.7
    return image


def distance(canvas, photo):
    loss = EvennessLoss({"image": 1.0})
    return loss({"image": canvas}, loss.target({"image": photo}))


@pytest.mark.parametrize("width", [3, 4])
def test_one_cell_on_an_even_ground_by_hand(width):
    # The map of a window is constant, so it explains nothing: each window that holds the cell adds 1 - 1/9.
    colors = torch.zeros(1, 3, 3, width)
    colors[..., 1, 1] = 1
    windows = window_statistics(torch.full((1, 3, 3, width), 0.5))
    cells = 3 * width
    variance = 1 / cells - 1 / cells**2
    by_hand = (width - 2) * (8 / 9) / cells / (variance + EPSILON)
    assert unevenness(colors, windows).item() == pytest.approx(by_hand, rel=1e-4)


def test_other_colors_brightness_and_contrast_are_even():
    photo = steps()
    other = torch.cat([0.5 * photo[:, :1] + 0.4, 1 - photo[:, 1:2], 0.1 + 0 * photo[:, 2:]], 1)
    assert distance(other, photo).item() < 1e-3


def test_a_halo_and_a_blotch_cost():
    photo = steps()
    halo, blotch = photo.clone(), photo.clone()
    halo[..., 48:56] += 0.2
    blotch[:, 1, 20:30, 10:20] += 0.2
    for canvas in (halo, blotch):
        assert distance(canvas, photo).item() > 0.004


def test_strokes_are_free():
    photo = steps(768, 768)  # a cell is 8 px
    strokes = photo.clone()
    strokes[:, :, ::4] += 0.2
    strokes[:, :, 1::4] += 0.2
    wide = photo.clone()
    for row in range(0, 768, 64):
        wide[:, :, row : row + 32] += 0.2
    assert distance(strokes, photo).item() < 0.02 * distance(wide, photo).item()


def test_the_grid_has_cells_of_one_percent_and_room_for_a_window():
    loss = EvennessLoss({"image": 1.0})
    assert loss.target({"image": torch.rand(1, 3, 400, 640)})["image"]["photo"].shape == (1, 3, 60, GRID)
    assert loss.target({"image": torch.rand(1, 3, 1, 2)})["image"]["photo"].shape == (1, 3, 3, 3)


def test_a_picture_of_one_colour_is_even_and_gives_a_gradient():
    canvas = torch.full((1, 3, 16, 16), 0.5, requires_grad=True)
    value = distance(canvas, torch.rand(1, 3, 16, 16))
    value.sum().backward()
    assert value.item() < 1e-6 and canvas.grad.isfinite().all()
