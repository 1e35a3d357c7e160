"""The matting Laplacian against a dense matrix, against pymatting, and on photos in other colours."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.matting_laplacian import (
    MattingLaplacianLoss,
    laplacian_product,
    matting_energy,
    window_statistics,
)


def photo(seed=0, height=7, width=9, dtype=torch.float64):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, height, width, generator=draw, dtype=dtype)


def dense(image, epsilon):
    """L written out: for each window, identity less the smoother of a ridge regression with a constant."""
    height, width = image.shape[2:]
    colors = image[0].flatten(1).mT.numpy()  # (P, 3)
    index = np.arange(height * width).reshape(height, width)
    matrix = np.zeros((height * width,) * 2)
    for y in range(height - 2):
        for x in range(width - 2):
            inside = index[y : y + 3, x : x + 3].ravel()
            centred = colors[inside] - colors[inside].mean(0)
            ridge = centred.T @ centred / 9 + epsilon / 9 * np.eye(3)
            smoother = (1 + centred @ np.linalg.solve(ridge, centred.T)) / 9
            matrix[np.ix_(inside, inside)] += np.eye(9) - smoother
    return torch.from_numpy(matrix)


@pytest.mark.parametrize("epsilon", [1e-7, 1e-3])
def test_it_is_the_dense_matrix(epsilon):
    image, values = photo(), photo(1)
    expected = (values[0].flatten(1) @ dense(image, epsilon)).view_as(values)
    assert_close(laplacian_product(values, window_statistics(image, epsilon=epsilon)), expected)


def test_it_is_the_matrix_of_pymatting():
    pymatting = pytest.importorskip("pymatting")
    image, values = photo(2, 12, 10), photo(3, 12, 10)
    matrix = pymatting.cf_laplacian(image[0].movedim(0, -1).numpy(), epsilon=1e-7, radius=1)
    expected = np.stack([matrix @ plane.numpy().ravel() for plane in values[0]]).reshape(values.shape)
    product = laplacian_product(values, window_statistics(image))
    assert_close(product, torch.from_numpy(expected), atol=1e-6, rtol=1e-6)


def test_a_photo_with_other_colours_costs_nothing_and_another_picture_does():
    image = photo()
    windows = window_statistics(image)
    matrix = torch.tensor([[0.5, 0.2, 0.1], [0.0, 0.3, 0.4], [0.3, -0.2, 0.6]], dtype=torch.float64)
    graded = torch.einsum("ij,njhw->nihw", matrix, image) + 0.1
    assert matting_energy(graded, windows).item() < 1e-6
    assert matting_energy(torch.full_like(image, 0.4), windows).item() < 1e-12
    assert matting_energy(photo(5), windows).item() > 0.1


def test_float32_is_enough_where_8_bits_make_windows_flat():
    """Windows of one or two levels have a covariance below EPSILON, and its inverse is a large number."""
    image = (photo(4, 40, 40) * torch.linspace(0, 0.1, 40, dtype=torch.float64) * 255).round() / 255
    values = photo(5, 40, 40)
    exact = laplacian_product(values, window_statistics(image))
    single = laplacian_product(values.float(), window_statistics(image.float()))
    assert (single - exact).abs().max() < 2e-3 * exact.abs().max()


def test_exact_in_tiles_with_a_rim_of_two_px():
    image, values = photo(0, 20, 24), photo(1, 20, 24)
    whole = laplacian_product(values, window_statistics(image))
    part = (..., slice(4, 15), slice(5, 18))
    tile = laplacian_product(values[part], window_statistics(image[part]))
    assert_close(tile[..., 2:-2, 2:-2], whole[part][..., 2:-2, 2:-2])


def test_the_gradient_is_twice_the_product():
    image, values = photo(), photo(1).requires_grad_()
    windows = window_statistics(image)
    matting_energy(values, windows).sum().backward()
    assert_close(values.grad, 2 * laplacian_product(values.detach(), windows) / (7 * 9))


def test_what_cannot_be():
    loss = MattingLaplacianLoss({"image": 1.0})
    with pytest.raises(ShapeError, match="photo"):
        loss.target({"image": torch.zeros(2, 3, 5, 5)})
    target = loss.target({"image": photo()})
    with pytest.raises(ShapeError, match="images"):
        loss({"image": torch.zeros(1, 3, 5, 5)}, target)
