"""The studio as a server: on this machine only, unless a password keeps others out."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from impasto.errors import SettingError
from impasto.settings import StudioSettings
from impasto.studio.folder import own_folder
from impasto.studio.limits import check_auth

WARM_PX = 96
"""Side of what is painted before the first visitor comes; chosen small."""

log = logging.getLogger(__name__)

SESSIONS = 200
"""Pages of which gradio remembers what their inputs held, some 100 kB each; of the others it forgets it, and
they work on, as every event sends what it needs."""

SERVED = "served"
"""Folder of what a visitor may be sent, in the server's own. Sessions and samples lie there, too: gradio
copies what lies elsewhere, and nobody would remove the copies."""

TEMPORARY = "GRADIO_TEMP_DIR"
"""Where gradio puts uploads; it has no other way to be told."""


@contextmanager
def opened(settings: StudioSettings, *, no_auth: bool = False) -> Iterator[str]:
    """Serve the page while the block runs; then remove every file of every visitor.

    Args:
        settings: of the studio.
        no_auth: everyone on the network may come in.
    Yields:
        The page's address.
    Raises:
        SettingError: there is a door and no key, gradio is not installed, or the port is taken.
    """
    auth = check_auth(settings, no_auth=no_auth)
    with own_folder() as folder, _temporary(folder.resolve() / SERVED) as served:
        try:
            import gradio
            from starlette.middleware import Middleware
        except ImportError as error:
            raise SettingError(
                "the studio needs gradio, which is not installed",
                got=str(error),
                attempt='pip install "impasto[studio]"',
            ) from error
        from impasto.studio import app, theme
        from impasto.studio.context import StudioContext
        from impasto.studio.middleware import BlockedRoutes
        from impasto.studio.sample_files import SampleFiles
        from impasto.studio.sessions import Sessions

        desk = StudioContext(settings, Sessions(served / "visits"), SampleFiles(served / "samples"))
        page = app.build(desk)
        page.queue(max_size=settings.max_waiting)
        try:
            _, address, _ = page.launch(
                server_name=settings.host, server_port=settings.port or _free_port(settings.host),
                auth=auth, inbrowser=settings.open, prevent_thread_lock=True, quiet=True, show_error=True,
                share=False, ssr_mode=False, pwa=False, run_history=False, enable_monitoring=False,
                mcp_server=False, footer_links=[], max_file_size=round(settings.max_upload_mb * 1e6),
                theme=theme.theme(), css_paths=theme.CSS, head=theme.head(), favicon_path=theme.ICON,
                state_session_capacity=SESSIONS, app_kwargs={"middleware": [Middleware(BlockedRoutes)]},
            )  # fmt: skip
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
        log.info("gradio %s", gradio.__version__)
        errors = logging.getLogger("uvicorn.error")
        errors.addFilter(not_of_leavers)
        drawing = desk.shelf.fill()
        closing = threading.Event()
        keep_s = settings.keep_hours * 3600
        threading.Thread(
            target=desk.visits.keep_sweeping, args=(keep_s, closing), name="sweep", daemon=True
        ).start()
        warming = threading.Thread(target=warm_up, name="warm-up", daemon=True)
        warming.start()
        try:
            yield address
        finally:
            closing.set()
            errors.removeFilter(not_of_leavers)
            desk.visits.close()
            page.close(verbose=False)
            drawing.terminate()
            drawing.wait()
            warming.join()  # torch aborts a process that ends while it works


def serve(settings: StudioSettings, *, no_auth: bool, told: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C.

    Args:
        settings: of the studio.
        no_auth: everyone on the network may come in.
        told: called with the page's address.
    Raises:
        SettingError: as ``opened``.
    """
    with opened(settings, no_auth=no_auth) as address, ending() as ended:
        told(address)
        ended.wait()


@contextmanager
def ending() -> Iterator[threading.Event]:
    """An event that Ctrl-C and a request to terminate set, so that files are removed either way."""
    ended = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = {kind: signal.signal(kind, lambda number, frame: ended.set()) for kind in kinds}
    try:
        yield ended
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def warm_up() -> None:
    """Paint a few pixels: the first painting of a process takes a second longer than the others."""
    from PIL import Image

    from impasto.settings import StylizeSettings
    from impasto.studio.painting_task import sketched
    from impasto.synthesis.job import Job
    from impasto.synthesis.run import Run

    grey = Image.new("RGB", (WARM_PX, WARM_PX), "grey")
    settings = sketched(StylizeSettings(size=WARM_PX, steps=1))
    for _ in Run(Job.prepare(grey, grey, settings)).steps():
        return


def not_of_leavers(record: logging.LogRecord) -> bool:
    """Whether a line of the web server's log is about something else than a page closed in mid-upload."""
    error = record.exc_info[1] if record.exc_info else None
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__ != "ClientDisconnect"


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """Let gradio put its files into a folder of ours, and send nothing to anyone."""
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

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.bind((host, 0))
        return int(door.getsockname()[1])
