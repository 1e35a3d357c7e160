"""Packages that a tab needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from impasto.errors import ImpastoError
from impasto.studio import page_html


def missing_package(*loaders: Callable[[], Any]) -> bool:
    """Whether a package is missing; then the tab says which, and how to install it.

    Args:
        loaders: each imports a package, or raises an ImpastoError that says so.
    """
    for load in loaders:
        try:
            load()
        except ImpastoError as error:
            gr.HTML(page_html.alert(error))
            return True
    return False
