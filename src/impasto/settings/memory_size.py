"""An amount of memory as people write it."""

from __future__ import annotations

import re

from impasto.errors import SettingError


def parse_memory_size(amount: str) -> int:
    """Bytes in "4GB", "800 MB" or "1.5GiB".

    Raises:
        SettingError: the text is no amount of memory.
    """
    parts = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", amount, re.IGNORECASE)
    if parts is None or float(parts[1]) == 0:
        raise SettingError("that is no amount of memory", got=amount, expected="such as 4GB or 800MB")
    power = " kmgt".index(parts[2].lower() or " ")
    return int(float(parts[1]) * (1024 if parts[3] else 1000) ** power)
