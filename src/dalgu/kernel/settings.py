"""What an operator can set, where it may be set, and where each effective value comes from.

Later wins: default, file (TOML), environment (`DALGU_PORT`, `DALGU_HUB__QUEUE_LIMIT`), command
line. Unknown keys and wrong types stop the start with a sentence: a setting that is silently
ignored is worse than none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.setting_fields import (
    PREFIX,
    SECTION_MARK,
    AccessSettings,
    Field,
    HubSettings,
    LogSettings,
    Settings,
    fields,
)

__all__ = [
    "AccessSettings",
    "Effective",
    "Field",
    "HubSettings",
    "Loaded",
    "LogSettings",
    "Origin",
    "SettingInvalid",
    "SettingUnknown",
    "Settings",
    "SettingsUnreadable",
    "fields",
    "load",
    "settings_file",
]

FILE_VARIABLE = "DALGU_SETTINGS"  # names the file
NOT_SETTINGS = frozenset({FILE_VARIABLE, "DALGU_TEST_DATA"})
FILE_NAME = "dalgu.toml"


class Origin(StrEnum):
    """Where an effective value comes from; later ones win."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting's effective value, safe to print, and its origin."""

    key: str
    value: str
    origin: Origin


class SettingUnknown(InvalidInput):
    """A setting does not exist."""

    slug = "setting-unknown"
    title = "The setting does not exist"

    def __init__(self, key: str, origin: Origin) -> None:
        known = ", ".join(field.key for field in fields())
        super().__init__(
            f"Setting '{key}' ({origin}) does not exist. The settings are: {known}.",
            key=key,
            origin=origin,
        )


class SettingInvalid(InvalidInput):
    """A setting has a value it cannot have; the value itself is not repeated."""

    slug = "setting-invalid"
    title = "The setting is invalid"

    def __init__(self, key: str, origin: Origin, expected: str) -> None:
        super().__init__(
            f"Setting '{key}' ({origin}) is invalid; it must be {expected}.",
            key=key,
            origin=origin,
            expected=expected,
        )


class SettingsUnreadable(InvalidInput):
    """The settings file cannot be read."""

    slug = "settings-unreadable"
    title = "The settings file cannot be read"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"Settings file '{path}' cannot be read: {why}.", path=str(path))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, and where each comes from."""

    settings: Settings
    origins: Mapping[str, Origin]

    def effective(self) -> list[Effective]:
        """Return every setting's value and origin, passwords in addresses left out."""
        return [
            Effective(field.key, _shown(_value(self.settings, field.key)), self.origins[field.key])
            for field in fields()
        ]


def load(
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, str | int | bool | Path | None] | None = None,
) -> Loaded:
    """Return the settings in force.

    Parameters
    ----------
    file
        A TOML file that must exist; `settings_file` finds the usual one.
    environ
        Variables such as `DALGU_PORT` and `DALGU_HUB__QUEUE_LIMIT`; an empty one counts as
        not set.
    options
        What the command line says, by key as `hub.queue_limit`; `None` counts as not said.

    Raises
    ------
    SettingUnknown
        For a key that does not exist; the sentence lists those that do.
    SettingInvalid
        For a wrong type or a value out of bounds; the sentence says what is expected.
    SettingsUnreadable
        When the file is absent or no TOML.

    Examples
    --------
    >>> loaded = load(environ={"DALGU_PORT": "8080"}, options={"city": "daegu"})
    >>> loaded.settings.port, loaded.origins["port"].value
    (8080, 'environment')

    """
    values: dict[str, object] = {}
    origins = {field.key: Origin.DEFAULT for field in fields()}
    for origin, given in (
        (Origin.FILE, dict(_from_file(file)) if file is not None else {}),
        (Origin.ENVIRONMENT, dict(_from_environment(environ or {}))),
        (Origin.COMMAND_LINE, _from_options(options or {})),
    ):
        for key, raw in given.items():
            values[key] = _converted(key, raw, origin)
            origins[key] = origin
    return Loaded(_settings(values, origins), origins)


def settings_file(environ: Mapping[str, str], folder: Path) -> Path | None:
    """Return the file `DALGU_SETTINGS` names, else `dalgu.toml` in the folder if it is there."""
    named = environ.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    usual = folder / FILE_NAME
    return usual if usual.is_file() else None


def _from_file(path: Path) -> Iterator[tuple[str, object]]:
    import tomllib

    from dalgu.kernel.toml import read_toml

    try:
        document = read_toml(path.read_text(encoding="utf-8"))
    except OSError as reason:
        raise SettingsUnreadable(path, reason.strerror or "it cannot be opened") from None
    except UnicodeDecodeError:
        raise SettingsUnreadable(path, "it must be UTF-8") from None
    except tomllib.TOMLDecodeError as reason:
        raise SettingsUnreadable(path, str(reason)) from None
    sections = {field.key.partition(".")[0] for field in fields() if "." in field.key}
    for name, value in document.items():
        if name not in sections:
            yield name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            raise SettingInvalid(name, Origin.FILE, f"a section: [{name}]")


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in NOT_SETTINGS and environ[name]:
            key = name.removeprefix(PREFIX).lower().replace(SECTION_MARK, ".")
            yield key, environ[name]


def _from_options(options: Mapping[str, object]) -> dict[str, object]:
    return {
        key: str(value) if isinstance(value, Path) else value
        for key, value in options.items()
        if value is not None
    }


def _converted(key: str, raw: object, origin: Origin) -> object:
    field = next((field for field in fields() if field.key == key), None)
    if field is None:
        raise SettingUnknown(key, origin)
    is_text = origin is Origin.ENVIRONMENT  # variables have no types: "8080" is a number there
    try:
        value: object = msgspec.convert(raw, field.type, strict=not is_text)
    except msgspec.ValidationError:
        raise SettingInvalid(key, origin, field.expected) from None
    return value


def _settings(values: Mapping[str, object], origins: Mapping[str, Origin]) -> Settings:
    tree: dict[str, Any] = {}
    for key, value in values.items():
        section, mark, name = key.partition(".")
        if mark:
            tree.setdefault(section, {})[name] = value
        else:
            tree[section] = value
    settings = msgspec.convert(tree, Settings)
    access = settings.access
    if access.oidc_issuer is not None and access.oidc_client_id is None:
        key = "access.oidc_client_id"
        raise SettingInvalid(key, origins[key], "set, as access.oidc_issuer is")
    return settings


def _value(settings: Settings, key: str) -> object:
    value: object = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"(://)[^/]*@", r"\1…@", str(value))
