"""From a trained any-style network to the file that the package ships, in half precision.

python training/fast/export.py --run FOLDER [--to FILE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from impasto.fast.any_style import WEIGHTS_FILE, load


def main() -> None:
    """Write the file, and read it back."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, required=True, help="folder of train.py")
    parser.add_argument("--to", type=Path, default=WEIGHTS_FILE)
    args = parser.parse_args()
    finished = args.run / "network.pt"
    if finished.exists():
        state = torch.load(finished, weights_only=True, map_location="cpu")
    else:  # the run has not ended
        state = torch.load(args.run / "checkpoint.pt", weights_only=True, map_location="cpu")["average"]
    half = {name: value.half().contiguous() for name, value in state.items()}
    save_file(half, args.to, metadata={"network": "any-style"})
    network = load(args.to)
    print(f"{sum(p.numel() for p in network.parameters())} parameters, {args.to.stat().st_size} bytes")


if __name__ == "__main__":
    main()
