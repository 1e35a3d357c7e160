"""Run a notebook in this interpreter and keep what it shows.

python notebooks/run.py                                   # rewrites the outputs of style-transfer.ipynb
python notebooks/run.py --set size=64 -o out/quick.ipynb  # the same cells with other parameters
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from traitlets.config import Config

NOTEBOOK = Path(__file__).with_name("style-transfer.ipynb")

PARAMETERS, LATER = "parameters", "set by run.py"
"""Tags of the cell that a run may overrule, and of the one that does it."""


class OwnKernel(AsyncKernelManager):
    """A kernel in this very interpreter, whatever is registered with Jupyter."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """How it is started."""
        command = [
            sys.executable,
            "-Xfrozen_modules=off",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
        ]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def run(notebook: NotebookNode, settings: list[str], after: str = "") -> NotebookNode:
    """The notebook with its outputs.

    Args:
        notebook: stays as it is.
        settings: lines of Python that follow the cell of parameters.
        after: code of a last cell, to ask for variables.
    """
    made = nbformat.from_dict(notebook)
    if settings:
        place = next(i for i, cell in enumerate(made.cells) if PARAMETERS in cell.metadata.get("tags", []))
        made.cells.insert(place + 1, new_code_cell("\n".join(settings), metadata={"tags": [LATER]}))
    if after:
        made.cells.append(new_code_cell(after, metadata={"tags": [LATER]}))
    with tempfile.TemporaryDirectory(prefix="impasto-") as folder:  # a short path: sockets demand it
        transport = "tcp" if os.name == "nt" else "ipc"
        config = Config(OwnKernel={"transport": transport, "connection_file": f"{folder}/kernel.json"})
        client = NotebookClient(made, config=config, kernel_manager_class=OwnKernel, timeout=600)
        client.record_timing, client.coalesce_streams = False, True
        client.execute()
    made.metadata = notebook.metadata  # not which Python it was
    return made


def main() -> None:
    """Read, run, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("notebook", nargs="?", type=Path, default=NOTEBOOK)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter")
    parser.add_argument("--after", default="", metavar="CODE", help="a last cell")
    parser.add_argument("-o", "--out", type=Path, help="where to write; the notebook itself if left out")
    asked = parser.parse_args()
    made = run(nbformat.read(asked.notebook, as_version=4), asked.set, asked.after)
    nbformat.write(made, asked.out or asked.notebook)


if __name__ == "__main__":
    main()
