"""``impasto studio``: painting in the browser."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from impasto.cli.options import with_settings
from impasto.settings import StudioSettings


@with_settings(StudioSettings)
def studio(
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="With another --host: let in everyone on that network.")
    ] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Paint in the browser: a page on this machine, which nobody else reaches. Ctrl-C closes it."""
    from impasto.cli.console import INTERRUPTED, stderr
    from impasto.studio.server import serve

    settings = StudioSettings.from_mapping(options)
    console = stderr()
    try:
        serve(
            settings,
            no_auth=no_auth,
            on_open=lambda address: console.print(f"[green]studio[/] {address} (Ctrl-C closes it)"),
        )
    except KeyboardInterrupt:
        console.print("closed before it was open")
        raise typer.Exit(INTERRUPTED) from None
    console.print("closed; what visitors uploaded and painted is removed")
