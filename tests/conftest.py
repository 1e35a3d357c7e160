"""Pictures and shortcuts shared by the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data():
    """The development data beside the checkout.

    A user does not have it, and no test of the product needs it.
    """
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared/data, which is on the developers' machines only")
    return SHARED / "data"


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory):
    """The folder that ``impasto samples`` writes; drawing takes long, so that all workers share one."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / "sample-files"
    with FileLock(root / "sample-files.lock"):
        if not folder.exists():
            subprocess.run([sys.executable, "-m", "impasto", "samples", folder], check=True)
    return folder


def drawn(seed, height=48, width=64):
    """A picture with large and small forms: (H, W, 3) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    waves = [
        np.sin(2 * np.pi * (rng.uniform(1, 6) * x + rng.uniform(1, 6) * y + rng.random())) for _ in range(3)
    ]
    noise = rng.normal(0, 0.1, (height, width, 3))
    return (np.clip(0.5 + 0.35 * np.stack(waves, 2) + noise, 0, 1) * 255).astype(np.uint8)


@pytest.fixture
def photo(tmp_path):
    """A small photo on disk."""
    path = tmp_path / "photo.png"
    Image.fromarray(drawn(0)).save(path)
    return path


@pytest.fixture
def painting(tmp_path):
    """A small painting on disk."""
    path = tmp_path / "painting.png"
    Image.fromarray(drawn(1, 56, 56)).save(path)
    return path


@pytest.fixture
def other_painting(tmp_path):
    """Another one, of other colours."""
    path = tmp_path / "other.png"
    Image.fromarray(255 - drawn(2, 64, 48) // 2).save(path)
    return path


def pytest_addoption(parser):
    parser.addoption("--regen", action="store_true", help="rewrite what is generated instead of comparing")


@pytest.fixture
def regenerate(request):
    """Whether generated files are to be rewritten."""
    return request.config.getoption("--regen")


BROWSER_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)

CAMERA_FLAGS = "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream"
"""The camera is a moving test picture, and pages may use it unasked."""


@pytest.fixture(scope="session")
def launch():
    """Starts Debian's Chromium with flags besides the usual ones; only one driver may run in a process."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        yield lambda flags="": driver.chromium.launch(
            executable_path=chromium, args=f"{BROWSER_FLAGS} {flags}".split()
        )


@pytest.fixture(scope="session")
def browser(launch):
    """A browser without a camera."""
    opened = launch()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser_with_camera(launch):
    """A browser with one."""
    opened = launch(CAMERA_FLAGS)
    yield opened
    opened.close()
