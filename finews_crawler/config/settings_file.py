"""``finews.toml``: settings in a file, each by its name in lower case without ``FINEWS_``::

    data_dir = "/srv/news/data"
    keep_samples_days = 30
    alarm_webhook_file = "webhook"  # a secret, in a file of its own

    [scrapy]
    DOWNLOAD_DELAY = 1

A path is relative to the folder of the file. The file is the one that FINEWS_CONFIG names, or else ``finews.toml`` in
the current folder; with ``FINEWS_CONFIG=`` there is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from finews_crawler.config.declaration import FILE_SUFFIX, PREFIX, Declared, setting_name, settings_of
from finews_crawler.config.model import CONFIG
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.nearest import did_you_mean

FILE_SETTING, FILE_NAME = "FINEWS_CONFIG", "finews.toml"
SCRAPY = "scrapy"
"""Name of the table with Scrapy's settings."""
DECLARED = settings_of(CONFIG)
SECRET_FILES = {f"{field}{FILE_SUFFIX.lower()}": field for field, declared in DECLARED.items() if declared.is_secret}
"""Names in the file for files with a secret, and the fields that these are values of."""


def settings_file(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the file, None without one. Raises ConfigurationError if FINEWS_CONFIG names none."""
    named = environment.get(FILE_SETTING)
    if named is None:
        return Path(FILE_NAME) if Path(FILE_NAME).is_file() else None
    if not named:
        return None
    path = Path(named)
    if not path.is_file():
        raise ConfigurationError(f"{FILE_SETTING} must be a file, got {named!r}: create one with finews init")
    return path


def read_settings_file(path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the texts of the settings in a file by their names, and its values of Scrapy's settings.

    Raises ConfigurationError, which names the file and the line or the setting.
    """
    content = parse_file(path)
    scrapy = content.pop(SCRAPY, {})
    if not isinstance(scrapy, dict):
        raise ConfigurationError(f"{path}: {SCRAPY} must be a table: [{SCRAPY}]")
    check_scrapy_names(path, scrapy)
    texts: dict[str, str] = {}
    for key, value in content.items():
        field = SECRET_FILES.get(key, key)
        if field not in DECLARED:
            raise ConfigurationError(f"{path}: unknown setting {key!r}{nearest_to(key)}")
        if setting_name(field) in texts:
            raise ConfigurationError(f"{path}: {field} and {key} are both set: remove one of them")
        texts[setting_name(field)] = read_value(path, key, value, DECLARED[field])
    return texts, scrapy


def secrets_in(path: Path) -> list[str]:
    """Return the names of the secret settings whose values are in the file itself. Raises ConfigurationError."""
    return [key for key in parse_file(path) if key in SECRET_FILES.values()]


def parse_file(path: Path) -> dict[str, Any]:
    """Return the content of the file. Raises ConfigurationError."""
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error}: {hint_for(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def nearest_to(key: str) -> str:
    plain = key.lower().removeprefix(PREFIX.lower())
    if plain in DECLARED:
        return f"; did you mean {plain}?"
    return did_you_mean(plain, [*DECLARED, *SECRET_FILES, SCRAPY]) or ". Settings of Scrapy belong below [scrapy]"


def read_value(path: Path, key: str, value: object, declared: Declared) -> str:
    """Return the text of one value, its path below the folder of the file. Raises ConfigurationError."""
    text = text_of(value)
    if text is None:
        raise ConfigurationError(f"{path}: {key} must be a text, a number or a list of them")
    if key in SECRET_FILES:
        text = read_secret(f"{path}: {key}", path.parent / text)
    text = declared.below(path.parent, text)
    try:
        declared.parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {key} {error}") from None
    return text


def text_of(value: object) -> str | None:
    """Return a value of TOML as the environment would have it, None for one that no setting takes.

    >>> text_of(30), text_of(0.5), text_of(["a", "b"]), text_of({"fast": 5}), text_of(float("inf")), text_of(True)
    ('30', '0.5', 'a,b', 'fast=5', 'inf', None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "inf" if value == math.inf else str(value)
    parts = (
        [text_of(part) for part in value]
        if isinstance(value, list)
        else [f"{name}={text_of(part)}" for name, part in value.items()]
        if isinstance(value, dict)
        else [None]
    )
    return None if None in parts else ",".join(map(str, parts))


def read_secret(name: str, path: Path) -> str:
    """Return the text in a file, without the end of its line. Raises ConfigurationError."""
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        hint = f": {hint_for(error)}" if isinstance(error, OSError) else ""
        raise ConfigurationError(f"{name}: {error}{hint}") from error


def check_scrapy_names(path: Path, names: Mapping[str, object]) -> None:
    """Raise ConfigurationError for a name that is no setting of Scrapy: it would have no effect."""
    if not names:
        return
    from scrapy.settings import default_settings

    known = [name for name in vars(default_settings) if name.isupper()]
    for name in names:
        if name not in known:
            nearest = get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            raise ConfigurationError(f"{path}: unknown setting of Scrapy {name!r}{hint}")
