"""A picture in tiles has the loss and the gradient of the whole, for every loss that is a sum."""

import pytest
import torch
from torch.testing import assert_close

from impasto import features
from impasto.images.resize import mirror_pad
from impasto.losses.base import PositionSums, merged
from impasto.losses.content import ContentLoss
from impasto.losses.objective import Objective, Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.regions import by_region
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize import tile_grid
from impasto.optimize.tile_grid import TileGrid
from impasto.optimize.tiling import TiledObjective, tiled_target
from impasto.registry import LOSSES, find

SUMS = [name for name in LOSSES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]
LAYERS = {"relu1_1": 0.7, "relu3_1": 1.3}
STRIDES = {"relu1_1": 1, "conv2_1": 2, "relu3_1": 4}
HEIGHT, WIDTH = 90, 75


class View:
    """A network and guides by averaging, without padding; counts how often the network runs."""

    def __init__(self):
        self.network = features.load("test-net", None, "max")
        self.runs = 0

    def tile_features(self, tile, layers):
        self.runs += 1
        return self.network(tile[:, :3].contiguous(), layers)

    def tile_guides(self, tile, layers):
        return {layer: torch.nn.functional.avg_pool2d(tile[:, 3:], STRIDES[layer]) for layer in layers}

    def tile_focus(self, tile, layers):
        return {layer: torch.nn.functional.avg_pool2d(tile[:, 3:4], STRIDES[layer]) for layer in layers}


@pytest.fixture(scope="module")
def view():
    return View()


def picture(seed, height=HEIGHT, width=WIDTH):
    draw = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 9, 7, generator=draw)
    grown = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic").clamp(0, 1)
    return 0.8 * grown + 0.2 * torch.rand(1, 3, height, width, generator=draw)


def cut(image, shift=(0, 0), tile_px=28):
    return TileGrid(*image.shape[2:], *shift, 4, 8, tile_px)


def padded(image, shift):
    return mirror_pad(image, top=shift[0], left=shift[1], multiple=4)


def whole_features(view, image, layers, shift=(0, 0)):
    names = set(layers) - {"image"}
    network = view.tile_features(padded(image, shift), names) if names else {}
    return {"image": image[:, :3], **network}


def with_guides(image):
    """Two regions, left and right, soft between."""
    left = torch.linspace(1, 0, image.shape[3]).expand(1, 1, *image.shape[2:])
    return torch.cat([image, left, 1 - left], 1)


def both(view, losses, shift=(0, 0), tile_px=28, cache_bytes=0, *, focused=True):
    """(loss, parts, gradient) of the whole and, twice, of tiles; against a style, content against a photo."""
    photo, style = with_guides(picture(1)), with_guides(picture(2, 64, 80))
    whole_terms, tiled_terms = [], []
    for name, loss in losses.items():
        of_photo = loss.spatial and not loss.guided
        source, source_shift = (photo, shift) if of_photo else (style, (0, 0))
        guides = view.tile_guides(padded(source, source_shift), loss.layers) if loss.guided else None
        complete = loss.finish(loss.target(whole_features(view, source, loss.layers, source_shift), guides))
        target = complete
        if isinstance(loss, PositionSums) and "image" not in loss.layers:
            target = loss.finish(tiled_target(loss, source, view, cut(source, source_shift, tile_px)))
        if loss.guided:
            places = loss.spatial_target(view.tile_guides(padded(photo, shift), loss.layers))
            complete = merged(complete, places)
        scene = photo
        if of_photo:
            scene = photo[:, : 3 + focused]  # the left region as the focus
        if of_photo and focused:
            focus = view.tile_focus(padded(scene, shift), loss.layers)
            seen = whole_features(view, scene, loss.layers, shift)
            complete = merged(complete, loss.spatial_target(seen, focus))
        whole_terms.append(Term(name, loss, complete, 2.0))
        in_tiles = isinstance(loss, PositionSums) and loss.spatial
        tiled_terms.append(Term(name, loss, target, 2.0, scene=scene if in_tiles else None))
    objective = Objective(whole_terms)
    tiled = TiledObjective(tiled_terms, cut(photo, shift, tile_px), view, STRIDES, cache_bytes)
    results = []
    for measure in (
        lambda x: objective(whole_features(view, x, objective.layers, shift)),
        tiled,
        tiled,
    ):
        canvas = picture(0).requires_grad_()
        loss, parts = measure(canvas)
        loss.backward()
        results.append((loss.detach(), {k: v.detach() for k, v in parts.items()}, canvas.grad))
    return results


def expect_alike(results, limit):
    (loss, parts, gradient), *others = results
    for other_loss, other_parts, other_gradient in others:
        assert_close(other_loss, loss, rtol=limit, atol=0)
        assert_close(other_parts, parts, rtol=limit, atol=1e-9)
        assert ((other_gradient - gradient).norm() / gradient.norm()).item() <= limit


def made(name):
    return find(LOSSES, name, kind="loss")({"image": 1.0} if name == "total-variation" else LAYERS)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("shift", [(0, 0), (1, 2), (3, 1), (2, 3)])
def test_tiles_are_the_whole(view, name, shift):
    """float32; the largest error measured: 1.6e-6 (wasserstein, against 2e-7 to 8e-7 of the others)."""
    expect_alike(both(view, {name: made(name)}, shift), 1e-5)


@pytest.mark.parametrize("name", ["content", "correlation"])
def test_tiles_without_a_focus_are_the_whole(view, name):
    expect_alike(both(view, {name: made(name)}, (1, 2), focused=False), 1e-5)


@pytest.mark.parametrize("name", ["gram", "wasserstein", "moments"])
@pytest.mark.parametrize("cache_bytes", [0, 10**9])
def test_regions_in_tiles_are_those_of_the_whole(view, name, cache_bytes):
    losses = {"style": by_region(made(name), (0.3, 0.7)), "content": made("content")}
    expect_alike(both(view, losses, (1, 2), cache_bytes=cache_bytes), 1e-5)


def test_units_of_the_paper(view):
    expect_alike(both(view, {"content": ContentLoss(LAYERS, units="paper")}, (3, 1)), 1e-5)


@pytest.mark.parametrize("tile_px", [16, 28, 64, 128])
@pytest.mark.parametrize("cache_bytes", [0, 50_000, 10**9])
def test_sizes_of_tiles_and_what_is_kept_change_nothing(view, tile_px, cache_bytes):
    losses = {name: made(name) for name in SUMS} | {"palette": PaletteLoss({"image": 1.0})}
    expect_alike(both(view, losses, (1, 2), tile_px, cache_bytes), 1e-5)


def test_a_network_that_runs_layer_by_layer(view):
    """Convolutions before their rectifiers: not the path through ``features.fused_chain``."""
    losses = {name: find(LOSSES, name, kind="loss")({"conv2_1": 1.0}) for name in ("gram", "content")}
    expect_alike(both(view, losses, (3, 1)), 1e-5)


def test_strips_add_up(view, monkeypatch):
    monkeypatch.setattr(tile_grid, "STRIP_PIXELS", 7 * WIDTH)
    expect_alike(both(view, {"variation": TotalVariationLoss({"image": 1.0})}), 1e-5)


def test_the_gradient_is_multiplied_and_the_canvas_stays(view):
    style, loss = picture(2), made("gram")
    target = tiled_target(loss, style, view, cut(style))
    tiled = TiledObjective([Term("style", loss, target, 1.0)], cut(style), view, STRIDES)
    gradients = []
    for factor in (1.0, 3.0):
        canvas = picture(0).requires_grad_()
        (factor * tiled(canvas)[0]).backward()
        gradients.append(canvas.grad)
        assert torch.equal(canvas, picture(0))
    assert_close(gradients[1], 3 * gradients[0])


def test_a_gain_is_reported_with_its_sign_changed(view):
    style, loss = picture(2), made("gram")
    target = tiled_target(loss, style, view, cut(style))
    plain, gain = (
        TiledObjective([Term("style", loss, target, 1.0, gain=g)], cut(style), view, STRIDES)(picture(0))
        for g in (False, True)
    )
    assert gain[0] == plain[0] > 0
    assert gain[1]["style"] == -plain[1]["style"]


def count_runs(view, scenes, cache_bytes):
    """How often the network runs at two evaluations of a content term for each scene."""
    loss = made("content")
    terms = [
        Term("content", loss, tiled_target(loss, scene, view, cut(scene)), 1.0, scene=scene)
        for scene in scenes
    ]
    tiled = TiledObjective(terms, cut(scenes[0]), view, STRIDES, cache_bytes)
    runs = []
    for _ in range(2):
        view.runs = 0
        tiled(picture(0).requires_grad_())
        runs.append(view.runs)
    return runs


def test_scenes_are_kept_while_there_is_room_and_shared_by_terms(view):
    tiles, scene, other = len(list(cut(picture(1)).tiles())), picture(1), picture(2)
    assert count_runs(view, [scene], 0) == [2 * tiles, 2 * tiles]
    assert count_runs(view, [scene], 10**9) == [2 * tiles, tiles]
    assert count_runs(view, [scene, scene], 10**9) == [2 * tiles, tiles]
    assert count_runs(view, [scene, other], 10**9) == [3 * tiles, tiles]
