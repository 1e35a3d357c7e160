from impasto.optimize.schedule import Scale, schedule


def test_sizes_and_steps_by_hand():
    scales = schedule(300, 512, scales=3, factor=2.0, steps=40, coarse_steps=1.5, smallest_px=32)
    assert scales == [Scale(75, 128, 90), Scale(150, 256, 60), Scale(300, 512, 40)]


def test_scales_that_the_network_cannot_see_are_left_out():
    scales = schedule(64, 512, scales=4, factor=2.0, steps=10, coarse_steps=2.0, smallest_px=32)
    assert [scale.height for scale in scales] == [32, 64]


def test_the_size_asked_for_is_always_painted():
    assert schedule(10, 10, scales=3, factor=2.0, steps=5, coarse_steps=2.0, smallest_px=32) == [
        Scale(10, 10, 5)
    ]


def test_a_signal_keeps_its_height_of_1():
    scales = schedule(1, 800, scales=3, factor=2.0, steps=10, coarse_steps=1.0, smallest_px=1)
    assert scales == [Scale(1, 200, 10), Scale(1, 400, 10), Scale(1, 800, 10)]


def test_the_first_steps_may_be_given():
    scales = schedule(64, 64, scales=3, factor=2.0, steps=8, coarse_steps=2.0, smallest_px=1, first_steps=5)
    assert [scale.steps for scale in scales] == [5, 16, 8]


def test_pixels():
    assert Scale(3, 4, 1).pixels == 12
