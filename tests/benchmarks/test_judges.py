"""The judges beside ResNet-50, and the lists of pairs that they judge."""

import importlib.util
from collections import Counter

import pytest
import torch

from impasto.errors import SettingError
from impasto.images import io


def picture(seed, height=40, width=50):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def small_network(file):
    """Seven blocks named as those of YOLOv8n, each a 1x1 convolution, and a part that must not be run."""
    onnx = pytest.importorskip("onnx", reason="needs the dependency group bench")
    pytest.importorskip("onnxruntime", reason="needs the dependency group bench")
    helper, nodes, tensors, source = onnx.helper, [], [], "images"
    for block in range(7):
        kind = "cv2/act" if block in (2, 4, 6) else "act"
        weight = torch.randn(4, 3 if block == 0 else 4, generator=torch.Generator().manual_seed(block))
        tensors.append(helper.make_tensor(f"w{block}", 1, [*weight.shape, 1, 1], weight.flatten().tolist()))
        nodes += [
            helper.make_node(
                "Conv", [source, f"w{block}"], [f"c{block}"], strides=[2, 2] if block else [1, 1]
            ),
            helper.make_node("Abs", [f"c{block}"], [f"/model.{block}/{kind}/Mul_output_0"]),
        ]
        source = nodes[-1].output[0]
    nodes.append(helper.make_node("Concat", [source, "images"], ["end"], axis=1))  # sizes differ: an error
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "small", [value("images", 1, ["n", 3, "h", "w"])], [value("end", 1, None)], tensors
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=9), str(file))
    return file


def test_the_inner_layers_of_a_network_are_read(tmp_path):
    from yolo import LAYERS, YoloJudge

    judge = YoloJudge(small_network(tmp_path / "small.onnx"))
    image = picture(0, 160, 200)
    layers = judge.features(image)
    assert set(layers) == {"image", *LAYERS}
    assert layers["block0"].shape == (1, 4, 160, 200) and layers["block6"].shape == (1, 4, 3, 4)
    weight = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    by_hand = torch.einsum("dc,nchw->ndhw", weight, image).abs()
    torch.testing.assert_close(layers["block0"], by_hand)
    scores = judge.scores(image, image, image)
    assert scores == pytest.approx({"gram": 0, "sliced": 0, "palette": 0, "content": 0}, abs=1e-5)
    assert judge.scores(image, picture(1), picture(2, 160, 200))["gram"] > 0


def test_squares_cover_a_picture():
    from magenta import squares, starts

    assert starts(256, 256) == [0] and starts(300, 256) == [0, 44] and starts(600, 256) == [0, 172, 344]
    image = picture(0, 70, 45)
    crops = squares(image, 30)
    assert len(crops) == 6 and all(crop.shape == (1, 3, 30, 30) for crop in crops)
    assert torch.equal(crops[0], image[:, :, :30, :30]) and torch.equal(crops[-1], image[:, :, -30:, -30:])
    assert [crop.shape[2:] for crop in squares(picture(0, 20, 15), 30)] == [(30, 30), (30, 30)]


def test_a_relative_distance_by_hand():
    from magenta import relative_distance

    target = torch.tensor([3.0, 4.0])
    assert relative_distance(target, target) == 0 and relative_distance(0 * target, target) == 1
    assert relative_distance(torch.tensor([3.0, 1.0]), target) == pytest.approx(0.6)


def test_real_judges(shared_data):
    """Two paintings by one painter are nearer to each other than to a photo, by both networks."""
    if not all(map(importlib.util.find_spec, ("ai_edge_litert", "nudenet", "onnx", "onnxruntime"))):
        pytest.skip("needs the dependency group bench")
    from judges import JUDGES, judges_of

    names = ("paintings/a1420", "paintings/a1300", "photos/p1048")
    titian, other, zebra = (io.read(shared_data / f"{name}.jpg").pixels for name in names)
    for judge in judges_of(list(JUDGES), shared_data / "weights"):
        near, far = (judge.scores(x, zebra, titian) for x in (other, zebra))
        style = "style" if judge.name == "magenta" else "gram"
        assert near[style] < far[style]
        assert judge.scores(titian, zebra, titian)[style] == pytest.approx(0, abs=1e-5)
        assert far.get("content", 0) == pytest.approx(0, abs=1e-5)


def test_judges_that_are_not_there(tmp_path, monkeypatch):
    import judges

    assert judges.judges_of([], tmp_path) == []
    with pytest.raises(SettingError, match=r"(?s)no judge 'magneta'.*did you mean 'magenta'"):
        judges.judges_of(["magneta"], tmp_path)

    def missing(weights):
        raise ModuleNotFoundError("No module named 'onnx'", name="onnx")

    monkeypatch.setitem(judges.JUDGES, "yolo", missing)
    with pytest.raises(SettingError, match=r"(?s)needs the package onnx.*--group bench"):
        judges.judges_of(["yolo"], tmp_path)


def test_halves():
    from pairs import HALVES, PAIRS, PORTRAITS, WATCHED

    tuning, reported = HALVES["tuning"], HALVES["reported"]
    assert len(PAIRS) == 24 and len(tuning) == len(reported) == 12
    assert not set(tuning) & set(reported) and {*tuning, *reported} == set(PAIRS)
    assert len({pair.photo for pair in PAIRS}) == len({pair.style for pair in PAIRS}) == 24
    for half in (tuning, reported):
        assert sum(pair.photo_kind == "portrait" for pair in half) >= 4
        groups = Counter(pair.group for pair in half)
        assert set(groups) == {"dark", "light paper", "poster", "brush"} and min(groups.values()) >= 2
    assert len({pair.name for pair in PORTRAITS}) == 32 and not set(WATCHED) & set(PAIRS)


def test_pairs_are_held_out(shared_data):
    """Every tenth file of a folder, in the order of names, as ``training/compact/pictures.py`` has it."""
    from pairs import PAIRS, PORTRAITS, WATCHED

    photos, paintings = (
        {file.stem for file in sorted((shared_data / folder).glob("*.jpg"))[::10]}
        for folder in ("photos", "paintings")
    )
    for pair in (*PAIRS, *PORTRAITS):
        assert pair.photo in photos and pair.style in paintings, pair.name
    assert not any(pair.style in paintings for pair in WATCHED)


def test_which_pairs_are_asked_for():
    pytest.importorskip("matplotlib")
    from pairs import HALVES, PAIRS, PORTRAITS
    from quality import chosen

    assert chosen("", "") == list(PAIRS) and chosen("tuning", "") == list(HALVES["tuning"])
    assert chosen("", "0,3") == [PAIRS[0], PAIRS[3]] and chosen("reported", "0,3") == [PAIRS[3]]
    assert chosen("", "portraits") == list(PORTRAITS) and chosen("", "reported") == list(HALVES["reported"])
    for numbers in ("24", "-1", "portrait"):
        with pytest.raises(SettingError, match=r"(?s)no such pairs.*0 to 23"):
            chosen("", numbers)
    with pytest.raises(SettingError, match="none of these pairs is in the half 'reported'"):
        chosen("reported", "0")


def test_scores_are_kept_until_their_definition_changes(tmp_path):
    pytest.importorskip("matplotlib")
    import json

    from quality import Gallery

    class Counting:
        name, VERSION, calls = "resnet50", 1, 0

        def scores(self, result, content, style):
            self.calls += 1
            assert style.shape == (1, 3, 20, 25)
            return {"gram": float(self.calls)}

    judge, file = Counting(), tmp_path / "a.png"
    io.write(file, io.to_pil(picture(0)))
    file.with_suffix(".json").write_text(json.dumps({"style_shape": [20, 25]}))

    def measured(*, remeasure=False):
        gallery = Gallery(tmp_path, tmp_path, judge, size=50, remeasure=remeasure)
        record = json.loads(file.with_suffix(".json").read_text())
        return gallery.scores(file, record, picture(0), picture(1))

    first = measured()
    assert first["clean"]["order"] > 0.99 and set(first["clean"]) == {"grain", "light", "order"}
    assert measured() == first and judge.calls == 1
    judge.VERSION = 2
    assert measured()["resnet50"] == {"gram": 2.0} and measured()["clean"] == first["clean"]
    assert measured(remeasure=True)["resnet50"] == {"gram": 3.0}


def test_each_judge_counts_on_its_own():
    from pairs import PAIRS
    from standings import Row, tables

    def row(pair, method, first, magenta, grain):
        names = ("gram", "sliced", "palette", "content")
        clean = {"grain": grain, "light": 1.0, "order": 0.9 - grain / 10}
        return Row(pair, method, dict.fromkeys(names, first), 1.0, clean, {"magenta": {"style": magenta}})

    rows = [
        row(PAIRS[0], "default", 1, 1, 1.0), row(PAIRS[0], "microast", 2, 2, 2.0),
        row(PAIRS[1], "default", 1, 3, 0.5), row(PAIRS[1], "microast", 2, 2, 2.0),
    ]  # fmt: skip
    text = tables(rows, against=("microast",))
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    assert ["default", "microast", "2", "2", "2", "2", "2", "0"] in lines  # by the first judge
    assert ["default", "microast", "1", "2", "2", "1", "0"] in lines  # style by Magenta, palette and content
    assert ["default", "0.750", "1.000", "0.825", "0.800", "2", "2", "0"] in lines  # goals met
    assert "Means by magenta" in text and rows[0].to_dict()["judged"] == {"magenta": {"style": 1}}
