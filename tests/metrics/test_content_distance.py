import pytest
import torch
from torch.nn.functional import cosine_similarity

from impasto.errors import LayerError, ShapeError
from impasto.metrics.content_distance import content_distance


def test_by_hand():
    """Two positions with the photo's mean at (0, 0): one turned by 90 degrees, one kept: 1 and 0."""
    photo = torch.tensor([[[[1.0, -1.0]], [[0.0, 0.0]]]])  # (1, 2, 1, 2)
    result = torch.tensor([[[[0.0, -1.0]], [[1.0, 0.0]]]])
    assert content_distance({"a": result}, {"a": photo}) == pytest.approx(0.5)


def test_contrast_about_the_mean_does_not_matter_and_the_opposite_is_two():
    photo = torch.rand(1, 5, 6, 7, generator=torch.Generator().manual_seed(0))
    centre = photo.mean((2, 3), keepdim=True)
    assert content_distance({"a": photo}, {"a": photo}) == pytest.approx(0, abs=1e-6)
    assert content_distance({"a": centre + 3 * (photo - centre)}, {"a": photo}) == pytest.approx(0, abs=1e-6)
    assert content_distance({"a": centre - (photo - centre)}, {"a": photo}) == pytest.approx(2, abs=1e-6)


def test_mean_over_layers_against_torch():
    draw = torch.Generator().manual_seed(0)
    photo, painted = ({name: torch.rand(1, 3, 4, 4, generator=draw) for name in "ab"} for _ in range(2))
    expected = []
    for name in "ab":
        centre = photo[name].mean((2, 3), keepdim=True)
        expected.append(
            1 - cosine_similarity(painted[name] - centre, photo[name] - centre, dim=1).mean().item()
        )
    assert content_distance(painted, photo) == pytest.approx(sum(expected) / 2)


def test_other_sizes_and_layers():
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 2, 3, 3\)"):
        content_distance({"a": torch.rand(1, 2, 4, 3)}, {"a": torch.rand(1, 2, 3, 3)})
    with pytest.raises(LayerError, match="compared by the same layers"):
        content_distance({}, {"a": torch.rand(1, 2, 3, 3)})
