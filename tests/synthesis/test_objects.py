"""Networks, losses and optimisers as objects, where settings have names."""

import copy
import json
import pickle

import pytest
import torch
from torch import nn

import impasto
from impasto import features, registry
from impasto.errors import SettingError
from impasto.features.custom import wrap
from impasto.losses.base import Loss
from impasto.losses.gram import GramLoss
from impasto.losses.moments import MomentsLoss
from impasto.losses.mrf import MrfLoss
from impasto.settings import ExplainSettings, StylizeSettings
from impasto.synthesis.network import NetworkHandle
from tests.conftest import drawn

QUICK = {
    "content_layers": ["relu3_1"],
    "style_layers": ["relu1_1", "relu2_1"],
    "size": 64,
    "steps": 3,
    "scales": 2,
    "strokes_weight": 0.0,
}
PHOTO, PAINTING = drawn(0), drawn(1, 56, 56)


def painted(**options):
    return impasto.stylize(PHOTO, PAINTING, **{"network": "test-net", **QUICK, **options})


def test_a_loss_class_is_the_loss_of_its_name():
    named, given = painted(style_loss="moments"), painted(style_loss=MomentsLoss)
    assert torch.equal(named.pixels, given.pixels)
    assert given.record["settings"]["style_loss"] == {"impasto.losses.moments:MomentsLoss": 1.0}
    json.dumps(given.record)


def test_weights_of_losses_and_names_together():
    named = painted(style_loss={"gram": 2.0, "moments": 1.0})
    given = painted(style_loss={"gram": 2.0, MomentsLoss: 1.0})
    assert torch.equal(named.pixels, given.pixels)
    assert torch.equal(painted(style_loss=[GramLoss]).pixels, painted(style_loss="gram").pixels)


class HalfLoss(GramLoss):
    def __init__(self, layers, factor=0.5):
        super().__init__(layers)
        self.factor = factor

    def layer_weight(self, layer, size):
        return self.factor * super().layer_weight(layer, size)


def test_a_loss_with_parameters_reads_the_layers_of_the_run():
    own = HalfLoss({"relu3_1": 1.0}, factor=1.0)
    full = painted(style_loss=own)
    assert own.layers == {"relu3_1": 1.0}  # the caller's is not changed
    assert torch.equal(full.pixels, painted(style_loss="gram").pixels)
    assert not torch.equal(full.pixels, painted(style_loss=HalfLoss({"relu3_1": 1.0}, factor=0.1)).pixels)


def test_a_content_loss():
    named, given = (
        painted(content_loss="content"),
        painted(content_loss=registry.find(registry.LOSSES, "content", kind="loss")),
    )
    assert torch.equal(named.pixels, given.pixels)


def test_a_loss_that_needs_the_whole_picture_says_so():
    assert not issubclass(MrfLoss, impasto.losses.base.PositionSums)
    assert painted(style_loss=MrfLoss, style_layers=["relu2_1"]).pixels.isfinite().all()


def test_networks_as_objects_are_those_of_their_names():
    named = painted(network="test-net")
    network = features.load("test-net", None, "average")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    for given in (network, NetworkHandle.of(network)):
        result = painted(network=given)
        assert torch.equal(result.pixels, named.pixels)
        assert result.record["network"] == named.record["network"]
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_an_object_comes_before_the_contexts_network_and_is_copied_once():
    module = nn.Sequential()
    module.add_module("first", nn.Conv2d(3, 4, 3, padding=1))
    module.add_module("second", nn.ReLU())
    network = wrap(module, name="mine")
    context = impasto.preload(network="test-net", **QUICK)
    options = {"content_layers": ["second"], "style_layers": ["second"], "context": context}
    records = [painted(network=network, **options).record["network"]["name"] for _ in range(2)]
    assert records == ["mine", "mine"]
    assert len(context._loaded) == 2  # test-net, and one copy of this
    assert painted(context=context).record["network"]["name"] == "test-net"


def test_a_module_is_refused_because_its_mean_is_not_known():
    with pytest.raises(SettingError, match=r"(?s)no feature network.*Conv2d.*custom.wrap\(module, mean"):
        painted(network=nn.Conv2d(3, 4, 3))


def test_optimisers_as_objects():
    named = painted(optimizer="adam")
    mine = painted(
        optimizer=lambda canvas, rate: torch.optim.Adam(
            [canvas], lr=rate, betas=(0.9, 0.99), eps=1e-16, fused=True
        )
    )
    assert torch.equal(named.pixels, mine.pixels)  # its state is carried to the next size, too
    for other in (torch.optim.RMSprop, lambda canvas, rate: torch.optim.SGD([canvas], lr=rate, momentum=0.9)):
        assert painted(optimizer=other).pixels.isfinite().all()


def test_what_is_no_optimiser_or_loss():
    with pytest.raises(SettingError, match=r"(?s)makes no optimizer.*lambda canvas, rate"):
        painted(optimizer=lambda canvas, rate: None)
    with pytest.raises(SettingError, match=r"(?s)makes no optimizer.*test_objects:Plain"):
        painted(optimizer=Plain())
    with pytest.raises(SettingError, match=r"(?s)the object is no loss.*test_objects:Plain.*extend.md"):
        painted(style_loss=Plain())
    with pytest.raises(SettingError, match=r"(?s)network has no such choice"):
        ExplainSettings(network=features.load("test-net"))


class Plain:
    pass


def test_a_named_object_is_its_name_and_survives_copies():
    name = registry.named(MomentsLoss)
    assert name == "impasto.losses.moments:MomentsLoss" and isinstance(name, str)
    for again in (copy.copy(name), copy.deepcopy(name), pickle.loads(pickle.dumps(name))):
        assert again == name and again.value is MomentsLoss
    assert registry.named("gram") == "gram" and registry.named(3) == 3
    settings = StylizeSettings(style_loss=MomentsLoss)
    assert StylizeSettings.from_mapping(settings.to_dict()) == settings


def test_a_record_says_that_its_object_is_not_there(tmp_path):
    record = painted(style_loss=HalfLoss).record
    with pytest.raises(SettingError, match=r"there is no style loss '.*HalfLoss'"):
        StylizeSettings.of_record(json.loads(json.dumps(record["settings"])))


def test_loss_is_abstract():
    with pytest.raises(TypeError):
        Loss({"a": 1.0})
