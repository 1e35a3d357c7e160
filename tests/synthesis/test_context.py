"""What several runs share, and the targets that are kept."""

import threading
from pathlib import Path

import pytest
import torch

import impasto
from impasto.settings import DreamSettings, StylizeSettings
from impasto.synthesis.context import Context, TargetCache
from impasto.synthesis.network import NetworkHandle
from tests.conftest import drawn

TEST = {"network": "test-net", "precision": "float32"}
QUICK = {
    **TEST,
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "size": 64,
    "steps": 2,
    "scales": 1,
}


def test_settings_that_name_the_same_network_share_it():
    context = Context()
    first = context.network_for(StylizeSettings(**TEST))
    assert first.network.name == "test-net" and first.dtype == torch.float32
    assert context.network_for(DreamSettings(**TEST, layer="relu3_1", pooling="average")) is first


@pytest.mark.parametrize("other", [{"pooling": "max"}, {"precision": "bfloat16"}, {"network": "compact"}])
def test_other_settings_name_another_network(other):
    context = Context()
    first = context.network_for(StylizeSettings(**TEST))
    second = context.network_for(StylizeSettings(**{**TEST, **other}))
    assert second is not first
    assert context.network_for(StylizeSettings(**TEST)) is first


def test_the_contexts_network_comes_before_that_of_the_settings():
    handle = NetworkHandle.load(StylizeSettings(**TEST))
    assert Context(network=handle).network_for(StylizeSettings(network="vgg19")) is handle


def test_targets_are_made_once_for_two_photos_of_a_size(photo, painting):
    context, other = Context(), drawn(5)
    impasto.stylize(photo, painting, context=context, **QUICK)
    made = context.targets.misses
    assert made > 0 and context.targets.hits == 0
    shared = impasto.stylize(other, painting, context=context, **QUICK)
    assert (context.targets.hits, context.targets.misses) == (made, made)
    assert torch.equal(shared.pixels, impasto.stylize(other, painting, **QUICK).pixels)


def test_a_run_has_a_checkpoint_of_its_own():
    shared = Context(checkpoint="shared.checkpoint")
    mine = Context.of(shared, checkpoint=Path("mine.checkpoint"), resume=True)
    assert (mine.checkpoint, mine.resume) == (Path("mine.checkpoint"), True)
    assert mine.targets is shared.targets
    assert (shared.checkpoint, shared.resume) == ("shared.checkpoint", False)
    assert mine.network_for(StylizeSettings(**TEST)) is shared.network_for(StylizeSettings(**TEST))


def test_without_a_checkpoint_it_is_the_same_context():
    shared = Context(checkpoint="shared.checkpoint", resume=True)
    assert Context.of(shared, checkpoint=None, resume=False) is shared
    resumed = Context.of(Context(checkpoint="shared.checkpoint"), checkpoint=None, resume=True)
    assert (resumed.checkpoint, resumed.resume) == ("shared.checkpoint", True)
    assert Context.of(None, checkpoint=None, resume=False).checkpoint is None


def target(count, value=0.0):
    return {"relu1_1": {"regions": {0: {"gram": torch.full((count,), value)}}}}


def test_a_target_is_made_once():
    cache, made = TargetCache(), []
    first, second = (cache.get("key", lambda: made.append(1) or target(3)) for _ in range(2))
    assert first is second and made == [1]
    assert (cache.hits, cache.misses, cache.held_bytes) == (1, 1, 12)


def test_the_least_recently_used_targets_are_dropped():
    cache = TargetCache(limit_bytes=3 * 40)
    for key in "abcad":  # b was used longest ago
        cache.get(key, lambda: target(10))
    assert cache.held_bytes == 3 * 40 and cache.misses == 4
    for key in "acd":
        cache.get(key, lambda: target(10))
    assert cache.misses == 4
    cache.get("b", lambda: target(10))
    assert cache.misses == 5


def test_a_target_larger_than_the_limit_is_not_kept():
    cache = TargetCache(limit_bytes=8)
    assert cache.get("key", lambda: target(3)).keys() == {"relu1_1"}
    assert cache.held_bytes == 0
    assert cache.get("key", dict) == {} and cache.misses == 2


def test_threads_share_a_cache():
    cache = TargetCache(limit_bytes=10 * 40)
    results = []

    def work(seed):
        for index in range(200):
            key = (seed * 7 + index) % 20
            results.append((key, cache.get(key, lambda key=key: target(10, key))))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1600 and cache.hits + cache.misses == 1600
    assert all((x["relu1_1"]["regions"][0]["gram"] == key).all() for key, x in results)
    assert cache.held_bytes == 10 * 40
