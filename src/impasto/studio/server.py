"""The studio as a server: on this machine only, unless a password keeps others out."""

from __future__ import annotations

import logging
import os
import signal
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from impasto.errors import SettingError
from impasto.settings import StudioSettings
from impasto.studio.folder import server_folder
from impasto.studio.limits import check_auth

if TYPE_CHECKING:
    import gradio as gr

WARM_PX = 96
"""Side of the picture that is painted before the first visitor comes; chosen small."""

log = logging.getLogger(__name__)

SESSIONS = 200
"""Pages whose input values gradio keeps, some 100 kB each. Others still work: events send what they need."""

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy", "ftp_proxy", "no_proxy")
"""Settings of proxies, in lower case; both spellings count."""

SERVED = "served"
"""Subfolder of the files that visitors may get. Sessions and samples lie in it too: gradio copies files of
other folders, and nothing would remove the copies."""

TEMPORARY = "GRADIO_TEMP_DIR"
"""The only setting of where gradio puts uploads."""


@contextmanager
def opened(settings: StudioSettings, *, no_auth: bool = False) -> Iterator[str]:
    """Serve the page while the block runs; then remove all visitors' files.

    Args:
        settings: of the studio.
        no_auth: let in everyone on the network.
    Yields:
        The page's address.
    Raises:
        SettingError: the address is public and no password is set, gradio is not installed, or the port is
            taken.
    """
    auth = check_auth(settings, no_auth=no_auth)
    with server_folder() as folder, _gradio_folder(folder.resolve() / SERVED) as served:
        with without_proxies():
            gradio = _import_gradio()
            from impasto.studio import app
        from impasto.studio.context import StudioContext
        from impasto.studio.sample_files import SampleFiles
        from impasto.studio.sessions import Sessions

        log.info("gradio %s", gradio.__version__)
        context = StudioContext(settings, Sessions(served / "sessions"), SampleFiles(served / "samples"))
        page = app.build(context)
        page.queue(max_size=settings.max_waiting)
        with without_proxies():
            address = _launch(page, settings, auth)
        if settings.open:
            webbrowser.open(address)
        errors = logging.getLogger("uvicorn.error")
        errors.addFilter(not_disconnected)
        drawing = context.samples.draw_in_background()
        closing = threading.Event()
        expiry = (settings.keep_hours * 3600, closing)
        threading.Thread(
            target=context.sessions.watch_expiry, args=expiry, name="expiry", daemon=True
        ).start()
        warming = threading.Thread(target=warm_up, name="warm-up", daemon=True)
        warming.start()
        try:
            yield address
        finally:
            closing.set()
            errors.removeFilter(not_disconnected)
            context.sessions.close()
            page.close(verbose=False)
            drawing.terminate()
            drawing.wait()
            warming.join()  # torch aborts a process that ends while it works


def _import_gradio() -> ModuleType:
    """The package gradio.

    Raises:
        SettingError: it is not installed, or cannot be loaded.
    """
    try:
        import gradio
    except ImportError as error:
        is_missing = isinstance(error, ModuleNotFoundError) and error.name == "gradio"
        raise SettingError(
            f"the studio needs gradio, which {'is not installed' if is_missing else 'cannot be loaded'}",
            got=str(error),
            attempt='pip install "impasto[studio]"' + ("" if is_missing else " --force-reinstall"),
        ) from error
    return gradio


@contextmanager
def without_proxies() -> Iterator[None]:
    """Hide proxies from gradio while the block runs: it asks its own page whether it is there.

    The page is on this machine, where no proxy leads, and httpx fails on some settings of proxies as soon as
    it is loaded (SOCKS without its extra), whatever NO_PROXY says.
    """
    before = {name: value for name, value in os.environ.items() if name.lower() in PROXIES}
    for name in before:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)


def _launch(page: gr.Blocks, settings: StudioSettings, auth: tuple[str, str] | None) -> str:
    """Start the web server; the page's address."""
    from starlette.middleware import Middleware

    from impasto.studio import theme
    from impasto.studio.middleware import BlockedRoutes

    try:
        _, address, _ = page.launch(
            server_name=settings.host,
            server_port=settings.port or _free_port(settings.host),
            auth=auth,
            root_path=settings.root_path or None,
            inbrowser=False,  # a browser that we start needs the proxies
            prevent_thread_lock=True,
            quiet=True,
            show_error=True,
            ssr_mode=False,
            run_history=False,
            footer_links=[],
            max_file_size=round(settings.max_upload_mb * 1e6),
            state_session_capacity=SESSIONS,
            app_kwargs={"middleware": [Middleware(BlockedRoutes)]},
            share=False,
            pwa=False,
            enable_monitoring=False,
            mcp_server=False,
            theme=theme.theme(),
            css_paths=theme.CSS,
            head=theme.head(),
            favicon_path=theme.ICON,
        )
    except ValueError as error:
        page.close(verbose=False)
        raise SettingError(
            "the studio cannot reach its own page",
            got=str(error),
            attempt="NO_PROXY=localhost,127.0.0.1 before the command, if there is a proxy",
        ) from error
    except OSError as error:
        raise SettingError(
            "the studio cannot listen there",
            got=f"{settings.host}, port {settings.port}",
            attempt="--port 0, for any port that is free",
        ) from error
    return str(address)


def serve(settings: StudioSettings, *, no_auth: bool, on_open: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C.

    Args:
        settings: of the studio.
        no_auth: let in everyone on the network.
        on_open: called with the page's address.
    Raises:
        SettingError: as ``opened``.
    """
    with opened(settings, no_auth=no_auth) as address, interrupt_event() as interrupted:
        on_open(address)
        interrupted.wait()


@contextmanager
def interrupt_event() -> Iterator[threading.Event]:
    """An event that SIGINT (Ctrl-C) and SIGTERM set, so that files are removed either way."""
    interrupted = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = {kind: signal.signal(kind, lambda number, frame: interrupted.set()) for kind in kinds}
    try:
        yield interrupted
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def warm_up() -> None:
    """Paint a small picture: the first run of a process takes a second longer than later ones."""
    from PIL import Image

    from impasto.recipes.stylize import stylize_steps

    grey = Image.new("RGB", (WARM_PX, WARM_PX), "grey")
    for _ in stylize_steps(grey, grey, preset="fast", size=WARM_PX, scales=2):
        return


def not_disconnected(record: logging.LogRecord) -> bool:
    """Log filter: False for the error of a page that was closed during an upload."""
    error = record.exc_info[1] if record.exc_info else None
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__ != "ClientDisconnect"


@contextmanager
def _gradio_folder(folder: Path) -> Iterator[Path]:
    """Make gradio put its files into a folder, and send no statistics, while the block runs."""
    before = {name: os.environ.get(name) for name in (TEMPORARY, "GRADIO_ANALYTICS_ENABLED")}
    os.environ[TEMPORARY] = str(folder)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    try:
        yield folder
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _free_port(host: str) -> int:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as free:
        free.bind((host, 0))
        return int(free.getsockname()[1])
