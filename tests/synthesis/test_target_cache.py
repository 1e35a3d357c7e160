import threading

import torch

from impasto.synthesis.target_cache import TargetCache


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
