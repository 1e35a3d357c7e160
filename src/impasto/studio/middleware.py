"""What gradio does for anyone who asks, and this server does for nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import gradio as gr

ADDRESSES = ("http:", "https:")
"""How the name of a file begins that gradio 6.31 would fetch from elsewhere."""

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


class BlockedRoutes:
    """Answers 404 to requests that no page of ours makes.

    ``component_server`` is a way into the inputs' own functions: an image editor's keeps what anybody
    sends it, in a list as long as they say. ``file=https://...`` and ``proxy=`` fetch from other servers.

    Args:
        app: who answers the others.
    """

    def __init__(self, app: Channel) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Channel, send: Channel) -> None:
        """Answer a request."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def is_open(path: str) -> bool:
    """Whether the gate lets a request through."""
    _, _, file = path.partition("/file=")
    return not (
        path.rstrip("/").endswith("/component_server")
        or "/proxy=" in path
        or file.lower().lstrip().startswith(ADDRESSES)
    )


def fetch_nothing(page: gr.Blocks) -> None:
    """Let events refuse files that are elsewhere: gradio 6.31 has no setting for that, and downloads them.

    Args:
        page: whose events.
    """
    before = page.preprocess_data

    async def preprocess_data(block_fn: Any, inputs: list[Any], *rest: Any, **named: Any) -> list[Any]:
        if names_an_address(inputs):
            raise gr.Error("files are uploaded here, not fetched from elsewhere", print_exception=False)
        values: list[Any] = await before(block_fn, inputs, *rest, **named)
        return values

    vars(page)["preprocess_data"] = preprocess_data


def names_an_address(sent: Any) -> bool:
    """Whether a file in what the browser sends is elsewhere."""
    if isinstance(sent, dict):
        path = sent.get("path")
        if isinstance(path, str) and path.lower().lstrip().startswith(ADDRESSES):
            return True
        return any(names_an_address(value) for value in sent.values())
    return isinstance(sent, (list, tuple)) and any(names_an_address(value) for value in sent)
