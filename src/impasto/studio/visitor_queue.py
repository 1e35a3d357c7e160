"""One visitor's requests for one task: each lasts from a click on Paint until its run ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(eq=False)
class RunRequest:
    """One click on Paint.

    Attributes:
        claimed: its run waits in the line, or works.
        running: its run works.
        cancelled: the visitor does not want it any more.
    """

    claimed: bool = False
    running: bool = False
    cancelled: bool = False


class VisitorQueue:
    """The requests of one visitor for one task; at most one is wanted: Paint is off until it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[RunRequest] = []

    def join(self) -> None:
        """Paint was clicked: add a request."""
        with self._lock:
            self._requests.append(RunRequest())

    def claim(self) -> RunRequest | None:
        """The request for which a run is to be made; None if it was cancelled, or there is none."""
        with self._lock:
            request = next((request for request in self._requests if not request.claimed), None)
            if request is not None:
                request.claimed = True
            return request

    def begin(self, request: RunRequest) -> bool:
        """A request's turn came; False if it was cancelled."""
        with self._lock:
            request.running = not request.cancelled
            return request.running

    def end(self, request: RunRequest) -> None:
        """Remove a request whose run is over."""
        with self._lock:
            if request in self._requests:
                self._requests.remove(request)

    def withdraw(self) -> None:
        """Remove requests for which no run was made."""
        with self._lock:
            self._requests[:] = [request for request in self._requests if request.claimed]

    def cancel_waiting(self) -> bool:
        """Cancel the request that waits; False if none does."""
        with self._lock:
            waiting = [request for request in self._requests if not request.running]
            for request in waiting:
                request.cancelled = True
            self._requests[:] = [request for request in self._requests if request.running]
            return bool(waiting)

    def stop(self) -> None:
        """Ask the running request to end soon."""
        with self._lock:
            for request in self._requests:
                request.cancelled |= request.running

    @property
    def requests(self) -> int:
        """How many wait or run."""
        with self._lock:
            return sum(not request.cancelled for request in self._requests)

    @property
    def running(self) -> bool:
        """Whether a request is running."""
        with self._lock:
            return any(request.running for request in self._requests)

    @property
    def stopped(self) -> bool:
        """Whether the running request was asked to end."""
        with self._lock:
            return any(request.running and request.cancelled for request in self._requests)
