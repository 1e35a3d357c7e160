import builtins
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from impasto.cli import app
from impasto.errors import SettingError
from impasto.settings import StudioSettings
from impasto.studio import server
from tests.studio.conftest import running_studio


def test_the_command_has_the_defaults_of_the_settings(monkeypatch):
    served = []
    monkeypatch.setattr(server, "serve", lambda settings, **rest: served.append((settings, rest["no_auth"])))
    assert CliRunner().invoke(app, ["studio"]).exit_code == 0
    assert CliRunner().invoke(app, ["studio", "--host", "0.0.0.0", "--no-auth"]).exit_code == 0
    assert served == [(StudioSettings(), False), (StudioSettings(host="0.0.0.0"), True)]
    assert StudioSettings().host == "127.0.0.1"


def test_a_public_address_needs_a_password():
    answer = CliRunner().invoke(app, ["studio", "--host", "0.0.0.0", "--no-open"])
    assert answer.exit_code == 2
    assert "--auth user:password" in answer.output
    assert "Traceback" not in answer.output


def test_gradio_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gradio", None)
    with (
        pytest.raises(SettingError, match=r'(?s)the studio needs gradio.*pip install "impasto\[studio\]"'),
        server.opened(StudioSettings()),
    ):
        pass


def test_a_proxy_in_between(monkeypatch):
    pytest.importorskip("gradio")
    closed = []

    def launch(**rest):
        raise ValueError("When localhost is not accessible, a shareable link must be created.")

    page = SimpleNamespace(launch=launch, queue=lambda **rest: None)
    page.close = lambda **rest: closed.append(page)
    monkeypatch.setattr("impasto.studio.app.build", lambda context: page)
    with (
        pytest.raises(SettingError, match=r"(?s)cannot reach its own page.*localhost is.*NO_PROXY=localhost"),
        server.opened(StudioSettings(port=0, open=False)),
    ):
        pass
    assert closed == [page]


@pytest.mark.slow
def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "impasto", "studio", "--no-open", "--port", port]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert answer.returncode == 2
    assert f"port {port}" in answer.stderr
    assert "--port 0" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_only_who_knows_the_password_comes_in_and_nothing_is_left_of_a_painting_that_the_end_cut_short(
    tmp_path, photo, painting, quick
):
    """The fixture looks at the folder."""
    from gradio_client import Client, handle_file

    with running_studio(tmp_path, "--auth", "ann:word") as (address, _):
        with urllib.request.urlopen(address, timeout=20) as page:
            assert page.status == 200  # where to log in
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{address}gradio_api/info", timeout=20)
        for word, answer in (("wrong", 400), ("word", 200)):
            form = f"username=ann&password={word}".encode()
            try:
                status = urllib.request.urlopen(f"{address}login", data=form, timeout=20).status
            except urllib.error.HTTPError as error:
                status = error.code
            assert status == answer
        client = Client(address, verbose=False, auth=("ann", "word"))
        settings = {**quick, "steps": 500, "tolerance": 0.0, "size": 512, "enlarge": True}
        job = client.submit(
            content=handle_file(photo), styles=[handle_file(painting)], settings=settings, api_name="/stylize"
        )
        end = time.monotonic() + 30
        while job.status().code.name != "PROCESSING":
            assert time.monotonic() < end
            time.sleep(0.05)
        assert not job.done()


def test_who_leaves_in_mid_upload_is_not_in_the_log():
    class ClientDisconnect(Exception):  # noqa: N818  # the name it has there
        """As starlette's."""

    def record(error):
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "failed", None, (None, error, None))

    assert not server.not_disconnected(record(ClientDisconnect()))
    assert not server.not_disconnected(record(ExceptionGroup("", [ClientDisconnect()])))
    assert server.not_disconnected(record(ValueError()))
    assert server.not_disconnected(logging.LogRecord("uvicorn.error", logging.INFO, "", 0, "up", None, None))


PROXIES = {
    "http": {"http_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
    "all": {"ALL_PROXY": "http://127.0.0.1:9"},
    "socks": {"all_proxy": "socks5://127.0.0.1:9"},
    "rubbish": {"HTTP_PROXY": "not a proxy", "no_proxy": "::1]"},
}


@pytest.mark.slow
@pytest.mark.parametrize("case", PROXIES)
def test_the_studio_starts_where_there_is_a_proxy(case):
    """In a process of its own, as gradio's clients read the environment when they are loaded."""
    program = (
        "import os, urllib.request\n"
        "from impasto.settings import StudioSettings\n"
        "from impasto.studio import server\n"
        "server.warm_up = lambda: None\n"
        "with server.opened(StudioSettings(port=0, open=False)) as address:\n"
        "    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))\n"
        "    assert direct.open(address, timeout=30).status == 200\n"
        f"    assert all(os.environ[name] == value for name, value in {PROXIES[case]!r}.items())\n"
        "print('served')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **PROXIES[case]}
    )
    assert ran.returncode == 0 and ran.stdout.strip() == "served", ran.stderr[-2000:]


def test_what_keeps_gradio_from_loading(monkeypatch):
    real = builtins.__import__

    def failing(error):
        def import_module(name, *rest, **named):
            if name == "gradio":
                raise error
            return real(name, *rest, **named)

        return import_module

    for error, text in (
        (ModuleNotFoundError("No module named 'gradio'", name="gradio"), "gradio, which is not installed"),
        (ImportError("Using SOCKS proxy, but ..."), r"(?s)gradio, which cannot be loaded\n.*SOCKS"),
        (ModuleNotFoundError("No module named 'pydub'", name="pydub"), r"(?s)cannot be loaded\n.*pydub"),
    ):
        monkeypatch.setattr(builtins, "__import__", failing(error))
        with pytest.raises(SettingError, match=text):
            server._import_gradio()
