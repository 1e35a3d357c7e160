"""What a visitor may ask for: settings that name no file of this machine, and stay within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from impasto.errors import PictureError, SettingError
from impasto.optimize.schedule import schedule
from impasto.registry import NETWORKS
from impasto.settings import Settings, StudioSettings
from impasto.settings.size import parse_size

WITHHELD = ("weights", "device", "precision", "memory", "max_megapixels", "pictures")
"""Settings that are the server's business, not a visitor's."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""

TIMES_COARSER = 10
"""Times more steps at a smaller size than at the last; chosen by eye, for textures with six sizes."""

TIMES_WORK = 4
"""Times the work of ``max_steps`` at ``max_size``, over all sizes of a run; presets take less than that."""

MOST = {"layers": 16, "channels": 16}
"""Longest lists of the page that explains, each name of which takes time; chosen by eye: VGG-19 has 16
convolutions."""


def networks() -> tuple[str, ...]:
    """The feature networks whose weights are here: a visitor starts no download."""
    from impasto.features import weight_record
    from impasto.weights import cached

    def here(name: str) -> bool:
        record = weight_record(name)
        return record is None or cached(record) is not None

    return tuple(name for name in NETWORKS if here(name))


def check_settings(settings: Settings, limits: StudioSettings, *, starts: tuple[str, ...]) -> None:
    """Whether a visitor may paint by these settings.

    Args:
        settings: of what is made.
        limits: of the studio.
        starts: words that ``init`` may be.
    Raises:
        SettingError: a size or a number of steps is over the limit, or a setting names a file, a network
            that is not here, or what the server decides.
    """
    values, defaults = settings.to_dict(), settings.defaults()
    for name in WITHHELD:
        if name in values and values[name] != defaults[name]:
            raise SettingError(
                f"{name} is not for visitors to set", got=repr(values[name]), attempt=f"leave {name} out"
            )
    if "init" in values and values["init"] not in starts:
        raise SettingError("there is no such start", got=values["init"], expected=", ".join(starts))
    if "network" in values and values["network"] not in networks():
        raise SettingError(
            "the weights of that network are not on this machine",
            got=values["network"],
            expected=", ".join(networks()),
            attempt=f"impasto stylize --network {values['network']}, once, in a terminal: it fetches them",
        )
    size = values["size"]
    side = max(parse_size(size)) if isinstance(size, str) else size
    _check_at_most("size", side, limits.max_size, "px", flag="--max-size")
    steps = values["steps"]
    _check_at_most("steps", steps, limits.max_steps, "", flag="--max-steps")
    for name, high in MOST.items():
        if name in values:
            _check_at_most(name, len(values[name]), high, "of them")
    if "coarse_steps" not in values:
        return
    coarsest = max(steps, round(steps * values["coarse_steps"] ** (values["scales"] - 1)))
    coarsest = max(coarsest, values["first_steps"] or 0)
    most = TIMES_COARSER * limits.max_steps
    _check_at_most("the steps of a smaller size", coarsest, most, "", flag="--max-steps")
    share = work(values) / (limits.max_steps * limits.max_size**2)
    if share > TIMES_WORK:
        raise SettingError(
            "all sizes together: more work than this studio allows",
            got=f"{share:.1f} times that of {limits.max_steps} steps at {limits.max_size} px",
            expected=f"at most {TIMES_WORK} times",
            attempt="fewer scales, steps, coarse_steps or first_steps, or a smaller size",
        )


def work(values: Mapping[str, Any]) -> float:
    """Steps times pixels, over all sizes of a run, at most: what its time goes by.

    ``first_steps`` count as if they were of full size: with small paintings there may be no other.

    Args:
        values: of the settings, with several sizes.
    """
    size = values["size"]
    width, height = parse_size(size) if isinstance(size, str) else (size, size)
    sizes = schedule(
        height, width, scales=values["scales"], factor=values["scale_factor"], steps=values["steps"],
        coarse_steps=values["coarse_steps"], smallest_px=1,
    )  # fmt: skip
    first = (values["first_steps"] or 0) * width * height
    return first + sum(scale.steps * scale.pixels for scale in sizes)


def check_count(pictures: Mapping[str, Any], limits: StudioSettings) -> None:
    """Look at how many pictures there are, before any is read.

    Args:
        pictures: of a task, by name.
        limits: of the studio.
    Raises:
        SettingError: there are more paintings, or masks of paintings, than may be blended.
    """
    for name, sent in pictures.items():
        if isinstance(sent, (list, tuple)):
            _check_at_most(name, len(sent), limits.max_styles, "pictures", flag="--max-styles")


def _check_at_most(what: str, got: int, most: int, unit: str, *, flag: str = "") -> None:
    if got > most:
        raise SettingError(
            f"{what}: more than this studio allows",
            got=f"{got} {unit}".rstrip(),
            expected=f"at most {most} {unit}".rstrip(),
            attempt=f"less; or impasto studio {flag} with more" if flag else "less",
        )


def check_auth(settings: StudioSettings, *, no_auth: bool) -> tuple[str, str] | None:
    """The (user, password) that lets visitors in; None for no door.

    Raises:
        SettingError: the page would be open to a network without a word, or the words are none.
    """
    if settings.auth is not None:
        user, colon, password = settings.auth.partition(":")
        if no_auth:
            raise SettingError("--auth and --no-auth exclude each other", got="both", attempt="one of them")
        if not (user and colon and password):
            raise SettingError(
                "--auth has no name or no password",
                got="what is not shown here: it may be a password",
                expected="user:password",
            )
        return user, password
    if settings.host not in LOOPBACK and not no_auth:
        raise SettingError(
            "others could reach the studio, and nothing would keep them out",
            got=f"--host {settings.host}",
            expected="--auth user:password",
            attempt="--no-auth, if everyone on that network may use it",
        )
    return None


def check_pictures(paths: list[Path], limits: StudioSettings) -> None:
    """Look at uploaded pictures before they are used.

    Raises:
        PictureError: a file is too large, or is no picture, or has too many pixels.
    """
    from impasto.images import io

    for path in paths:
        size_mb = path.stat().st_size / 1e6
        if size_mb > limits.max_upload_mb:
            raise PictureError(
                f"{path.name} is too large",
                got=f"{size_mb:.1f} MB",
                expected=f"at most {limits.max_upload_mb:g} MB",
            )
        try:
            io.read(path, max_megapixels=limits.max_megapixels)
        except PictureError as error:
            raise without_folders(error, path) from error


def without_folders(error: PictureError, path: Path) -> PictureError:
    """The same, with the name that the visitor gave the file instead of where it lies here."""

    def short(text: str) -> str:
        return text.replace(str(path), path.name).replace(f"{path.parent}/", "")

    parts: dict[str, Any] = {name: short(getattr(error, name)) for name in ("got", "expected", "attempt")}
    return type(error)(short(error.problem), **parts)
