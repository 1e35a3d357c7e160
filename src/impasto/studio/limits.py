"""Checks of what a visitor asks for: no files of this machine, and nothing above the studio's limits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from impasto.errors import PictureError, SettingError
from impasto.optimize.schedule import schedule
from impasto.registry import NETWORKS
from impasto.settings import Settings, StudioSettings
from impasto.settings.size import parse_size

WITHHELD = (
    "weights",
    "device",
    "precision",
    "memory",
    "max_megapixels",
    "max_megabytes",
    "max_minutes",
    "pictures",
    "flow_files",
    "sound_style",
    "workers",
    "llm_url",
    "llm_file",
    "llm_name",
    "llm_candidates",
    "llm_timeout_s",
)
"""Settings that only the server's owner decides: files, addresses and the machine's resources."""

AUTH_VARIABLE = "IMPASTO_STUDIO_AUTH"
"""Variable of the environment that says the name and the password, where ``--auth`` does not."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine can reach."""

COARSE_STEPS_FACTOR = 10
"""Steps at a smaller size, at most, as a multiple of ``max_steps``; chosen by eye, for six sizes."""

WORK_FACTOR = 4
"""Work of a run, at most, as a multiple of ``max_steps`` at ``max_size``; all presets take less."""

HIGHEST = {"layers": 16, "channels": 16, "count": 16}
"""Highest numbers and longest lists of settings that multiply the time; VGG-19 has 16 convolutions."""


def networks() -> tuple[str, ...]:
    """The feature networks whose weights are on this machine: no visitor can start a download."""
    from impasto.features import weight_record
    from impasto.weights.records import cached

    records = {name: weight_record(name) for name in NETWORKS}
    return tuple(name for name, record in records.items() if record is None or cached(record) is not None)


def network_choices(settings: type[Settings]) -> tuple[str, ...]:
    """What a visitor may choose as ``network``: what is on this machine; no file, where one may be named."""
    info = settings.info().get("network")
    return networks() if info is None or info.choices else (str(info.default),)


def check_settings(settings: Settings, limits: StudioSettings, *, init_words: tuple[str, ...]) -> None:
    """Check that a visitor may use these settings; a limit holds for every task with such a setting.

    Args:
        settings: of the task.
        limits: of the studio.
        init_words: what ``init`` may be; empty: any word that names no file.
    Raises:
        SettingError: a size, a list or a number of steps is over the limit, or a setting names a file or a
            network that is not on this machine, or only the owner decides it.
    """
    values, defaults = settings.to_dict(), settings.defaults()
    for name in WITHHELD:
        if name in values and values[name] != defaults[name]:
            raise SettingError(
                f"{name} is not for visitors to set", got=repr(values[name]), attempt=f"leave {name} out"
            )
    if "init" in values:
        if not init_words:
            check_text("init", values["init"])
        elif values["init"] not in init_words:
            raise SettingError("there is no such start", got=values["init"], expected=", ".join(init_words))
    if "network" in values and values["network"] not in (here := network_choices(type(settings))):
        raise SettingError(
            "the weights of that network are not on this machine",
            got=values["network"],
            expected=", ".join(here),
            attempt=f"impasto stylize --network {values['network']}, once, in a terminal: it fetches them",
        )
    steps = values.get("steps", 0)
    if values.get("size") is not None:
        _check_at_most("size", max(_sides(values)), limits.max_size, "px", flag="--max-size")
    _check_at_most("steps", steps, limits.max_steps, "", flag="--max-steps")
    for name, high in HIGHEST.items():
        if name in values:
            value = values[name]
            is_number = isinstance(value, int)
            _check_at_most(name, value if is_number else len(value), high, "" if is_number else "of them")
    has_scales = "scale_factor" in values or "octave_scale" in values
    if not has_scales or values.get("size") is None:  # a video has its own size, checked with its frames
        return
    coarsest = max(steps, round(steps * values.get("coarse_steps", 1.0) ** (_scales(values) - 1)))
    coarsest = max(coarsest, values.get("first_steps") or 0)
    most = COARSE_STEPS_FACTOR * limits.max_steps
    _check_at_most("the steps of a smaller size", coarsest, most, "", flag="--max-steps")
    times = work(values) / (limits.max_steps * limits.max_size**2)
    if times > WORK_FACTOR:
        raise SettingError(
            "all sizes together: more work than this studio allows",
            got=f"{times:.1f} times that of {limits.max_steps} steps at {limits.max_size} px",
            expected=f"at most {WORK_FACTOR} times",
            attempt="fewer scales, steps, coarse_steps or first_steps, or a smaller size",
        )


def work(values: Mapping[str, Any]) -> float:
    """Steps times pixels, summed over all sizes and pictures of a run, at most: proportional to its time.

    ``first_steps`` count as steps at full size: small pictures may have no other size.

    Args:
        values: of settings with several sizes.
    """
    width, height = _sides(values)
    sizes = schedule(
        height,
        width,
        scales=_scales(values),
        factor=values.get("scale_factor", values.get("octave_scale")),
        steps=values["steps"],
        coarse_steps=values.get("coarse_steps", 1.0),
        smallest_px=1,
    )
    first = (values.get("first_steps") or 0) * width * height
    one = first + sum(scale.steps * scale.pixels for scale in sizes)
    return float(one * values.get("count", 1))


def _sides(values: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height in px, at most."""
    size = values["size"]
    return parse_size(size) if isinstance(size, str) else (size, size)


def _scales(values: Mapping[str, Any]) -> int:
    """Number of sizes; a dream calls them octaves."""
    return int(values.get("scales", values.get("octaves", 1)))


def check_count(inputs: Mapping[str, Any], limits: StudioSettings) -> None:
    """Check the number of pictures before any is read.

    Args:
        inputs: of a task, by name.
        limits: of the studio.
    Raises:
        SettingError: there are more styles, or masks of styles, than may be blended, or more photos than may
            be a set.
    """
    for name, value in inputs.items():
        if isinstance(value, (list, tuple)) and name == "content":
            _check_at_most(name, len(value), limits.max_photos, "photos", flag="--max-photos")
        elif isinstance(value, (list, tuple)):
            _check_at_most(name, len(value), limits.max_styles, "styles", flag="--max-styles")


def _check_at_most(name: str, value: int, most: int, unit: str, *, flag: str = "") -> None:
    if value > most:
        raise SettingError(
            f"{name}: more than this studio allows",
            got=f"{value} {unit}".rstrip(),
            expected=f"at most {most} {unit}".rstrip(),
            attempt=f"less; or impasto studio {flag} with more" if flag else "less",
        )


def check_text(name: str, text: str) -> None:
    """Check that a text which may also name a file, such as a palette, names none of this machine.

    Raises:
        SettingError: it looks like a file's name, or there is such a file.
    """
    path = Path(text)
    try:
        exists = path.exists()
    except OSError:  # longer than file names may be
        exists = False
    if exists or "/" in text or "\\" in text or (path.suffix and "," not in text):
        raise SettingError(
            f"{name} names a file of this machine",
            got=text,
            attempt="upload the picture, or choose one of the words",
        )


def check_auth(settings: StudioSettings, *, no_auth: bool) -> tuple[str, str] | None:
    """(user, password) of the studio; None for none.

    Raises:
        SettingError: public address without --auth, or --auth is malformed.
    """
    auth = os.environ.get(AUTH_VARIABLE) if settings.auth is None else settings.auth
    if auth is not None:
        user, colon, password = auth.partition(":")
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
            attempt=f"--no-auth, if everyone on that network may use it; {AUTH_VARIABLE} hides the password",
        )
    return None


def check_pictures(paths: list[Path], limits: StudioSettings) -> None:
    """Check uploaded pictures before they are used.

    Raises:
        PictureError: a file is too large, is not a picture, or has too many pixels.
    """
    from impasto.images import io

    for path in paths:
        check_file_size(path, limits)
        try:
            io.read(path, max_megapixels=limits.max_megapixels)
        except PictureError as error:
            raise without_folders(error, path) from error


def check_file_size(path: Path, limits: StudioSettings) -> None:
    """Check the size of an uploaded file.

    Raises:
        PictureError: it is too large.
    """
    size_mb = path.stat().st_size / 1e6
    if size_mb > limits.max_upload_mb:
        raise PictureError(
            f"{path.name} is too large",
            got=f"{size_mb:.1f} MB",
            expected=f"at most {limits.max_upload_mb:g} MB",
        )


def without_folders(error: PictureError, path: Path) -> PictureError:
    """The same error, with the file's name in place of its path on the server."""

    def short(text: str) -> str:
        return text.replace(str(path), path.name).replace(f"{path.parent}/", "")

    parts: dict[str, Any] = {name: short(getattr(error, name)) for name in ("got", "expected", "attempt")}
    return type(error)(short(error.problem), **parts)
