"""Settings of the studio: its address, and how much a visitor may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.network import InputSettings


@dataclass(frozen=True, kw_only=True)
class StudioSettings(InputSettings):
    """How the studio is opened."""

    host: str = setting(
        "127.0.0.1", help="Address to listen on. Addresses that other machines can reach need --auth."
    )
    port: int = setting(7860, low=0, high=65535, help="Port to listen on; 0: any that is free.")
    auth: str | None = setting(
        None,
        unit="user:password",
        help="Let in only visitors who know the name and the password. "
        "Better in the environment, as IMPASTO_STUDIO_AUTH: others on this machine see commands.",
    )
    root_path: str = setting(
        "",
        help="Path under which a proxy shows the studio, such as /paint; the proxy asks without it.",
    )
    max_upload_mb: float = setting(30.0, unit="MB", low=0.001, help="Refuse larger files.")
    max_megapixels: float = as_in(InputSettings, "max_megapixels", default=50.0)
    max_size: int = setting(2048, unit="px", low=64, high=32768, help="Longest side that may be asked for.")
    max_steps: int = setting(
        500, low=1, high=100000, help="Steps that may be asked for; at smaller sizes ten times as many."
    )
    max_styles: int = setting(4, low=1, high=16, help="Styles that may be blended.")
    max_photos: int = setting(24, low=1, high=1000, help="Photos that may be painted as one set.")
    max_minutes: float = setting(
        10.0, unit="min", low=0.01, help="Longest sound or video that may be asked for."
    )
    max_waiting: int = setting(
        20, low=1, high=10000, help="Visitors who may wait while one is painting; others are sent away."
    )
    keep_hours: float = setting(
        12.0, unit="h", low=0.1, help="Remove visitors' files after this time at the latest."
    )
    wait_s: float = setting(
        60.0,
        unit="s",
        low=0,
        help="After a page was closed or its line lost, its run goes on and its files stay for so long: "
        "whoever comes back with F5 finds them.",
    )
    open: bool = setting(True, help="Show the page in the browser.")
