import os
import threading
import time
from concurrent.futures import Future

import pytest
import torch

from impasto.result import Result, read_record
from impasto.settings import StylizeSettings
from impasto.studio import sessions as module
from impasto.studio.session import MAX_ENTRIES, MAX_FOLDERS, without_folders
from impasto.studio.sessions import Sessions


def result():
    entry = {"name": "photo", "path": "/tmp/secret/photo.png", "sha256": "0"}
    record = {
        "impasto_format": 1,
        "task": "stylize",
        "settings": StylizeSettings(size=64).to_dict(),
        "content": entry,
        "styles": [entry],
        "versions": {},
        "size": [8, 6],
    }
    return Result(torch.full((1, 3, 6, 8), 0.5), {}, record)


@pytest.fixture(autouse=True)
def no_upload_is_fresh(monkeypatch):
    """Files of the tests are removed at once, though they were written a moment ago."""
    monkeypatch.setattr(module, "FRESH_S", 0.0)


def test_an_upload_of_the_same_bytes_whose_call_has_not_come_yet(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FRESH_S", 0.3)
    sessions = Sessions(tmp_path / "sessions")
    shared = tmp_path / ("a" * 64) / "photo.png"
    shared.parent.mkdir()
    shared.write_bytes(b"1")
    sessions.get("ann").add_uploads([shared])
    sessions.end("ann")
    assert shared.exists()
    sessions.get("ben").add_uploads([shared])  # his call comes
    time.sleep(0.6)
    assert shared.exists()
    sessions.end("ben")
    assert wait_until(lambda: not shared.exists())


def test_a_painting_is_kept_with_a_record_that_names_no_folder(tmp_path):
    session = Sessions(tmp_path).get("ann")
    entry = session.add(result(), task="stylize", before=None)
    assert entry.picture.exists()
    assert entry.record["settings"]["size"] == 64
    assert entry.caption == "1: stylize, 8 × 6 px"
    for path in (entry.record_file, entry.picture):
        assert read_record(path)["content"]["path"] == "photo.png"
    assert b"secret" not in entry.picture.read_bytes()


def test_the_oldest_goes(tmp_path):
    session = Sessions(tmp_path).get("ann")
    first = session.add(result(), task="stylize", before=torch.zeros(1, 3, 6, 8))
    assert first.before.exists()
    session.chosen["stylize"] = first
    for _ in range(MAX_ENTRIES):
        session.add(result(), task="stylize")
    assert len(session.entries) == MAX_ENTRIES
    assert not first.picture.exists()
    assert not first.before.exists()
    assert "stylize" not in session.chosen


def upload(folder, name):
    """A file as gradio puts it there."""
    path = folder / f"{hash(name) % 16**12:064x}" / name
    path.parent.mkdir()
    path.touch()
    return path


def test_who_leaves_leaves_nothing(tmp_path):
    sessions = Sessions(tmp_path / "sessions")
    own, shared = upload(tmp_path, "own.png"), upload(tmp_path, "shared.png")
    ann, ben = sessions.get("ann"), sessions.get("ben")
    assert sessions.get("ann") is ann
    entry = ann.add(result(), task="stylize", before=None)
    ann.add_uploads({"photo": {"path": str(own)}, "styles": [{"image": {"path": str(shared)}}, None]})
    ben.add_uploads([shared])
    sessions.end("ann")
    sessions.end("nobody who was here")
    assert ann.stopped("stylize")
    assert ann.ended
    assert not own.exists()
    assert shared.exists()
    assert not entry.picture.exists()
    assert sessions.get("ann") is not ann
    sessions.close()
    assert ben.ended
    assert not shared.exists()


def test_only_uploads_are_a_visitors_to_remove(tmp_path):
    sessions = Sessions(tmp_path / "sessions")
    mine = upload(tmp_path, "a.png")
    others = [tmp_path / name for name in ("samples/coffee.png", "owner.lock", "sessions/session-9/a.png")]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    ann = sessions.get("ann")
    ann.add_uploads([*others, mine.parent / ".." / "samples" / "coffee.png", mine.parent, mine.parent / ".."])
    ann.add_uploads([{"path": str(path)} for path in others])
    assert ann.uploads == set()
    sessions.end("ann")
    assert all(path.exists() for path in (*others, mine))


def test_an_upload_that_comes_again_while_its_visitor_leaves_stays(tmp_path):
    """What works for whoever leaves is waited for; others come in that time."""
    sessions = Sessions(tmp_path / "sessions")
    shared = upload(tmp_path, "shared.png")
    ann, work = sessions.get("ann"), Future()
    ann.add_uploads([shared])
    ann.threads.add(work)
    leaving = threading.Thread(target=sessions.end, args=("ann",))
    leaving.start()
    while not ann.ended:
        time.sleep(0.001)
    sessions.get("ben").add_uploads([shared])
    work.set_result(None)
    leaving.join()
    assert shared.exists()


def test_nothing_is_kept_for_who_left(tmp_path):
    sessions = Sessions(tmp_path / "sessions")
    ann = sessions.get("ann")
    sessions.end("ann")
    assert ann.add(result(), task="stylize", before=None) is None
    assert not ann.folder.exists()


def test_who_never_says_that_they_leave(tmp_path):
    clock = [0.0]
    sessions = Sessions(tmp_path / "sessions", now=lambda: clock[0])
    used, forgotten, fresh = (upload(tmp_path, name) for name in ("used.png", "forgotten.png", "fresh.png"))
    os.utime(forgotten, (time.time() - 40,) * 2)
    caller, ann = sessions.get(None), sessions.get("ann")
    entry = caller.add(result(), task="stylize", before=None)
    caller.add_uploads([used])
    clock[0] = 29.0
    assert sessions.get("ann") is ann
    sessions.end_expired(30)
    assert entry.picture.exists()
    assert not forgotten.exists()
    clock[0] = 31.0
    sessions.end_expired(30)
    assert caller.ended
    assert not entry.picture.exists()
    assert not used.exists()
    assert not ann.ended
    assert fresh.exists()


def test_expiry_is_watched_until_the_studio_closes(tmp_path):
    sessions, closing = Sessions(tmp_path / "sessions"), threading.Event()
    ann = sessions.get("ann")
    watching = threading.Thread(target=sessions.watch_expiry, args=(0.05, closing))
    watching.start()
    ended = time.monotonic() + 10
    while not ann.ended and time.monotonic() < ended:
        time.sleep(0.01)
    closing.set()
    watching.join(5)
    assert ann.ended
    assert not watching.is_alive()


def test_without_folders():
    assert without_folders([{"path": "/a/b.png"}, {"path": None}]) == [{"path": "b.png"}, {"path": None}]


def test_few_folders_are_kept(tmp_path):
    session = Sessions(tmp_path).get("ann")
    folders = [session.new_folder() for _ in range(2)]
    folders[0].mkdir(parents=True)
    folders += [session.new_folder() for _ in range(MAX_FOLDERS - 1)]
    assert not folders[0].exists()
    assert session.folders == folders[1:]
    assert session.count == len(folders)


VISIT = "1-22-333-4444"


def test_a_page_that_is_loaded_again_finds_its_session(tmp_path):
    sessions = Sessions(tmp_path)
    first = sessions.get("page 1")
    assert sessions.join("page 1", VISIT) is first
    sessions.leave("page 1", after_s=60)
    assert sessions.join("page 2", VISIT) is first
    assert sessions.get("page 1") is first  # a request that was late
    assert not first.ended
    assert sessions.join("page 3", "9-22-333-4444") is not first
    assert sessions.join("page 4", "../1-22-333-4444") is not first  # no name of a visit


def wait_until(condition):
    for _ in range(1000):
        if condition():
            return True
        time.sleep(0.005)
    return False


def test_who_does_not_come_back_is_removed(tmp_path):
    sessions = Sessions(tmp_path)
    gone, back = sessions.join("a", VISIT), sessions.join("b", "2-2-2-2")
    entry = gone.add(result(), task="stylize")
    sessions.leave("a", after_s=0.02)
    sessions.leave("b", after_s=0.2)
    assert sessions.join("c", "2-2-2-2") is back
    assert wait_until(lambda: gone.ended)
    assert wait_until(lambda: not entry.picture.exists())
    time.sleep(0.25)
    assert not back.ended
    assert sessions.get("a") is not gone


def test_a_program_that_leaves_is_no_visit(tmp_path):
    sessions = Sessions(tmp_path)
    session = sessions.get("client")
    sessions.leave("client", after_s=60)
    assert session.ended
