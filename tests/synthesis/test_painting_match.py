"""Matching places of an object with those of a painting."""

import torch

from impasto.synthesis.painting_match import consistent_positions, counted_once, nearest_positions, patch_rows


def picture(seed, channels=8, height=9, width=11):
    return torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(seed)) - 0.5


def test_a_painting_finds_itself_and_a_shifted_one_the_shift():
    painting = picture(0)
    chosen = torch.tensor([25, 37, 60])  # inside, so that whole patches agree
    assert nearest_positions(painting, painting, chosen).tolist() == chosen.tolist()
    moved = torch.roll(painting, (1, 2), (2, 3))
    assert nearest_positions(moved, painting, chosen).tolist() == [25 - 13, 37 - 13, 60 - 13]


def test_it_is_the_largest_correlation_by_hand():
    features, painting = picture(1), picture(2)
    rows, candidates = patch_rows(features), patch_rows(painting)
    best = max(range(99), key=lambda j: (rows[40] @ candidates[j] / candidates[j].norm()).item())
    assert nearest_positions(features, painting, torch.tensor([40])).item() == best


def test_with_pictures_a_red_place_finds_red():
    """All features are alike, so colours decide."""
    features = torch.ones(1, 8, 9, 11)
    picture = torch.zeros(1, 3, 9, 11)
    picture[:, 0, 4, 5] = 1
    painting = torch.zeros(1, 3, 9, 11)
    painting[:, 1], painting[:, 0, 2, 7] = 0.5, 1
    found = nearest_positions(features, features, torch.tensor([4 * 11 + 5]), pictures=(picture, painting))
    assert found.item() == 2 * 11 + 7


def test_a_stray_match_follows_its_neighbours():
    """Five by five places match the same places of a smooth painting, but one."""
    ramp = torch.linspace(0, 1, 11).expand(1, 3, 9, 11).contiguous()
    chosen = torch.tensor([y * 11 + x for y in range(2, 7) for x in range(3, 8)])
    matches = chosen.clone()
    matches[12] = 10  # far away, in another colour
    better = consistent_positions(matches, chosen, 11, ramp, (9, 11))
    assert better[12] == chosen[12]
    assert ramp[0, 0].flatten()[better].sub(ramp[0, 0].flatten()[chosen]).abs().max() <= 0.2


def test_a_place_counts_once_with_its_ring():
    once = counted_once(torch.tensor([12, 12, 12, 0]), (5, 5))
    expected = torch.zeros(5, 5)
    expected[1:4, 1:4] = 1
    expected[:2, :2] = 1
    assert torch.equal(once[0, 0], expected)
