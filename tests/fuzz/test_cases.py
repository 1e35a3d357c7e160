"""Every file that a search found worth keeping is read or refused with a message, soon, in little memory."""

import resource
import time
import zipfile
from pathlib import Path

import pytest

from tests.fuzz import run
from tests.fuzz.readers import READERS, attempt

CASES = Path(__file__).with_name("cases")

LONGEST_S, MOST_MIB = 10.0, 500


def cases(reader):
    with zipfile.ZipFile(CASES / f"{reader}.zip") as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.slow
@pytest.mark.parametrize("reader", sorted(READERS))
def test_no_case_breaks_a_reader(reader, tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in cases(reader).items():
        begin = time.monotonic()
        try:
            attempt(reader, data, tmp_path)
        except Exception as error:  # any: that is the point
            raise AssertionError(f"{reader}: case {name} broke it: {error!r}") from error
        assert time.monotonic() - begin < LONGEST_S, name
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MIB * 1024


def test_the_search_knows_every_reader():
    assert set(run.READERS) == READERS.keys()


def test_there_are_many_cases():
    assert sum(len(cases(reader)) for reader in READERS) >= 500
