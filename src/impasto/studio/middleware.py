"""Middleware that blocks gradio routes which fetch or accept foreign files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import gradio as gr

ADDRESSES = ("http:", "https:")
"""Beginnings of file names that gradio 6.31 would fetch from another server."""

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


class BlockedRoutes:
    """Answers 404 to requests that our page never makes.

    ``component_server`` calls functions of the inputs: an image editor's keeps whatever anybody sends, in a
    list without a limit. ``file=https://...`` and ``proxy=`` fetch from other servers.

    Args:
        app: answers all other requests.
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
    """Whether requests for a path are answered."""
    _, _, file = path.partition("/file=")
    return not (
        path.rstrip("/").endswith("/component_server")
        or "/proxy=" in path
        or file.lower().lstrip().startswith(ADDRESSES)
    )


def refuse_addresses(page: gr.Blocks) -> None:
    """Make the page's events refuse files on other servers; gradio 6.31 downloads them, without an option."""
    preprocess = page.preprocess_data

    async def preprocess_data(block_fn: Any, inputs: list[Any], *rest: Any, **named: Any) -> list[Any]:
        if has_address(inputs):
            raise gr.Error("files are uploaded here, not fetched from elsewhere", print_exception=False)
        values: list[Any] = await preprocess(block_fn, inputs, *rest, **named)
        return values

    vars(page)["preprocess_data"] = preprocess_data


def has_address(sent: Any) -> bool:
    """Whether a file in what the browser sends is on another server."""
    if isinstance(sent, dict):
        path = sent.get("path")
        if isinstance(path, str) and path.lower().lstrip().startswith(ADDRESSES):
            return True
        return any(has_address(value) for value in sent.values())
    return isinstance(sent, (list, tuple)) and any(has_address(value) for value in sent)
