"""The texts of the settings as they were given: in the environment, in finews.toml, or as defaults."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from finews_crawler.config.declaration import FILE_SUFFIX, PREFIX, Declared, setting_name
from finews_crawler.config.settings_file import (
    DECLARED,
    FILE_SETTING,
    SECRET_FILES,
    read_secret,
    read_settings_file,
    settings_file,
)
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.nearest import nearest

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

DEFAULT, ENVIRONMENT = "default", "environment"
ENVIRONMENT_ONLY = {FILE_SETTING, *(setting_name(name) for name in SECRET_FILES)}
"""Names of the environment that are read before the settings, and are none themselves."""
NO_SUCH = ": leave it out; `finews config` shows all settings"
DEFAULTS: dict[str, str] = {setting_name(field): declared.default for field, declared in DECLARED.items()}
"""Default of every setting, as text."""


class Given(NamedTuple):
    """The text of a setting."""

    text: str
    origin: str
    """DEFAULT, ENVIRONMENT, or the path of the file that has it."""


def given_settings() -> dict[str, Given]:
    """Return every setting by its name: from the environment, or else from finews.toml, or else its default.

    Raises ConfigurationError for a file that cannot be read, and for an unknown name or an invalid value in it.
    """
    file = settings_file(os.environ)
    texts = read_settings_file(file)[0] if file else {}
    # A default is a path relative to the file too: a run from cron has another current folder.
    folder = file.parent if file else Path()
    given = {}
    for field, declared in DECLARED.items():
        name = setting_name(field)
        if found := _from_environment(name, declared):
            given[name] = found
        elif name in texts:
            given[name] = Given(texts[name], str(file))
        else:
            given[name] = Given(declared.below(folder, declared.default), DEFAULT)
    return given


def is_given(settings: BaseSettings, name: str) -> bool:
    """Return True for a setting that is set: by ``-s``, in the environment, or in finews.toml."""
    from scrapy.settings import SETTINGS_PRIORITIES

    is_option = settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
    return is_option or given_settings()[name].origin != DEFAULT


def _from_environment(name: str, declared: Declared) -> Given | None:
    """Return a setting of the environment; a secret one may be in a file, ``FINEWS_ALARM_WEBHOOK_FILE``."""
    text = os.environ.get(name)
    secret_file = os.environ.get(f"{name}{FILE_SUFFIX}") if declared.is_secret else None
    if not secret_file:
        return None if text is None else Given(declared.below(Path(), text), ENVIRONMENT)
    if text:
        raise ConfigurationError(f"{name} and {name}{FILE_SUFFIX} are both set: unset one of them")
    return Given(read_secret(f"{name}{FILE_SUFFIX}", Path(secret_file)), secret_file)


def environment_settings() -> dict[str, str]:
    """Return the text of every setting; the defaults if one cannot be read, which ``check_names`` reports."""
    try:
        return {name: given.text for name, given in given_settings().items()}
    except ConfigurationError:
        return dict(DEFAULTS)


def scrapy_settings() -> dict[str, tuple[Any, str]]:
    """Return Scrapy's settings of finews.toml, each with the path of the file.

    None if the file cannot be read, which ``check_names`` reports.
    """
    try:
        file = settings_file(os.environ)
        return {name: (value, str(file)) for name, value in read_settings_file(file)[1].items()} if file else {}
    except ConfigurationError:
        return {}


def check_names(settings: Iterable[Any], *, reads_file: bool = True) -> None:
    """Raise ConfigurationError for a name in the environment, Scrapy's settings or finews.toml that is no setting.

    *reads_file*: False for a command that needs no finews.toml.

    >>> check_names({"FINEWS_LOCK_WAITS": "60"})
    Traceback (most recent call last):
    finews_crawler.exceptions.ConfigurationError: unknown setting FINEWS_LOCK_WAITS; did you mean FINEWS_LOCK_WAIT?
    """
    for name in os.environ:
        if name not in ENVIRONMENT_ONLY:
            _check_name(name)
    for name in settings:
        _check_name(name)
    if reads_file:
        given_settings()


def _check_name(name: object) -> None:
    # Scrapy's settings may have keys that are not text.
    if isinstance(name, str) and name.startswith(PREFIX) and name not in DEFAULTS:
        if name in ENVIRONMENT_ONLY:
            raise ConfigurationError(f"{name} is read from the environment only, before the options: export it")
        plain = [known.removeprefix(PREFIX) for known in DEFAULTS]  # with the prefix, any two are near
        found = nearest(name.removeprefix(PREFIX), plain)
        hint = f"; did you mean {PREFIX}{found}?" if found else NO_SUCH
        raise ConfigurationError(f"unknown setting {name}{hint}")
