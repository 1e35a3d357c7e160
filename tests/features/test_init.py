import pytest

from impasto import features
from impasto.errors import SettingError, WeightsError
from impasto.weights.records import RECORDS


def test_the_file_that_may_have_to_be_downloaded():
    assert features.weight_record("vgg19") is RECORDS["vgg19"]
    assert features.weight_record("vgg16", "caffe") is RECORDS["vgg16-caffe"]
    assert features.weight_record("vgg19", "mine.pth") is None
    assert features.weight_record("compact") is None
    with pytest.raises(WeightsError, match="there are no 'caffe' weights for 'compact'") as caught:
        features.weight_record("compact", "caffe")
    assert caught.value.expected == "vgg19 or vgg16 with 'caffe'"


def test_load_by_name():
    with pytest.raises(SettingError, match="there is no network 'vgg20'"):
        features.load("vgg20")
    with pytest.raises(SettingError, match="there is no pooling 'mean'"):
        features.load("test-net", pooling="mean")


def test_describe_has_a_card_for_every_network(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (tmp_path / RECORDS["vgg16"].file_name).write_bytes(b"there")
    cards = {(card.name, card.weights): card for card in features.describe()}
    assert {name for name, _ in cards} == {"compact", "vgg19", "vgg16", "test-net"}
    assert not cards["vgg19", ""].cached
    assert cards["vgg16", ""].cached
    assert not cards["vgg16", "caffe"].cached
    assert cards["vgg19", "caffe"].licence == "CC-BY-4.0"
    assert cards["vgg19", ""].layers[-1] == "pool5"
    assert "relu5_1" in cards["compact", ""].layers
    assert cards["test-net", ""].cached
