"""The callback that receives what is read and painted."""

import pytest
import torch

from impasto.explain.context import ExplainContext
from impasto.explain.on_picture import ignore_picture


def test_it_gets_what_is_read_and_every_step(pictures, tiny):
    seen = []
    context = ExplainContext.read(*pictures, on_picture=seen.append, **tiny)
    assert [pixels.shape for pixels in seen] == [(1, 3, 36, 48), (1, 3, 48, 48)]
    run = context.run()
    assert len(seen) == 2 + len(run.history) and torch.equal(seen[-1], run.pixels)
    assert all(0 <= pixels.min() and pixels.max() <= 1 for pixels in seen)


def test_its_exception_ends_the_work(pictures, tiny):
    def stop(pixels):
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError, match="enough"):
        ExplainContext.read(*pictures, on_picture=stop, **tiny)


def test_by_default_nothing_is_done():
    pixels = torch.ones(1, 3, 2, 2)
    ignore_picture(pixels)
    assert torch.equal(pixels, torch.ones(1, 3, 2, 2))
