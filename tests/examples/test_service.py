"""The service of the examples: a painting from the upload to the picture, cancelled, out of time, refused."""

import runpy
import threading
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import impasto
from tests.conftest import drawn

fastapi = pytest.importorskip("fastapi")
from fastapi.testclient import TestClient  # noqa: E402 - only where fastapi is installed

QUICK = {
    "network": "test-net",
    "content_layers": ["relu3_1"],
    "style_layers": ["relu1_1", "relu2_1"],
    "size": 64,
    "steps": 4,
    "scales": 1,
    "strokes_weight": 0.0,
}
LONG = {**QUICK, "steps": 100_000, "tolerance": 0.0}


def service(painting, options, **limits):
    make_app = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "service.py"))["make_app"]
    return TestClient(make_app({"waves": painting}, **limits, **options))


def png():
    buffer = BytesIO()
    Image.fromarray(drawn(0)).save(buffer, "PNG")
    return buffer.getvalue()


def begun(client, data=None, style="waves"):
    files = {"photo": ("photo.png", png() if data is None else data)}
    return client.post("/paintings", files=files, data={"style": style})


def ended(client, name, *, until=lambda answer: answer["state"] not in ("waiting", "painting")):
    for _ in range(600):
        answer = client.get(f"/paintings/{name}").json()
        if until(answer):
            return answer
        time.sleep(0.05)
    raise AssertionError(answer)


def test_a_painting_and_mistakes(painting):
    with service(painting, QUICK) as client:
        name = begun(client).json()["id"]
        assert ended(client, name) == {"state": "done", "progress": 1.0, "seconds_left": 0.0, "error": ""}
        answer = client.get(f"/paintings/{name}/picture")
        assert answer.headers["content-type"] == "image/png"
        expected = impasto.stylize(png(), painting, **QUICK).image
        assert np.array_equal(Image.open(BytesIO(answer.content)), expected)
        assert begun(client, style="mosaic").status_code == 404
        assert client.get("/paintings/none").status_code == 404
        bad = begun(client, b"no picture").json()["id"]
        assert ended(client, bad)["state"] == "failed"
        refused = client.get(f"/paintings/{bad}/picture")
        assert refused.status_code == 409 and "picture" in refused.json()["detail"]


def test_cancelled_full_and_shut_down(painting):
    before = threading.active_count()
    with service(painting, LONG, waiting=1) as client:
        first = begun(client).json()["id"]
        ended(client, first, until=lambda answer: answer["state"] == "painting")
        second = begun(client).json()["id"]
        assert begun(client).status_code == 503
        assert client.delete(f"/paintings/{first}").status_code == 204
        ended(client, second, until=lambda answer: answer["state"] == "painting")  # the first has made room
    assert threading.active_count() <= before + 1  # nothing paints on


def test_out_of_time_gives_the_picture_so_far(painting):
    with service(painting, LONG, timeout_s=0.2) as client:
        name = begun(client).json()["id"]
        assert ended(client, name)["state"] == "out of time"
        picture = Image.open(BytesIO(client.get(f"/paintings/{name}/picture").content))
        assert picture.size == (64, 48) and np.asarray(picture).std() > 5
