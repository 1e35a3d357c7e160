"""Fetch a file of weights: to a temporary name, resumed where it stopped, verified, then renamed."""

from __future__ import annotations

import http.client
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from impasto.errors import WeightsError
from impasto.weights.records import WeightRecord, cache_folder, cached, file_sha256

log = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 18
"""Received between two calls of ``progress``."""

ATTEMPTS = 3
"""Attempts at one address before the next one; each resumes where the last one stopped. Chosen by eye."""

Progress = Callable[[int, int], None]
"""Called with (bytes received, bytes in all; 0 if unknown)."""


class _AttemptError(Exception):
    """One attempt failed; the text states the reason."""


class _RefusedError(_AttemptError):
    """One attempt failed, and another at this address would fail too."""


def fetch(record: WeightRecord, *, progress: Progress | None = None, timeout_s: float = 30.0) -> Path:
    """The file of a record, downloaded if it is not on this machine.

    The download has a temporary name (``NAME.part``) in the cache folder, and gets its final name only after
    its SHA-256 was verified. An interrupted download is resumed (HTTP Range) if the server supports that.

    Args:
        record: what to fetch.
        progress: called after every piece with (bytes received, bytes in all; 0 if unknown).
        timeout_s: seconds without a byte after which an attempt has failed.
    Returns:
        The verified file.
    Raises:
        WeightsError: no address delivered the file, or the cache folder cannot be made; the text lists
            the attempts and why each failed.
    """
    present = cached(record)
    if present is not None:
        return present
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WeightsError(
            "the cache folder for weights cannot be made",
            got=f"{folder}: {error.strerror}",
            expected="a folder that can be written",
            attempt="set IMPASTO_CACHE to another folder",
        ) from error
    part = folder / f"{record.file_name}.part"
    failures: list[str] = []
    for url in record.urls:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                resumed = _download(record, url, part, progress=progress, timeout_s=timeout_s)
                _verify(record, part, resumed=resumed)
                return part.replace(folder / record.file_name)
            except (_AttemptError, OSError, http.client.HTTPException) as error:
                log.info("%s, attempt %d: %s", url, attempt, error)
                failures.append(f"{url}: {error}")
                if isinstance(error, _RefusedError):
                    break
    raise WeightsError(
        f"the weights {record.name!r} could not be fetched",
        got="; ".join(dict.fromkeys(failures)),
        expected=f"{record.file_name}, {record.size_bytes / 1e6:.0f} MB, SHA-256 {record.sha256[:8]}...",
        attempt=f"again later (it goes on where it stopped); put the file into {folder} from another mirror; "
        "--weights FILE; or --network compact, which needs no download",
    )


def _download(
    record: WeightRecord, url: str, part: Path, *, progress: Progress | None, timeout_s: float
) -> bool:
    """Complete ``part``, resuming if the server supports that; return whether it resumed."""
    received = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "impasto"})
    if received:
        request.add_header("Range", f"bytes={received}-")
    try:
        answer = urllib.request.urlopen(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        if received and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            # Nothing is left to send: the part is complete or of another file, which its hash will show.
            return True
        raise _RefusedError(f"the server says {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _RefusedError(f"no connection ({error.reason})") from error
    with answer:
        resumed = received > 0 and _continues(answer, received)
        received = received if resumed else 0
        length = int(answer.headers.get("Content-Length") or 0)
        total = received + length if length else 0
        with part.open("ab" if resumed else "wb") as stream:
            while chunk := answer.read(CHUNK_BYTES):
                stream.write(chunk)
                received += len(chunk)
                if progress is not None:
                    progress(received, total or max(record.size_bytes, received))
    # A connection that is cut looks like the end of the file to read().
    if received < total:
        raise _AttemptError(f"the connection was cut after {received} of {total} bytes")
    return resumed


def _continues(answer: http.client.HTTPResponse, received: int) -> bool:
    """Whether the answer starts where the part ends."""
    match = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range") or "")
    return (
        answer.status == http.HTTPStatus.PARTIAL_CONTENT and match is not None and int(match[1]) == received
    )


def _verify(record: WeightRecord, part: Path, *, resumed: bool) -> None:
    """Compare hashes; a wrong part is removed, so that the next attempt starts anew."""
    digest = file_sha256(part)
    if not digest.startswith(record.sha256):
        part.unlink()
        # After a resumed download the old part may be to blame; otherwise this address has another file.
        kind = _AttemptError if resumed else _RefusedError
        raise kind(f"another file came (SHA-256 {digest[:8]}..., not {record.sha256[:8]}...)")
