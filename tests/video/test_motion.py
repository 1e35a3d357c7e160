"""Flow, its certainty and warping on scenes whose motion is known."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from impasto.errors import ShapeError, VideoError
from impasto.samples.moving import moving_scene
from impasto.video.consistency import consistency
from impasto.video.flow import DIS, FlowSource, deep_flow, dis_flow, flow_method, flow_name, grey_of, refined
from impasto.video.flow_file import read_flow, write_flow
from impasto.video.long_term import long_term_weights
from impasto.video.motion_boundary import motion_boundary
from impasto.video.occlusion import hidden
from impasto.video.warp import inside, sample, warp
from tests.video.scenes import tensor

SIZE = {"height": 144, "width": 192}
MOST_ERROR_PX = {"pan": 0.06, "rotation": 0.1, "zoom": 0.1, "sprites": 0.3}
"""Mean end-point error over what is visible in both frames; measured 0.034, 0.054, 0.058 and 0.145."""


def pair(kind):
    scene = moving_scene(kind, count=3, **SIZE)
    return scene, tensor(scene.frames[1]), tensor(scene.frames[2])


@pytest.mark.parametrize("kind", MOST_ERROR_PX)
def test_a_scene_moves_as_it_says(kind):
    scene, _before, _now = pair(kind)
    visible = ~scene.hidden[1]
    difference = sample(scene.frames[1], scene.flows[1], cubic=True) - scene.frames[2]
    assert np.sqrt(np.square(difference)[visible].mean()) < 0.006
    assert np.sqrt(np.square(scene.frames[1] - scene.frames[2]).mean()) > 0.05


@pytest.mark.parametrize("kind", MOST_ERROR_PX)
def test_flow_of_known_motion(kind):
    scene, before, now = pair(kind)
    motion = FlowSource(flow_method("medium")).between(now, before, (2, 1))
    error = np.sqrt(np.square(motion.flow - scene.flows[1]).sum(2))
    assert error[~scene.hidden[1]].mean() < MOST_ERROR_PX[kind]
    assert error[motion.certainty > 0.5].mean() < 0.1
    assert (motion.certainty > 0.5).mean() > 0.85
    assert ((error > 1) & (motion.certainty > 0.5)).mean() < 0.003


def test_what_sprites_uncover_is_hidden():
    scene, before, now = pair("sprites")
    flow, back = dis_flow(grey_of(now), grey_of(before)), dis_flow(grey_of(before), grey_of(now))
    found, true = hidden(flow, back) | ~inside(flow), scene.hidden[1]
    both = (found & true).sum()
    assert both / found.sum() > 0.7 and both / true.sum() > 0.65  # measured 0.80 and 0.73


@pytest.mark.parametrize("preset", DIS)
def test_presets(preset):
    _scene, before, now = pair("pan")
    flow = flow_method(preset)(grey_of(now), grey_of(before))
    assert_allclose(flow[40:100, 40:150].mean((0, 1)), (-2.3, -0.7), atol=0.1)


def test_refinement_does_not_harm():
    scene, before, now = pair("rotation")
    first, second = grey_of(now), grey_of(before)
    flow = dis_flow(first, second)
    error = [
        np.abs(x - scene.flows[1])[~scene.hidden[1]].mean() for x in (flow, refined(first, second, flow))
    ]
    assert error[1] <= error[0] * 1.02


def test_small_frames_have_no_motion():
    grey = np.zeros((16, 60), np.uint8)
    assert not dis_flow(grey, grey).any()


def test_deep_flow_says_what_it_needs():
    with pytest.raises(VideoError, match="this OpenCV has no DeepFlow"):
        deep_flow(np.zeros((40, 40), np.uint8), np.zeros((40, 40), np.uint8))


def test_warp_by_hand():
    picture = torch.zeros(1, 3, 4, 5)
    picture[..., 2] = 1.0
    flow = np.zeros((4, 5, 2), np.float32)
    flow[..., 0] = 1.0
    expected = torch.zeros(1, 3, 4, 5)
    expected[..., 1] = 1.0
    torch.testing.assert_close(warp(picture, flow), expected)
    with pytest.raises(ShapeError, match="picture has the wrong shape"):
        warp(picture, flow[:2])


def test_a_frame_that_is_moved_often_is_not_sharpened():
    """30 moves by fractions of a pixel: no frequency grows, and broad ones stay."""
    random = np.random.default_rng(4)
    picture = torch.from_numpy(random.random((1, 3, 48, 48))).float()
    wave = torch.sin(torch.arange(48) * 2 * np.pi / 12)[None, None, None].expand(1, 3, 48, 48) / 2 + 0.5
    moved = [picture, wave.contiguous()]
    for k in range(30):
        flow = np.full((48, 48, 2), (0.5 if k % 2 else -0.5, 0.3 if k % 2 else -0.3), np.float32)
        moved = [warp(x, flow) for x in moved]
    before, after = (
        np.abs(np.fft.rfft2(x[0, 0].numpy() - x[0, 0].numpy().mean())) for x in (picture, moved[0])
    )
    assert after.max() <= before.max() * 1.02
    assert float(moved[1][..., 12:36].std() / wave[..., 12:36].std()) == pytest.approx(1, abs=0.15)


def test_hidden_by_hand():
    flow, back = np.zeros((3, 4, 2), np.float32), np.zeros((3, 4, 2), np.float32)
    back[..., 0] = 0.7  # |w|^2 = 0.49 < 0.01 * 0.49 + 0.5
    assert not hidden(flow, back).any()
    back[..., 0] = 0.72  # 0.5184 > 0.01 * 0.5184 + 0.5
    assert hidden(flow, back).all()
    flow[..., 0] = 9.0  # leaves the frame
    assert not hidden(flow, back).any() and not inside(flow).any()


def test_motion_boundary_by_hand():
    flow = np.zeros((5, 6, 2), np.float32)
    flow[:, 3:, 0] = 2.0
    expected = np.zeros((5, 6), bool)
    expected[:, 2:4] = True  # |grad|^2 = 1 > 0.01 * 4 + 0.002
    np.testing.assert_array_equal(motion_boundary(flow), expected)
    flow[:, 3:, 0] = 0.08  # 0.0016 < 0.002
    assert not motion_boundary(flow).any()


def test_consistency_by_hand():
    flow = np.zeros((9, 9, 2), np.float32)
    assert (consistency(flow, flow) == 1).all()
    back = flow.copy()
    back[4, 4] = (5, 0)  # one hole of -1 in a field of 1, blurred with sigma 0.8
    certainty = consistency(flow, back)
    kernel = np.exp(-(np.arange(-2, 3) ** 2) / (2 * 0.8**2))
    kernel /= kernel.sum()
    assert_allclose(certainty[4, 4], max(0, 1 - 2 * kernel[2] ** 2), atol=1e-4)
    assert_allclose(certainty[4, 5], 1 - 2 * kernel[2] * kernel[3], atol=1e-4)
    with pytest.raises(ShapeError, match="different sizes"):
        consistency(flow, back[:4])


def test_long_term_takes_the_nearest_frame_first():
    certainties = [np.array([[1.0, 0.4, 0.0]]), np.array([[1.0, 1.0, 0.3]]), np.array([[0.5, 1.0, 1.0]])]
    near, middle, far = long_term_weights([c.astype(np.float32) for c in certainties])
    assert_allclose(near, [[1, 0.4, 0]])
    assert_allclose(middle, [[0, 0.6, 0.3]])
    assert_allclose(far, [[0, 0, 0.7]], atol=1e-6)
    assert long_term_weights([]) == []


def test_flow_files(tmp_path):
    flow = np.arange(24, dtype=np.float32).reshape(3, 4, 2) / 7
    write_flow(tmp_path / "a.flo", flow)
    data = (tmp_path / "a.flo").read_bytes()
    assert data[:4] == b"PIEH" and data[4:12] == bytes([4, 0, 0, 0, 3, 0, 0, 0])
    np.testing.assert_array_equal(read_flow(tmp_path / "a.flo", (3, 4)), flow)
    with pytest.raises(VideoError, match="the flow has another size than the frames"):
        read_flow(tmp_path / "a.flo", (4, 3))
    (tmp_path / "b.flo").write_bytes(data[:-5])
    with pytest.raises(VideoError, match="the flow is cut off"):
        read_flow(tmp_path / "b.flo")
    (tmp_path / "c.flo").write_bytes(b"no flow at all")
    with pytest.raises(VideoError, match="the file is no flow"):
        read_flow(tmp_path / "c.flo")
    with pytest.raises(VideoError, match="the flow is missing"):
        read_flow(tmp_path / "d.flo")


def test_flow_files_are_written_once_and_then_read(tmp_path):
    _scene, before, now = pair("pan")
    first = FlowSource(flow_method("fast"), tmp_path).between(now, before, (2, 1))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backward_3_2.flo", "forward_2_3.flo"]
    assert flow_name(0, 4) == "forward_1_5.flo"

    def refuse(first, second):
        raise AssertionError("flow was worked out again")

    again = FlowSource(refuse, tmp_path).between(now, before, (2, 1))
    np.testing.assert_array_equal(again.flow, first.flow)
