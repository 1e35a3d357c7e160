"""One visitor's requests for one task: each lasts from a click on Paint until its run ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass
class _Request:
    running: bool = False
    cancelled: bool = False


class VisitorQueue:
    """The requests of one visitor for one task, in the order of their clicks.

    At most one of them is not cancelled, because Paint is off until it ends. gradio's queue cannot drop a
    request, so a cancelled one stays here until its turn comes, and is then skipped.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[_Request] = []

    def join(self) -> None:
        """Paint was clicked: add a request."""
        with self._lock:
            self._requests.append(_Request())

    def begin(self) -> bool:
        """The first request's turn came; False if it was cancelled. Without any request, one is added."""
        with self._lock:
            first = self._requests[0] if self._requests else _Request()
            if first.cancelled:
                del self._requests[0]
                return False
            first.running = True
            self._requests[:1] = [first]
            return True

    def end(self) -> None:
        """Remove the request that was running."""
        with self._lock:
            self._requests[:] = [request for request in self._requests if not request.running]

    def withdraw(self) -> bool:
        """Remove the last request, which gradio refused; False if it has begun or there is none."""
        with self._lock:
            if not self._requests or self._requests[-1].running:
                return False
            del self._requests[-1]
            return True

    def cancel_waiting(self) -> bool:
        """Cancel the request that waits; False if none does."""
        with self._lock:
            waiting = [request for request in self._requests if not (request.running or request.cancelled)]
            for request in waiting:
                request.cancelled = True
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
