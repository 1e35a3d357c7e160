"""The password, and a path behind a proxy, with a studio that is really open."""

import json
import urllib.request

import pytest

from tests.studio.conftest import PATIENCE_MS, running_studio

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


def test_only_who_knows_the_password_comes_in(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("IMPASTO_STUDIO_AUTH", "ann:secret")
    with running_studio(tmp_path, "--root-path", "/paint") as (address, _):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{address}config", timeout=20)
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        for password in ("wrong", "secret"):
            page.locator("input[type=text], textarea").first.fill("ann")
            page.locator("input[type=password]").fill(password)
            with page.expect_response("**/login") as answer:
                page.get_by_role("button", name="Login").click()
            assert answer.value.ok == (password == "secret")
        said = page.request.get(f"{address}config")
        assert json.loads(said.text())["root"].endswith("/paint")  # where the page asks, behind a proxy
        context.close()
