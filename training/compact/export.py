"""From a trained student to the file that the package ships: isometric taps in half precision, and figures.

python training/compact/export.py --data PHOTOS PAINTINGS --vgg FILE [--small FILE] --run FOLDER --to FILE
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from impasto.features import compact
from measure import gather, report
from pictures import centre_crop, files, read
from teachers import Teachers


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--vgg", type=Path, required=True)
    parser.add_argument("--small", type=Path)
    parser.add_argument(
        "--run", type=Path, required=True, help="folder of train.py: scales.pt and student.pt"
    )
    parser.add_argument("--to", type=Path, default=compact.WEIGHTS_FILE)
    parser.add_argument("--size", type=int, default=224, help="side of the crops measured, px")
    parser.add_argument(
        "--training", type=int, default=240, help="training pictures that the taps are fitted on"
    )
    parser.add_argument(
        "--held-out", type=int, default=200, help="held-out pictures that the figures come from"
    )
    return parser.parse_args()


def main() -> None:
    """Fit the taps on training pictures, write the file, and measure the file on held-out ones."""
    args = arguments()
    teachers = Teachers(args.vgg, args.small)
    teachers.scales = torch.load(args.run / "scales.pt", weights_only=True)
    student = compact.untrained()
    weights = args.run / "student.pt"
    if weights.exists():
        student.load_state_dict(torch.load(weights, weights_only=True))
    else:  # the run has not ended
        saved = torch.load(args.run / "checkpoint.pt", weights_only=True)["student"]
        student.load_state_dict(
            {k.removeprefix("network."): v for k, v in saved.items() if k.startswith("network.")}
        )
    student = student.eval().requires_grad_(requires_grad=False)

    def crops(count: int, *, held_out: bool) -> list[torch.Tensor]:
        names = files(args.data, held_out=held_out)
        chosen = names[:: max(1, len(names) // count)][:count]
        return [centre_crop(p, args.size) for p in read(chosen)]

    sums = gather(student, teachers, crops(args.training, held_out=False))
    state = dict(student.state_dict())
    for layer, moments in sums.items():
        state[f"taps.{layer}.weight"] = compact.isometric_tap(moments.linear_map())[:, :, None, None]
    args.to.parent.mkdir(parents=True, exist_ok=True)
    half = {key: value.to(torch.float16).contiguous() for key, value in state.items()}
    save_file(half, args.to, metadata={"network": "compact"})

    shipped = compact.load(str(args.to))
    held_out = crops(args.held_out, held_out=True)
    figures = report(
        shipped, teachers, gather(shipped, teachers, crops(args.training, held_out=False)), held_out
    )
    figures["parameters"] = sum(p.numel() for p in shipped.parameters())
    figures["bytes"] = args.to.stat().st_size
    (args.run / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
