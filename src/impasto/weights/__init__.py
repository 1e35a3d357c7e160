"""Trained weights: records of published files, fetching and reading them."""

from impasto.weights.download import fetch
from impasto.weights.records import (
    RECORDS,
    WeightRecord,
    cache_facts,
    cache_folder,
    cached,
    file_sha256,
    find_record,
)
from impasto.weights.state import file_metadata, load_state

__all__ = [
    "RECORDS",
    "WeightRecord",
    "cache_facts",
    "cache_folder",
    "cached",
    "fetch",
    "file_metadata",
    "file_sha256",
    "find_record",
    "load_state",
]
