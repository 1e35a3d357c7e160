"""What engines carry from frame to frame: anchors, and styles that follow one another."""

import numpy as np
import pytest
from PIL import Image

import impasto
from impasto.errors import SettingError
from impasto.video.style_times import shares_at
from tests.video.scenes import moving_square
from tests.video.test_run import TINY


def test_shares_by_hand():
    assert shares_at((0.0, 4.0, 6.0), 1.0) == (0.75, 0.25, 0.0)
    assert shares_at((1.0, 2.0), 0.0) == (1.0, 0.0) and shares_at((1.0, 2.0), 9.0) == (0.0, 1.0)


def test_styles_follow_one_another(tmp_path, painting):
    """The first frame is painted after the first style, the last after the second, as if each were alone."""
    other = tmp_path / "other.png"
    Image.fromarray(255 - np.asarray(Image.open(painting).convert("RGB"))).save(other)
    for k, frame in enumerate(moving_square(3)):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")

    def painted(name, styles, **options):
        options |= {"steady": 0.0, "scene_cut": 0.0}
        impasto.stylize_video(tmp_path / "in_%d.png", styles, tmp_path / f"{name}_%d.png", **options)
        return [np.asarray(Image.open(tmp_path / f"{name}_{k}.png")).astype(int) for k in (1, 2, 3)]

    both = painted("both", [painting, other], style_times=(0.0, 2 / 25))
    first, second = painted("a", painting), painted("b", other)
    assert np.abs(both[0] - first[0]).max() <= 1 and np.abs(both[2] - second[2]).max() <= 1
    assert np.abs(both[1] - first[1]).mean() > 2 and np.abs(both[1] - second[1]).mean() > 2
    with pytest.raises(SettingError, match="style_times does not suit the styles"):
        impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "x_%d.png", style_times=(0.0, 1.0))


def test_equal_frames_do_not_drift(tmp_path, painting):
    """Frame 2 to 9 of the same picture: anchors hold them to the first."""
    for k in range(9):
        Image.fromarray(moving_square(1)[0]).save(tmp_path / f"in_{k}.png")
    impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "o_%d.png", **TINY)
    shown = [np.asarray(Image.open(tmp_path / f"o_{k}.png")).astype(float) for k in (2, 9)]
    assert np.abs(shown[0].mean((0, 1)) - shown[1].mean((0, 1))).max() < 1
    assert abs(shown[0].std() / shown[1].std() - 1) < 0.02


def test_the_seam_of_a_loop_is_no_larger_than_other_steps(tmp_path, painting):
    """A ground that goes round in 8 frames, with new noise in each: the last leads to the first."""
    random = np.random.default_rng(0)
    ground = np.kron(random.integers(60, 200, (8, 16, 3)), np.ones((6, 4, 1)))
    for k in range(8):
        noisy = np.roll(ground, 8 * k, 1) + random.normal(0, 12, ground.shape)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(tmp_path / f"in_{k}.png")

    def steps(**options):
        impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "o_%d.png", steady=0.9, **options)
        shown = [np.asarray(Image.open(tmp_path / f"o_{k}.png")).astype(float) for k in range(1, 9)]
        back = [np.roll(frame, -8 * k, 1)[:, 8:-8] for k, frame in enumerate(shown)]
        return [np.abs(back[k] - back[k - 1]).mean() for k in range(8)]  # the first is the seam

    seam, *others = steps(loop=True)
    open_seam, *_ = steps()
    assert seam < 1.3 * max(others) and seam < 0.7 * open_seam


def test_a_loop_killed_in_its_second_round_goes_on_with_the_same_frames(tmp_path, painting):
    for k, frame in enumerate(moving_square(4)):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")
    options = TINY | {"loop": True}
    impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "a_%d.png", **options)
    steps = impasto.video_steps(tmp_path / "in_%d.png", painting, tmp_path / "b_%d.png", **options)
    next(steps)
    steps.close()
    impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "b_%d.png", resume=True, **options)
    for k in range(1, 5):
        np.testing.assert_array_equal(*(Image.open(tmp_path / f"{name}_{k}.png") for name in "ab"))
