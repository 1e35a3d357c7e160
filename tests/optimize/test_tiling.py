"""A picture in tiles has the loss and the gradient of the whole, for every loss that is a sum."""

import pytest
import torch
from torch.testing import assert_close

from impasto import features
from impasto.images.resize import mirror_pad
from impasto.losses.base import PositionSums
from impasto.losses.objective import Objective, Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize import tile_grid as frames
from impasto.optimize.tile_grid import TileGrid
from impasto.optimize.tiling import TiledObjective, tiled_target
from impasto.registry import LOSSES, find

SUMS = [name for name in LOSSES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]
LAYERS = {"relu1_1": 0.7, "relu3_1": 1.3}
STRIDES = {"relu1_1": 1, "conv2_1": 2, "relu3_1": 4}
HEIGHT, WIDTH = 90, 75


@pytest.fixture(scope="module")
def network():
    return features.load("test-net", None, "max")


def picture(seed, height=HEIGHT, width=WIDTH):
    draw = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 9, 7, generator=draw)
    grown = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic").clamp(0, 1)
    return 0.8 * grown + 0.2 * torch.rand(1, 3, height, width, generator=draw)


def cut(image, shift=(0, 0), tile_px=28):
    return TileGrid(*image.shape[2:], *shift, 4, 8, tile_px)


def whole_look(network, image, layers, shift):
    found = {"image": image}
    if set(layers) - {"image"}:
        padded = mirror_pad(image, top=shift[0], left=shift[1], multiple=4)
        found |= network(padded, set(layers) - {"image"})
    return found


def both(network, losses, shift=(0, 0), tile_px=28, cache_bytes=0):
    """(loss, parts, gradient) of the whole and, twice, of tiles; against a style, content against a photo."""
    photo, style = picture(1), picture(2, 64, 80)
    whole_terms, tiled_terms = [], []
    for name, loss in losses.items():
        in_place = isinstance(loss, PositionSums) and loss.in_place
        other, turn = (photo, shift) if in_place else (style, (0, 0))
        target = loss.finish(loss.target(whole_look(network, other, loss.layers, turn)))
        whole_terms.append(Term(name, loss, target, 2.0))
        if isinstance(loss, PositionSums) and "image" not in loss.layers:
            target = loss.finish(tiled_target(loss, other, network, cut(other, turn, tile_px)))
        tiled_terms.append(Term(name, loss, target, 2.0))
    objective = Objective(whole_terms)
    tiled = TiledObjective(tiled_terms, cut(photo, shift, tile_px), network, photo, STRIDES, cache_bytes)
    found = []
    for measure in (lambda x: objective(whole_look(network, x, objective.layers, shift)), tiled, tiled):
        canvas = picture(0).requires_grad_()
        loss, parts = measure(canvas)
        loss.backward()
        found.append((loss.detach(), {k: v.detach() for k, v in parts.items()}, canvas.grad))
    return found


def expect_alike(found, limit):
    (loss, parts, gradient), *others = found
    for other_loss, other_parts, other_gradient in others:
        assert_close(other_loss, loss, rtol=limit, atol=0)
        assert_close(other_parts, parts, rtol=limit, atol=1e-9)
        assert ((other_gradient - gradient).norm() / gradient.norm()).item() <= limit


def made(name):
    return find(LOSSES, name, kind="loss")({"image": 1.0} if name == "total-variation" else LAYERS)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("shift", [(0, 0), (1, 2), (3, 1), (2, 3)])
def test_tiles_are_the_whole(network, name, shift):
    """float32; the largest error measured: 1.6e-6 (wasserstein, against 2e-7 to 8e-7 of the others)."""
    expect_alike(both(network, {name: made(name)}, shift), 1e-5)


@pytest.mark.parametrize("tile_px", [16, 28, 64, 128])
@pytest.mark.parametrize("cache_bytes", [0, 50_000, 10**9])
def test_sizes_of_tiles_and_what_is_kept_change_nothing(network, tile_px, cache_bytes):
    losses = {name: made(name) for name in SUMS} | {"palette": PaletteLoss({"image": 1.0})}
    expect_alike(both(network, losses, (1, 2), tile_px, cache_bytes), 1e-5)


def test_a_network_that_runs_layer_by_layer(network):
    """Convolutions before their rectifiers: not the path through ``features.framed``."""
    losses = {name: find(LOSSES, name, kind="loss")({"conv2_1": 1.0}) for name in ("gram", "content")}
    expect_alike(both(network, losses, (3, 1)), 1e-5)


def test_strips_add_up(network, monkeypatch):
    monkeypatch.setattr(frames, "STRIP_PIXELS", 7 * WIDTH)
    expect_alike(both(network, {"variation": TotalVariationLoss({"image": 1.0})}), 1e-5)


def test_the_gradient_is_multiplied_and_the_canvas_stays(network):
    style = picture(2)
    loss = made("gram")
    target = tiled_target(loss, style, network, cut(style))
    tiled = TiledObjective([Term("style", loss, target, 1.0)], cut(style), network, style, STRIDES)
    gradients = []
    for factor in (1.0, 3.0):
        canvas = picture(0).requires_grad_()
        (factor * tiled(canvas)[0]).backward()
        gradients.append(canvas.grad)
        assert torch.equal(canvas, picture(0))
    assert_close(gradients[1], 3 * gradients[0])


def test_the_photo_is_kept_as_far_as_there_is_room(network):
    looks = []

    def look(image, layers):
        looks.append(image.shape)
        return network(image, layers)

    photo = picture(1)
    loss = made("content")
    target = tiled_target(loss, photo, network, cut(photo))
    counts = {}
    for room in (0, 10**9):
        tiled = TiledObjective([Term("content", loss, target, 1.0)], cut(photo), look, photo, STRIDES, room)
        for again in (0, 1):
            looks.clear()
            tiled(picture(0).requires_grad_())
            counts[room, again] = len(looks)
    tiles = len(list(cut(photo).tiles()))
    assert counts == {(0, 0): 2 * tiles, (0, 1): 2 * tiles, (10**9, 0): 2 * tiles, (10**9, 1): tiles}
