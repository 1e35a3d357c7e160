from impasto.studio.curve import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, curve


def test_the_curve_has_a_line_for_each_size():
    assert curve([(1, 2.0)]) == ""
    drawn = curve([(1, 2.0), (1, 1.0), (2, 1.5), (2, 0.5)])
    assert drawn.count("<polyline") == 2
    assert drawn.count('class="border"') == 1
    assert 'aria-label="Loss over 4 steps, from 2 to 0.5"' in drawn


def test_a_long_curve_has_no_more_points_than_can_be_seen():
    drawn = curve([(1, 2.0 - i / 3000) for i in range(3000)])
    assert 300 < drawn.count(",") < 700
    assert "Loss over 3000 steps, from 2 to 1" in drawn
    assert f"{WIDTH - RIGHT:.1f}," in drawn  # to the last


def test_losses_below_zero_stay_within_the_drawing():
    drawn = curve([(1, -1.0), (1, -4.0)])
    assert f",{TOP:.1f} " not in drawn
    assert drawn.split('points="')[1].split('"')[0].endswith(f",{HEIGHT - BOTTOM:.1f}")
    assert ">-4</text>" in drawn
