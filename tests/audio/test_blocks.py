"""Blocks: they cover the sound, and loss and gradient are the sums of theirs."""

from itertools import pairwise

import pytest
import torch
from torch.testing import assert_close

from impasto.audio.blocks import BLOCK_S, OVERLAP_S, blocks_of, loss_by_blocks, padded, padding

RATE_HZ = 100


def test_blocks_cover_everything_and_overlap():
    assert blocks_of(900, RATE_HZ) == [(0, 900)]
    for count in (1201, 5000, 30_017):
        blocks = blocks_of(count, RATE_HZ)
        assert blocks[0][0] == 0 and blocks[-1][1] == count
        for (_, stop), (start, _) in pairwise(blocks):
            assert abs(stop - start - OVERLAP_S * RATE_HZ) <= 2
        assert max(stop - start for start, stop in blocks) <= (BLOCK_S + OVERLAP_S) * RATE_HZ + 1


def test_an_edge_is_silence_and_that_of_a_loop_the_other_end():
    canvas = torch.arange(1.0, 11)[None, None, None]
    rate_hz = 16
    margin = padding(rate_hz)
    assert padded(canvas, rate_hz, loop=False)[0, :margin].tolist() == [0.0] * margin
    around = padded(canvas, rate_hz, loop=True)[0]
    assert around[margin : margin + 10].tolist() == canvas.flatten().tolist()
    assert around[margin - 1] == 10 and around[margin + 10] == 1


def block_loss(samples, number):
    part = (samples**2).mean() * (number + 1)
    return 2 * part, {"part": part.detach()}


@pytest.mark.parametrize("loop", [False, True])
def test_blocks_have_loss_and_gradient_of_the_whole_sum(loop):
    canvas = torch.randn(1, 2, 1, 300, generator=torch.Generator().manual_seed(0)).requires_grad_()
    count = padded(canvas, RATE_HZ, loop=loop).shape[1]
    blocks = [(0, 200), (150, count)]
    loss, parts = loss_by_blocks(canvas, RATE_HZ, blocks, block_loss, loop=loop)
    (gradient,) = torch.autograd.grad(3 * loss, canvas)
    whole = padded(canvas, RATE_HZ, loop=loop)
    shares = [(stop - start) / (200 + count - 150) for start, stop in blocks]
    direct = sum(
        share * block_loss(whole[:, start:stop], number)[0]
        for number, (share, (start, stop)) in enumerate(zip(shares, blocks, strict=True))
    )
    (wanted,) = torch.autograd.grad(3 * direct, canvas)
    assert_close(loss, direct)
    assert_close(2 * parts["part"], direct)
    assert_close(gradient, wanted)


def test_one_block_is_the_loss_itself():
    canvas = torch.ones(1, 1, 1, 50, requires_grad=True)
    loss, _ = loss_by_blocks(canvas, RATE_HZ, [(0, 50)], block_loss)
    assert_close(loss, block_loss(padded(canvas, RATE_HZ, loop=False), 0)[0])
