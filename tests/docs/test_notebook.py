"""The notebook: its cells run, small and with warnings as errors, and arrive where its texts say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="the notebook is run by nbclient: pip install --group dev")

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
AFTER = """
import json
print(json.dumps({
    "gram_error": float(gram_error), "fields": fields, "history": history, "contents": contents,
    "moved": (ours - photo).abs().mean().item(), "range": [ours.min().item(), ours.max().item()],
    "size": list(result.image.size), "gram": list(G_photo.shape),
}))
warnings.resetwarnings()  # the kernel's own end is no business of ours
"""


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """The notebook after a quick run, and what its variables hold."""
    folder = tmp_path_factory.mktemp("notebook")
    command = [
        sys.executable, str(NOTEBOOKS / "run.py"), "-o", str(folder / "out.ipynb"), "--after", AFTER,
        "--set", "size=64", "--set", "steps=12", "--set", "import warnings; warnings.simplefilter('error')",
    ]  # fmt: skip
    own = {name: str(folder / name) for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env={**os.environ, **own})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    notebook = json.loads((folder / "out.ipynb").read_text(encoding="utf-8"))
    return notebook, json.loads(printed(notebook["cells"][-1]))


@pytest.fixture(scope="session")
def stored():
    return json.loads((NOTEBOOKS / "style-transfer.ipynb").read_text(encoding="utf-8"))


def printed(cell):
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


def test_the_same_cells_run_without_a_warning(ran, stored):
    added = [cell for cell in ran[0]["cells"] if "set by run.py" in cell["metadata"].get("tags", [])]
    kept = [cell for cell in ran[0]["cells"] if cell not in added]
    assert len(added) == 2
    assert [cell["source"] for cell in kept] == [cell["source"] for cell in stored["cells"]]
    outputs = [output for cell in kept for output in cell.get("outputs", [])]
    assert {output["output_type"] for output in outputs} == {"stream", "display_data"}
    assert all(output.get("name", "stdout") == "stdout" for output in outputs)


def test_the_gram_matrix_by_hand_is_the_librarys(ran):
    assert ran[1]["gram_error"] < 1e-5 and ran[1]["gram"] == [128, 128]


def test_receptive_fields_are_those_of_vgg19(ran):
    """Its convolutions and poolings down to relu5_1: 3, 10, 24, 68, 156."""
    fields = ran[1]["fields"]
    assert [fields[f"relu{stage}_1"] for stage in range(1, 6)] == [3, 10, 24, 68, 156]


def test_the_loop_goes_downhill(ran):
    """Style falls, content rises from the photo's own, and pixels stay in range."""
    first, last = ran[1]["history"][0], ran[1]["history"][-1]
    assert len(ran[1]["history"]) == 12
    assert last[0] < 0.8 * first[0] and last[2] < 0.7 * first[2]
    assert first[1] == pytest.approx(0, abs=1e-6) and last[1] > 0.05
    assert ran[1]["moved"] > 0.02 and 0 <= ran[1]["range"][0] < ran[1]["range"][1] <= 1


@pytest.mark.slow
def test_more_alpha_is_nearer_to_the_photo(ran):
    contents = ran[1]["contents"]
    assert contents == sorted(contents, reverse=True) and contents[-1] < contents[0] / 2


def test_the_one_line_paints_at_the_size_asked_for(ran):
    assert max(ran[1]["size"]) == 64


def test_what_is_stored_was_run_and_is_small(stored):
    """Pictures for readers who run nothing; `python notebooks/run.py` renews them."""
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    shown = [output["data"] for cell in code for output in cell["outputs"] if "data" in output]
    assert len(shown) == sum("".join(cell["source"]).count("show(") for cell in code) - 1  # its definition
    assert all(
        set(data) == {"image/jpeg", "text/plain"} and len("".join(data["text/plain"])) > 20 for data in shown
    )
    assert (NOTEBOOKS / "style-transfer.ipynb").stat().st_size < 1_500_000
    assert "'relu5_1': 156" in "".join(printed(cell) for cell in code)
