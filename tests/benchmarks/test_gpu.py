"""The script for GPUs, with the CPU in its place."""

import pytest
import torch
from torch import nn


@pytest.mark.slow
def test_the_tables_on_the_cpu(capsys):
    from gpu import main

    main(["--device", "cpu", "--sizes", "64,96", "--steps", "2", "--matrix", "64", "--minutes", "60"])
    text = capsys.readouterr().out
    rows = {
        line.split("|")[1].strip(): line.split("|")[2:] for line in text.splitlines() if line.startswith("|")
    }
    assert {"gram", "laplacian-bands", "lightness-order", "evenness", "nearest", "wasserstein"} <= rows.keys()
    assert all("above" not in line for line in text.splitlines())  # the CPU agrees with itself
    assert float(rows["64"][1]) > 0 and "%" in rows["96"][2]
    assert "levels of 255" in text


def test_what_does_not_fit_is_left_out(capsys):
    from gpu import Clock, speed

    speed(torch.device("cpu"), [64], Clock(0.0), steps=2, side=8)
    assert "left out" in capsys.readouterr().out


def test_operations_by_hand():
    from gpu import operations

    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.MaxPool2d(2), nn.Conv2d(2, 5, 1))
    # 3 * 2 * 9 products at each of 8 x 8 positions, then 2 * 5 at 4 x 4
    assert operations(network, 8) == 4 * (54 * 64 + 10 * 16)


def test_relative_differences():
    from gpu import relative_difference

    assert relative_difference(torch.tensor([3.0, 4.0]), torch.tensor([3.0, 4.5])) == 0.1
