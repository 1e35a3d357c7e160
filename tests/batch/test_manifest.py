"""Rows out of files."""

import json

import pytest

from impasto.batch.manifest import read_manifest
from impasto.errors import OutputError, SettingError
from impasto.settings import StylizeSettings
from impasto.settings.batch import BatchSettings


@pytest.fixture
def read(tmp_path):
    """Rows of a manifest with this text, in a folder of its own."""

    def rows(text, name="m.jsonl", columns=None, out="out", **settings):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_manifest(path, tmp_path / out, BatchSettings(**settings), columns=columns)

    return rows


def lines(*rows):
    return "\n".join(map(json.dumps, rows))


PAIR = {"content": "a.jpg", "style": "b.jpg"}


def test_paths_are_relative_to_the_manifest(read, tmp_path):
    [row] = read(lines({**PAIR, "size": 256}))
    assert row.inputs == {"content": str(tmp_path / "a.jpg"), "style": [str(tmp_path / "b.jpg")]}
    assert row.settings == StylizeSettings.of({"size": 256})
    assert (row.number, row.task, row.output) == (1, "stylize", "a-b.png")


def test_csv_and_jsonl_give_the_same_rows(read, tmp_path):
    json_rows = read(lines(
        {"content": "a.jpg", "style": ["b.jpg", "c.jpg"], "style_weights": [0.7, 0.3], "size": 128,
         "jitter": True, "style_layers": {"relu1_1": 4, "relu2_1": 1}, "output": "x/one.jpg"},
        {"task": "recolor", "content": "a.jpg", "palette": "navy,gold", "strength": 0.5}))  # fmt: skip
    text = ("task,content,style,style_weights,size,jitter,style_layers,output,palette,strength\n"
            ',a.jpg,b.jpg;c.jpg,"0.7,0.3",128,yes,"relu1_1=4,relu2_1",x/one.jpg,,\n'
            "\n"
            'recolor,a.jpg,,,,,,,"navy,gold",0.5\n')  # fmt: skip
    csv_rows = read("\ufeff" + text, "m.csv")
    assert [row.number for row in csv_rows] == [2, 4]
    for one, other in zip(json_rows, csv_rows, strict=True):
        assert (one.task, one.inputs, one.settings, one.output) == (
            other.task, other.inputs, other.settings, other.output)  # fmt: skip
    assert csv_rows[1].inputs["palette"] == "navy,gold" and csv_rows[0].output == "x/one.jpg"


def test_a_text_that_is_a_file_is_a_path(read, tmp_path):
    (tmp_path / "navy").write_bytes(b"x")
    [row] = read(lines({"task": "recolor", "content": "a.jpg", "palette": "navy"}))
    assert row.inputs["palette"] == str(tmp_path / "navy")


def test_a_start_that_is_a_file_is_a_path(read, tmp_path):
    (tmp_path / "s.png").write_bytes(b"x")
    one, other = read(lines({**PAIR, "init": "s.png"}, {**PAIR, "init": "noise"}))
    assert one.settings.init == str(tmp_path / "s.png") and other.settings.init == "noise"


def test_columns_for_all_rows(read, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    rows = read(lines({"content": "a.jpg"}, {"content": "c.jpg", "style": "b.jpg", "size": 64}),
                columns={"style": "p.jpg", "size": "256"})  # fmt: skip
    assert [row.inputs["style"] for row in rows] == [
        [str(tmp_path / "here/p.jpg")],
        [str(tmp_path / "b.jpg")],
    ]
    assert [row.settings.size for row in rows] == [256, 64]


def test_equal_settings_are_one_object(read):
    one, other = read(lines(PAIR, {**PAIR, "content": "c.jpg"}))
    assert one.settings is other.settings


def test_names_given_first_then_made(read):
    rows = read(lines(PAIR, {**PAIR, "output": "a-b.png"}), suffix=".jpg")
    assert [row.output for row in rows] == ["a-b-2.jpg", "a-b.png"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "m.jsonl has no row"),
        ("{", "line 1: this is no JSON"),
        ("[1]", "line 1: this is no JSON object"),
        (lines({"content": "a.jpg"}), "line 1: stylize needs a photo and a style"),
        (lines(PAIR, {**PAIR, "size": 3}), "line 2: size is too small"),
        (lines({**PAIR, "siez": 3}), "has no input or setting 'siez'; did you mean 'size'"),
        (lines({**PAIR, "task": "stylise"}), "there is no task 'stylise'"),
        (lines({**PAIR, "content": 3}), "line 1: content is one file"),
        (lines({**PAIR, "style": [3]}), "line 1: style is a path"),
        (lines({**PAIR, "output": "../a.png"}), "no name of a file inside the folder"),
        (lines({**PAIR, "output": "/a.png"}), "no name of a file inside the folder"),
        (lines({**PAIR, "output": "a"}), "no name of a file inside the folder"),
        (lines({**PAIR, "output": "x.png"}, {**PAIR, "output": "X.jpg"}), "(?s)several rows.*line 2: X.jpg"),
        (lines(*[{**PAIR, "size": 3}] * 9), "(?s)9 of 9 rows.*and 4 more"),
    ],
)
def test_what_is_wrong_is_told_by_line(read, text, told):
    with pytest.raises(SettingError, match=told):
        read(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("content,style\na.jpg,b.jpg,c.jpg\n", "line 2: more cells than the 2 columns"),
        ("content,style,size\na.jpg,b.jpg,large\n", "line 2: size is not a whole number"),
        ("content,style,jitter\na.jpg,b.jpg,maybe\n", "line 2: jitter is not yes or no"),
        ('content,style\n"a.jpg,b.jpg\n', "the manifest cannot be read"),
    ],
)
def test_what_is_wrong_in_a_csv(read, text, told):
    with pytest.raises(SettingError, match=told):
        read(text, "m.csv")


def test_files_that_are_no_manifests(tmp_path):
    with pytest.raises(SettingError, match="the manifest is missing"):
        read_manifest(tmp_path / "m.csv", tmp_path, BatchSettings())
    (tmp_path / "m.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match="the manifest cannot be read"):
        read_manifest(tmp_path / "m.jsonl", tmp_path, BatchSettings())
    with pytest.raises(SettingError, match=r"a manifest is a \.jsonl or \.csv file"):
        read_manifest(tmp_path / "m.txt", tmp_path, BatchSettings())


def test_no_result_replaces_an_input(read):
    with pytest.raises(OutputError, match="a result would replace its photo"):
        read(lines({"content": "a.png", "style": "b.png", "output": "b.png"}), out=".")
