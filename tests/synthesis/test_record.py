"""What a record says of the inputs, and which runs a checkpoint may continue."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.images import io
from impasto.settings import StylizeSettings
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.read import read_styles
from impasto.synthesis.record import (
    absolute_paths,
    comparable,
    describe,
    describe_source,
    describe_styles,
    identity_of,
    pixels_sha256,
    record_of,
)
from tests.conftest import drawn
from tests.jobs import doodle_job, dream_job, stylize_job, texture_job

TEST = {"network": "test-net", "precision": "float32", "size": 48}
LAYERS = {"style_layers": {"relu1_1": 4.0, "relu2_1": 1.0}, "content_layers": ("relu3_1",)}
MAP = np.zeros((48, 64), np.uint8)
MAP[:, 32:] = 255


def test_a_picture_on_disk(photo):
    entry = describe(io.read(photo))
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    assert entry == {"name": "photo", "path": str(photo), "sha256": digest, "size": [64, 48], "notes": []}


def test_a_picture_in_memory_has_no_path():
    assert describe(io.read(drawn(0)))["path"] is None


def test_a_folder_is_described_with_its_pictures(painting, other_painting, tmp_path):
    styles = read_styles([tmp_path, [painting, other_painting], painting], max_megapixels=1.0)
    folder, pair, single = describe_styles(styles)
    assert folder["name"] == tmp_path.name and folder["path"] == str(tmp_path)
    assert [part["path"] for part in folder["pictures"]] == [str(other_painting), str(painting)]
    assert pair["path"] is None and pair["sha256"] is None and len(pair["pictures"]) == 2
    assert single["path"] == str(painting) and "pictures" not in single
    hashes = "".join(part["sha256"] for part in folder["pictures"])
    assert folder["sha256"] == hashlib.sha256(hashes.encode()).hexdigest()


def test_masks_are_files_colours_or_in_memory(photo):
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    assert describe_source(photo) == {"name": "photo", "path": str(photo), "sha256": digest}
    assert describe_source("red") == {"name": "red", "path": "red", "sha256": None}
    assert describe_source(MAP) == {"name": "mask", "path": None, "sha256": None}
    assert describe_source(None) is None


def test_files_that_settings_name_have_absolute_paths(photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    assert absolute_paths(StylizeSettings(init=photo.name)) == {"init": str(photo)}
    assert absolute_paths(StylizeSettings(init="noise")) == {}
    settings = record_of("stylize", StylizeSettings(init=photo.name))["settings"]
    assert Path(settings["init"]).is_absolute()


def test_a_task_without_a_network():
    assert "network" not in record_of("recolor", StylizeSettings())
    handle = NetworkHandle.load(StylizeSettings(**TEST))
    network = record_of("stylize", StylizeSettings(), network=handle)["network"]
    assert network == {"name": "test-net", "fingerprint": handle.fingerprint}


def test_the_hash_of_pixels_depends_on_their_shape():
    pixels = torch.arange(12.0).reshape(1, 3, 2, 2)
    by_hand = hashlib.sha256(b"(1, 3, 2, 2)" + pixels.numpy().tobytes()).hexdigest()
    assert pixels_sha256(pixels) == by_hand
    assert pixels_sha256(pixels.reshape(1, 3, 4, 1)) != by_hand


def identity(settings, *, network=None, photo=None):
    handle = network or NetworkHandle.load(settings)
    pixels = {"photo": photo, "keep": None}
    return identity_of("stylize", settings, network=handle, pixels=pixels, words=("content", "noise"))


def test_what_changes_no_pixel_is_left_out():
    first = identity(StylizeSettings(**TEST))
    assert identity(StylizeSettings(**TEST, max_megapixels=7.0, memory="5GB")) == first
    assert identity(StylizeSettings(**TEST, seed=1)) != first
    assert identity(StylizeSettings(**{**TEST, "precision": "bfloat16"})) != first
    assert "keep" not in first


def test_a_start_file_counts_by_its_contents(photo, tmp_path):
    copied = tmp_path / "copied.png"
    copied.write_bytes(photo.read_bytes())
    settings = [StylizeSettings(**TEST, init=str(path)) for path in (photo, copied)]
    assert identity(settings[0]) == identity(settings[1])
    copied.write_bytes(photo.read_bytes() + b" ")
    assert identity(settings[0]) != identity(settings[1])


def test_a_network_counts_by_its_weights():
    settings = StylizeSettings(**TEST)
    handle = NetworkHandle.load(settings)
    other = replace(handle, fingerprint="0123")
    assert identity(settings, network=other)["network"] == "test-net 0123"


def make(name, **options):
    """The job of one of the tasks."""
    options = {**TEST, **LAYERS, "patch_layers": ("relu3_1",), "layer": "relu3_1", **options}
    return MAKERS[name](lambda *names: {name: options[name] for name in options if name not in names})


MAKERS = {
    "stylize": lambda without: stylize_job(drawn(0), drawn(1), **without("patch_layers", "layer")),
    "dream": lambda without: dream_job(drawn(0), **without("patch_layers", *LAYERS)),
    "texture": lambda without: texture_job(drawn(1), **without("patch_layers", "layer", "content_layers")),
    "doodle": lambda without: doodle_job(drawn(1), style_map=MAP, doodle_map=MAP, **without("layer")),
    "doodle of a photo": lambda without: doodle_job(
        drawn(1), style_map=MAP, doodle_map=MAP, content=drawn(0), **without("layer")
    ),
}


def as_in_0_1(now):
    """The same identity as version 0.1 wrote it; there it was called the mark of a run."""

    def texts(value):
        if not isinstance(value, dict):
            return value
        return [name if weight == 1 else f"{name}={weight:g}" for name, weight in value.items()]

    before = {name: texts(value) for name, value in now.items() if name not in ("task", "shape")}
    if now["task"] == "dream":
        return {**before, "task": "dream"}
    if now["task"] == "stylize":
        return {**before, "ground": None}
    if "photo" not in before:
        before["content_weight"] = 0.0
    if before["init"] in ("pieces", "pixels"):
        before |= {"init": "noise", "start": "0" * 64}
    if now["task"] == "texture":
        before |= {"size": 512, "content_layers": before["style_layers"]}
    ground = [now["task"], *now["shape"], now.get("tile", False)]
    return {**before, "colors": "style", "color_map": "monge-kantorovich", "enlarge": False, "ground": ground}


@pytest.mark.parametrize("name", MAKERS)
def test_checkpoints_of_version_0_1_are_of_the_same_run(name):
    now = make(name).identity()
    first, second = comparable(as_in_0_1(now), now, version="1")
    assert first == second
    assert {"task", "steps", "seed", "network", "torch", "impasto"} <= first.keys()


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("other", [{"seed": 7}, {"size": 64}, {"steps": 3}])
def test_checkpoints_of_version_0_1_of_another_run(name, other):
    first, second = comparable(as_in_0_1(make(name, **other).identity()), make(name).identity(), version="1")
    assert first != second


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("stylize", {"style_layers": ("relu1_1",)}),
        ("stylize", {"init": "noise"}),
        ("texture", {"init": "noise"}),
        ("texture", {"tile": True}),
        ("doodle", {"init": "noise"}),
        ("doodle of a photo", {"content_weight": 3.0}),
    ],
)
def test_other_settings_of_version_0_1(name, other):
    before = as_in_0_1(make(name, **other).identity())
    first, second = comparable(before, make(name).identity(), version="1")
    assert first != second


def test_a_checkpoint_of_stylize_is_of_no_other_task():
    now = make("stylize").identity()
    first, second = comparable(as_in_0_1(now), {**now, "task": "background"}, version="1")
    assert first != second


def test_since_format_2_everything_is_compared():
    now = make("stylize").identity()
    assert comparable({"a": 1}, now, version="2") == ({"a": 1}, now)
