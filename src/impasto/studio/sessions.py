"""All visitors' sessions: found again when a page is loaded anew, removed when the visitor has left."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path

from impasto.studio.session import Session, is_upload

FRESH_S = 5.0
"""Seconds after an upload in which the call that names it may still be on its way."""

END_TIMEOUT_S = 15
"""Longest wait for a visitor's threads before the visitor's files are removed."""

CHECK_EVERY_S = 600
"""Seconds between two checks for expired files, at most."""

VISIT_NAME = re.compile(r"\d{1,10}(-\d{1,10}){3}")
"""Four random numbers of 32 bits."""


class Sessions:
    """All visitors of a server.

    Args:
        folder: where their results lie; gradio puts uploads beside it.
        now: clock that returns monotonic seconds (tests inject one).
    """

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder.resolve()
        self._now = now
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._visits: dict[str, str] = {}
        self._count = 0

    def get(self, name: str | None) -> Session:
        """The session of a page, made if there is none; None stands for callers without a name."""
        with self._lock:
            return self._get(name or "nobody")

    def _get(self, name: str) -> Session:
        key = self._visits.get(name, name)
        if key not in self._sessions:
            self._count += 1
            self._sessions[key] = Session(self.folder / f"session-{self._count}-{abs(hash(key))}")
        session = self._sessions[key]
        session.used_at = self._now()
        if key != name:
            session.pages.add(name)
        return session

    def join(self, name: str | None, visit: str) -> Session:
        """The session of a page that was just loaded: that of its visit, if it was loaded before.

        Args:
            name: of the page; another each time it is loaded.
            visit: what the browser calls the visit; see ``app.VISIT``. Anything else is ignored.
        """
        with self._lock:
            name = name or "nobody"
            if isinstance(visit, str) and VISIT_NAME.fullmatch(visit):
                key = f"visit {visit}"
                if name in self._sessions and key not in self._sessions:
                    self._sessions[key] = self._sessions.pop(name)
                self._visits[name] = key
            return self._get(name)

    def leave(self, name: str | None, *, after_s: float) -> None:
        """A page was closed, or its line lost: end its session, at once if it was no visit of a browser.

        Args:
            name: of the page.
            after_s: how long the visit may come back.
        """
        with self._lock:
            name = name or "nobody"
            key = self._visits.get(name)
            session = None if key is None else self._sessions.get(key)
            if session is not None:
                session.pages.discard(name)
        if key is None or session is None:
            self.end(name)
        elif not session.pages:
            timer = threading.Timer(after_s, self._end_if_left, (key,))
            timer.daemon = True
            timer.start()

    def _end_if_left(self, key: str) -> None:
        session = self._sessions.get(key)
        if session is not None and not session.pages:
            self.end(key)

    @property
    def requests(self) -> int:
        """How many paintings of all visitors wait or are being painted."""
        with self._lock:
            queues = [queue for session in self._sessions.values() for queue in session.queues.values()]
        return sum(queue.requests for queue in queues)

    def end(self, name: str | None) -> None:
        """Stop a visitor's run and remove their files, except uploads that another visitor also made."""
        with self._lock:
            name = name or "nobody"
            key = self._visits.get(name, name)
            session = self._sessions.pop(key, None)
            self._visits = {page: visit for page, visit in self._visits.items() if visit != key}
        if session is None:
            return
        session.ended = True
        wait(session.threads, timeout=END_TIMEOUT_S)
        self._remove(session.uploads)
        with session.lock:
            shutil.rmtree(session.folder, ignore_errors=True)

    def _remove(self, uploads: Collection[Path]) -> None:
        """Remove uploads that no visitor has; gradio keeps uploads of the same bytes as one file.

        So a file that was written a moment ago may be another visitor's, whose call has not come yet: it is
        looked at again a little later.
        """
        fresh = []
        with self._lock:
            held = {path for other in self._sessions.values() for path in other.uploads}
            for path in set(uploads) - held:
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime < FRESH_S:
                        fresh.append(path)
                    else:
                        path.unlink()
        if fresh:
            timer = threading.Timer(FRESH_S, self._remove, (fresh,))
            timer.daemon = True
            timer.start()

    def end_expired(self, idle_s: float) -> None:
        """End sessions without a request for so many seconds, and remove uploads as old as that.

        A program that calls the API does not say when it leaves, and an upload may never be used.
        """
        with self._lock:
            oldest = self._now() - idle_s
            idle = [name for name, session in self._sessions.items() if session.used_at < oldest]
        for name in idle:
            self.end(name)
        for path in self.folder.parent.glob("*/*"):
            with suppress(OSError):
                if is_upload(path, self.folder.parent) and path.stat().st_mtime < time.time() - idle_s:
                    path.unlink()

    def watch_expiry(self, keep_s: float, closing: threading.Event) -> None:
        """Call ``end_expired`` so often that no file is older than ``keep_s``, until ``closing`` is set."""
        every_s = min(CHECK_EVERY_S, keep_s / 10)
        while not closing.wait(every_s):
            self.end_expired(keep_s - every_s)

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            names = list(self._sessions)
        for name in names:
            self.end(name)
