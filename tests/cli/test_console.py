"""What the terminal shows."""

import logging

import pytest
import torch
import typer
from rich.progress import Progress

from impasto.cli.console import guarded, notes, progress
from impasto.errors import SettingError
from tests.cli.test_animation_recorder import step


def failing(error):
    """A guarded command that raises."""

    def command():
        raise error

    return guarded(command)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (SettingError("no [bold]", got="[red]"), 2, "SettingError: no [bold]\n  got       [red]"),
        (MemoryError("9 TiB"), 2, "OutOfMemoryError: the memory does not suffice\n  got       9 TiB"),
        (torch.OutOfMemoryError("CUDA"), 2, "OutOfMemoryError: the memory does not suffice"),
        (KeyboardInterrupt(), 130, "stopped before there was a picture; nothing was written"),
    ],
)
def test_known_errors_are_one_message_and_a_code(error, code, text, capsys):
    with pytest.raises(typer.Exit) as caught:
        failing(error)()
    printed = capsys.readouterr()
    assert caught.value.exit_code == code and text in printed.err and printed.out == ""


def test_other_errors_are_raised():
    with pytest.raises(RuntimeError, match="a mistake in the code"):
        failing(RuntimeError("a mistake in the code"))()


def test_a_note_is_shown_once_and_not_after_the_block(capsys):
    log = logging.getLogger("impasto.test")
    with notes(quiet=False):
        for _ in range(2):
            log.warning("smaller than %s", "[b]--size")
        log.debug("for developers")
    log.warning("later")
    assert capsys.readouterr().err == "note smaller than [b]--size\n"


def test_quiet_says_nothing(capsys):
    with notes(quiet=True) as console:
        logging.getLogger("impasto.test").warning("a note")
        console.print("text")
    assert capsys.readouterr().err == ""


def test_progress_is_of_all_sizes(monkeypatch):
    shown = []
    monkeypatch.setattr(Progress, "update", lambda self, task, **fields: shown.append(fields))
    with notes(quiet=True) as console, progress(console, quiet=True) as show:
        show(step(3, 10), "picture 2/4, ")
    (fields,) = shown
    assert fields["description"] == "picture 2/4, 40 px (1/1)" and fields["step"] == "3/10"
    assert (fields["completed"], fields["total"]) == (3, 10)
