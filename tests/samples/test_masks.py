import numpy as np

from impasto import samples


def test_the_cup():
    """White in the coffee, on the saucer and on the spoon, black on the table; the edge is soft."""
    photo, mask = samples.photo("coffee"), np.asarray(samples.mask("coffee"))
    assert mask.shape == photo.size[::-1] and mask.dtype == np.uint8
    assert all(mask[y, x] == 255 for x, y in ((290, 140), (120, 230), (365, 290), (412, 85)))
    assert all(mask[y, x] == 0 for x, y in ((30, 30), (560, 200), (60, 380), (480, 90)))
    assert 0.3 < mask.mean() / 255 < 0.5 and ((mask > 0) & (mask < 255)).any()


def test_every_mask_has_the_size_of_its_photo():
    for name in samples.MASKS:
        assert samples.mask(name).size == samples.photo(name).size
