"""A record in which any one value is of another kind, or missing, is read or refused with a message."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.readers import attempt
from tests.fuzz.seeds import runs

OTHERS = (None, 3, -1.5, "x", "", [], [1], {}, {"a": 1}, True)


@pytest.fixture(scope="module")
def good():
    return json.loads(dict(runs())["record"])


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a tree are, by keys from the root."""
    yield above
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*above, key))


@pytest.mark.slow
def test_no_value_of_another_kind_breaks_the_reader(good, tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    for place in places(good):
        for other in (*OTHERS, KeyError):
            record = json.loads(json.dumps(good))
            node = record
            for key in place[:-1]:
                node = node[key]
            if not place:
                record = None if other is KeyError else other
            elif other is KeyError:
                del node[place[-1]]
            else:
                node[place[-1]] = other
            try:
                attempt("record", json.dumps(record).encode(), tmp_path)
            except Exception as error:  # any: that is the point
                raise AssertionError(f"{place} = {other}: {error!r}") from error
