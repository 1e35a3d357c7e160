import json
import os
import threading
import time
from concurrent.futures import Future

import pytest
import torch

from impasto.errors import SettingError
from impasto.result import Result, read_record
from impasto.settings import StylizeSettings, TextureSettings
from impasto.studio.restore_settings import settings_of, unlike
from impasto.studio.sessions import MOST, Sessions, without_paths


def result():
    entry = {"name": "photo", "path": "/tmp/secret/photo.png", "sha256": "0"}
    record = {"impasto_format": 1, "task": "stylize", "settings": StylizeSettings(size=64).to_dict(),
              "content": entry, "styles": [entry], "versions": {}, "size": [8, 6]}  # fmt: skip
    return Result(torch.full((1, 3, 6, 8), 0.5), {}, record)


def test_a_painting_is_kept_with_a_record_that_names_no_folder(tmp_path):
    visit = Sessions(tmp_path).of("ann")
    entry = visit.keep(result(), task="stylize", before=None)
    assert entry.picture.exists()
    assert entry.settings["size"] == 64
    assert entry.caption == "1: stylize, 8 × 6 px"
    for path in (entry.record, entry.picture):
        assert read_record(path)["content"]["path"] == "photo.png"
    assert b"secret" not in entry.picture.read_bytes()


def test_the_oldest_goes(tmp_path):
    visit = Sessions(tmp_path).of("ann")
    first = visit.keep(result(), task="stylize", before=torch.zeros(1, 3, 6, 8))
    assert first.before.exists()
    visit.chosen["stylize"] = first
    for _ in range(MOST):
        visit.keep(result(), task="stylize")
    assert len(visit.entries) == MOST
    assert not first.picture.exists()
    assert not first.before.exists()
    assert "stylize" not in visit.chosen


def upload(folder, name):
    """A file as gradio puts it there."""
    path = folder / f"{hash(name) % 16**12:064x}" / name
    path.parent.mkdir()
    path.touch()
    return path


def test_who_leaves_leaves_nothing(tmp_path):
    visits = Sessions(tmp_path / "visits")
    own, shared = upload(tmp_path, "own.png"), upload(tmp_path, "shared.png")
    ann, ben = visits.of("ann"), visits.of("ben")
    assert visits.of("ann") is ann
    entry = ann.keep(result(), task="stylize", before=None)
    ann.brought({"photo": {"path": str(own)}, "styles": [{"image": {"path": str(shared)}}, None]})
    ben.brought([shared])
    visits.leave("ann")
    visits.leave("nobody who was here")
    assert ann.ended("stylize")
    assert ann.gone
    assert not own.exists()
    assert shared.exists()
    assert not entry.picture.exists()
    assert visits.of("ann") is not ann
    visits.close()
    assert ben.gone
    assert not shared.exists()


def test_only_uploads_are_a_visitors_to_remove(tmp_path):
    visits = Sessions(tmp_path / "visits")
    mine = upload(tmp_path, "a.png")
    others = [tmp_path / name for name in ("samples/coffee.png", "owner.lock", "visits/visit-9/a.png")]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    ann = visits.of("ann")
    ann.brought([*others, mine.parent / ".." / "samples" / "coffee.png", mine.parent, mine.parent / ".."])
    ann.brought([{"path": str(path)} for path in others])
    assert ann.uploads == set()
    visits.leave("ann")
    assert all(path.exists() for path in (*others, mine))


def test_an_upload_that_comes_again_while_its_visitor_leaves_stays(tmp_path):
    """What works for whoever leaves is waited for; others come in that time."""
    visits = Sessions(tmp_path / "visits")
    shared = upload(tmp_path, "shared.png")
    ann, work = visits.of("ann"), Future()
    ann.brought([shared])
    ann.works.add(work)
    leaving = threading.Thread(target=visits.leave, args=("ann",))
    leaving.start()
    while not ann.gone:
        time.sleep(0.001)
    visits.of("ben").brought([shared])
    work.set_result(None)
    leaving.join()
    assert shared.exists()


def test_nothing_is_kept_for_who_left(tmp_path):
    visits = Sessions(tmp_path / "visits")
    ann = visits.of("ann")
    visits.leave("ann")
    assert ann.keep(result(), task="stylize", before=None) is None
    assert not ann.folder.exists()


def test_who_never_says_that_they_leave(tmp_path):
    clock = [0.0]
    visits = Sessions(tmp_path / "visits", now=lambda: clock[0])
    used, forgotten, fresh = (upload(tmp_path, name) for name in ("used.png", "forgotten.png", "fresh.png"))
    os.utime(forgotten, (time.time() - 40,) * 2)
    caller, ann = visits.of(None), visits.of("ann")
    entry = caller.keep(result(), task="stylize", before=None)
    caller.brought([used])
    clock[0] = 29.0
    assert visits.of("ann") is ann
    visits.sweep(30)
    assert entry.picture.exists()
    assert not forgotten.exists()
    clock[0] = 31.0
    visits.sweep(30)
    assert caller.gone
    assert not entry.picture.exists()
    assert not used.exists()
    assert not ann.gone
    assert fresh.exists()


def test_sweeping_goes_on_until_the_studio_closes(tmp_path):
    visits, closing = Sessions(tmp_path / "visits"), threading.Event()
    ann = visits.of("ann")
    sweeping = threading.Thread(target=visits.keep_sweeping, args=(0.05, closing))
    sweeping.start()
    ended = time.monotonic() + 10
    while not ann.gone and time.monotonic() < ended:
        time.sleep(0.01)
    closing.set()
    sweeping.join(5)
    assert ann.gone
    assert not sweeping.is_alive()


def test_without_paths():
    assert without_paths([{"path": "/a/b.png"}, {"path": None}]) == [{"path": "b.png"}, {"path": None}]


def test_settings_of_a_file(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"settings": {"size": 128, "device": "cpu"}}))
    assert settings_of(file, StylizeSettings).size == 128
    file.write_text('{"size": 96}')
    assert settings_of(file, StylizeSettings).size == 96
    for wrong in ("[1]", "{", '{"settings": 3}', '{"size": 1' + 5000 * "0" + "}", 5000 * "["):
        file.write_text(wrong)
        with pytest.raises(SettingError, match=r"(?s)a.json holds no settings.*names and values"):
            settings_of(file, StylizeSettings)
    file.write_text(" " * 1_000_001)
    with pytest.raises(SettingError, match="holds no settings"):
        settings_of(file, StylizeSettings)
    with pytest.raises(SettingError, match="holds no settings"):
        settings_of(tmp_path / "gone.json", StylizeSettings)
    file.write_text('{"sise": 96}')
    with pytest.raises(SettingError, match="there is no setting 'sise'"):
        settings_of(file, StylizeSettings)


def test_what_the_page_cannot_show_is_said():
    settings = StylizeSettings(size=512, style_scale=(1.0, 0.5))
    assert unlike(["size", "style_scale", "style_layers"], settings, {"size": 256}) == [
        "Size: 256, the most here, instead of 512.",
        "Style scale: the page has one for all, 1, instead of 1, 0.5.",
    ]
    assert unlike(["size", "style_scale"], settings, {"size": 512})[1:] == []
    assert unlike(["size"], TextureSettings(size="300x200"), {"size": 256}) == [
        "Size: 256x200, the most here, instead of 300x200."
    ]
