"""A run that is killed goes on from its checkpoint to the same picture."""

import os
import random
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import impasto

KILLED = """
import os, signal, sys, threading, time
import torch._dynamo  # torch's optimisers import it, which takes a second
import impasto.cli, impasto.synthesis.run as run, impasto.optimize.timing as clock
from impasto.synthesis.job import Job


run.CHECKPOINT_EVERY_S, clock.WRITING_SHARE = 0.0, 0.25  # write a quarter of the time
real = Job.steps


def steps(self, state=None):
    # The time runs from the first step, so that it is spent painting on a slow machine too.
    for number, step in enumerate(real(self, state)):
        if number == 0 and delay_s:
            threading.Timer(delay_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        time.sleep(0.002)  # 200 steps take longer than three delays, on the fastest machine
        yield step


Job.steps = steps
for delay_s in [*map(float, sys.argv[1].split(",")), 0.0]:
    if not (child := os.fork()):
        sys.argv[1:] = sys.argv[2:]
        impasto.cli.main()
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "done", os.path.exists(sys.argv[-1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the children share one import of torch by fork")
def test_kill_9_at_random_points(photo, painting, tmp_path):
    """The signal that nothing can catch, three times in one run, in the midst of steps and of writes."""
    random_s = random.Random(0)
    delays = ",".join(f"{random_s.uniform(0.03, 0.12):.3f}" for _ in range(3))
    out, path = tmp_path / "out.png", tmp_path / "run.checkpoint"
    options = {
        "network": "test-net", "style_layers": ("relu1_1", "relu2_1"), "content_layers": ("relu3_1",),
        "size": 64, "scales": 1, "steps": 200, "tolerance": 0.0, "precision": "float32",
    }  # fmt: skip
    flags = [f"--{name.replace('_', '-')}={','.join(value) if isinstance(value, tuple) else value}"
             for name, value in options.items()]  # fmt: skip
    arguments = ["stylize", photo, painting, "-q", *flags, "-o", out, "--resume", "--checkpoint", path]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, delays, *map(str, arguments)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == ["killed True"] * 3 + ["done False"], done.stdout + done.stderr
    whole = impasto.stylize(photo, painting, **options)
    assert np.array_equal(Image.open(out), whole.image)
    record = impasto.result.read_record(out)
    assert record["losses"] == whole.losses and record["steps"] == 200 and not record["interrupted"]
    assert {file.name for file in tmp_path.iterdir()} == {"photo.png", "painting.png", "out.png", "out.json"}
