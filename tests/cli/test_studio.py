"""``impasto studio``; the page itself is tested in ``tests/studio``."""

import pytest
from typer.testing import CliRunner

from impasto.cli import app


@pytest.fixture
def serve(monkeypatch):
    """What ``serve`` was called with; it is closed at once."""
    server, calls = pytest.importorskip("impasto.studio.server"), []

    def serve(settings, *, no_auth, on_open):
        calls.append((settings, no_auth))
        on_open("http://127.0.0.1:1234")

    monkeypatch.setattr(server, "serve", serve)
    return calls


def run(*arguments):
    return CliRunner().invoke(app, ["studio", *arguments], env={"COLUMNS": "200"})


def test_address_and_settings(serve):
    answer = run("--port", "1234", "--no-auth")
    assert answer.exit_code == 0, answer.output
    assert "studio http://127.0.0.1:1234 (Ctrl-C closes it)" in answer.stderr and "closed;" in answer.stderr
    ((settings, no_auth),) = serve
    assert settings.port == 1234 and no_auth


def test_ctrl_c_before_it_is_open(serve, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("impasto.studio.server.serve", interrupted)
    answer = run()
    assert answer.exit_code == 130 and "closed before it was open" in answer.stderr
