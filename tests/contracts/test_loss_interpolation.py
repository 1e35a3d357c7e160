"""What every loss promises of the way from one target to another."""

import pytest
from torch.testing import assert_close

from tests.contracts.test_losses import ALL, LAYERS, WITH_TARGET, measured, picture, target_of

INTERPOLATED = [name for name in WITH_TARGET if not (ALL[name](LAYERS).pools or ALL[name](LAYERS).spatial)]


@pytest.mark.parametrize("name", INTERPOLATED)
def test_interpolation_ends_at_its_ends(name):
    loss, seen = ALL[name](LAYERS), picture(5)
    ends = [target_of(loss, picture(seed)) for seed in (6, 7)]
    for share, end in enumerate(ends):
        between = measured(loss, seen, loss.finish(loss.interpolate(*ends, share)))
        assert_close(between, measured(loss, seen, loss.finish(end)), atol=1e-4, rtol=1e-3)
    assert measured(loss, picture(6), loss.finish(loss.interpolate(*ends, 0.5))) > 0
