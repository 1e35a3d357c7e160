import hashlib
import random
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from impasto.errors import WeightsError
from impasto.weights import download
from impasto.weights.download import fetch
from impasto.weights.records import WeightRecord

CONTENT = random.Random(0).randbytes(700_000)


@dataclass
class Site:
    """A file server with the faults of real ones.

    Attributes:
        content: what it serves.
        ranges: whether it can continue a download.
        cuts: bytes after which the connection breaks, for each of the first answers.
        asked: (path, Range header) of every request.
    """

    content: bytes = CONTENT
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def site(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("no_proxy", "*")
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers.get("Range")
            site.asked.append((self.path, wanted))
            if self.path == "/missing":
                self.send_error(404)
                return
            first = int(wanted.split("=")[1].rstrip("-")) if wanted and site.ranges else 0
            if first and first >= len(site.content):
                self.send_error(416)
                return
            body = site.content[first:]
            self.send_response(206 if first else 200)
            if first:
                self.send_header(
                    "Content-Range", f"bytes {first}-{len(site.content) - 1}/{len(site.content)}"
                )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: site.cuts.pop(0)] if site.cuts else body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def record(site):
    return WeightRecord(
        name="small",
        urls=(f"{site.url}/file",),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size_bytes=len(CONTENT),
        licence="none",
        source="generated",
        file_name="small-0000.pth",
    )


def part_of(record, tmp_path):
    path = tmp_path / "cache" / f"{record.file_name}.part"
    path.parent.mkdir(exist_ok=True)
    return path


def test_a_whole_download_is_verified_renamed_and_not_repeated(site, record, tmp_path):
    seen = []
    path = fetch(record, progress=lambda done, total: seen.append((done, total)))
    assert path == tmp_path / "cache" / "small-0000.pth"
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert fetch(record) == path
    assert site.asked == [("/file", None)]


def test_eight_digits_of_the_hash_are_enough_where_no_more_are_known(site, record):
    assert fetch(replace(record, sha256=record.sha256[:8])).read_bytes() == CONTENT


def test_a_part_is_continued(site, record, tmp_path):
    part_of(record, tmp_path).write_bytes(CONTENT[:300_000])
    seen = []
    assert fetch(record, progress=lambda *sizes: seen.append(sizes)).read_bytes() == CONTENT
    assert site.asked == [("/file", "bytes=300000-")]
    assert seen[0][0] > 300_000
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_part_is_replaced_if_the_server_cannot_continue(site, record, tmp_path):
    site.ranges = False
    part_of(record, tmp_path).write_bytes(CONTENT[:300_000])
    assert fetch(record).read_bytes() == CONTENT
    assert len(site.asked) == 1


def test_a_complete_part_needs_only_its_name(site, record, tmp_path):
    part_of(record, tmp_path).write_bytes(CONTENT)
    assert fetch(record).read_bytes() == CONTENT
    assert site.asked == [("/file", f"bytes={len(CONTENT)}-")]


def test_a_spoilt_part_is_thrown_away(site, record, tmp_path):
    part_of(record, tmp_path).write_bytes(bytes(300_000))
    assert fetch(record).read_bytes() == CONTENT
    assert [wanted for _, wanted in site.asked] == ["bytes=300000-", None]


def test_a_cut_connection_is_taken_up_again(site, record):
    site.cuts = [200_000, 100_000]
    assert fetch(record).read_bytes() == CONTENT
    assert [wanted for _, wanted in site.asked] == [None, "bytes=200000-", "bytes=300000-"]


def test_a_connection_that_is_always_cut_leaves_the_part_for_later(site, record, tmp_path):
    site.cuts = [100_000] * download.ATTEMPTS
    with pytest.raises(WeightsError, match="the connection was cut after 300000 of 700000 bytes"):
        fetch(record)
    assert part_of(record, tmp_path).read_bytes() == CONTENT[:300_000]
    assert not (tmp_path / "cache" / record.file_name).exists()
    assert fetch(record).read_bytes() == CONTENT


def test_the_second_mirror_is_asked_when_the_first_has_no_file(site, record):
    record = replace(record, urls=(f"{site.url}/missing", f"{site.url}/file"))
    assert fetch(record).read_bytes() == CONTENT
    assert [path for path, _ in site.asked] == ["/missing", "/file"]


def test_another_file_is_refused_after_one_download(site, record, tmp_path):
    site.content = b"<html>please log in</html>"
    with pytest.raises(WeightsError) as caught:
        fetch(record)
    digest = hashlib.sha256(site.content).hexdigest()[:8]
    assert str(caught.value).splitlines() == [
        "the weights 'small' could not be fetched",
        f"  got       {site.url}/file: another file came (SHA-256 {digest}..., not {record.sha256[:8]}...)",
        f"  expected  small-0000.pth, 1 MB, SHA-256 {record.sha256[:8]}...",
        f"  try       again later (it goes on where it stopped); put the file into {tmp_path / 'cache'} "
        "from another mirror; --weights FILE; or --network compact, which needs no download",
    ]
    assert len(site.asked) == 1
    assert list((tmp_path / "cache").iterdir()) == []


def test_no_connection_and_no_file_are_both_told(site, record):
    # Port 9 (discard) is closed on a machine that serves nothing there.
    record = replace(record, urls=("http://127.0.0.1:9/file", f"{site.url}/missing"))
    with pytest.raises(WeightsError) as caught:
        fetch(record, timeout_s=2)
    assert "http://127.0.0.1:9/file: no connection (" in caught.value.got
    assert f"{site.url}/missing: the server says 404 Not Found" in caught.value.got
    assert "--network compact" in caught.value.attempt


def test_a_cache_folder_that_cannot_be_made(site, record, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(WeightsError, match="the cache folder for weights cannot be made") as caught:
        fetch(record)
    assert caught.value.attempt == "set IMPASTO_CACHE to another folder"
