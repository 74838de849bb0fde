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
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finews_crawler.config.declaration import FILE_SUFFIX, PREFIX, Declared, setting_name
from finews_crawler.config.model import CONFIG
from finews_crawler.config.scrapys_settings import check_value, known_settings
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.nearest import did_you_mean

QUOTES = '; a text has quotes: data_dir = "data"'
FILE_SETTING, FILE_NAME = "FINEWS_CONFIG", "finews.toml"
SCRAPY = "scrapy"
"""Name of the table with Scrapy's settings."""
LARGEST = 1_000_000
"""Bytes of a file."""
DECLARED = CONFIG.declared
SECRET_FILES = {f"{field}{FILE_SUFFIX.lower()}": field for field, declared in DECLARED.items() if declared.is_secret}
"""Names in the file for files with a secret, and the fields that these are values of."""


def settings_file(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the file, None without one. Raises ConfigurationError for one that is no file."""
    named = environment.get(FILE_SETTING)
    if named == "" or (named is None and not os.path.lexists(FILE_NAME)):
        return None
    path = Path(named or FILE_NAME)
    if path.is_file():
        return path
    # Without it, a crawl would contact the default hosts: a link into a disk that is not mounted is no file of none.
    problem = "is not a file" if path.exists() else "is a link to nothing" if path.is_symlink() else "does not exist"
    what = f"{FILE_SETTING}={named}" if named else FILE_NAME
    raise ConfigurationError(f"{what} {problem}: name the file of the settings")


def read_settings_file(path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the texts of the settings in a file by their names, and its values of Scrapy's settings.

    Raises ConfigurationError, which names the file and the line or the setting.
    """
    content = parse_file(path)
    scrapy = content.pop(SCRAPY, {})
    if not isinstance(scrapy, dict):
        raise ConfigurationError(f"{path}: {SCRAPY} must be a table: [{SCRAPY}]")
    check_scrapy(path, scrapy)
    texts: dict[str, str] = {}
    for key, value in content.items():
        field = SECRET_FILES.get(key, key)
        if field not in DECLARED:
            raise ConfigurationError(f"{path}: unknown setting {key!r}{nearest_to(key)}")
        if setting_name(field) in texts:
            raise ConfigurationError(f"{path}: {field} and {key} are both set: remove one of them")
        texts[setting_name(field)] = read_value(path, key, value, DECLARED[field])
    return texts, scrapy


def secrets_in(path: Path) -> dict[str, Path]:
    """Return the files that have secrets, by the name in the file: it is one itself. Raises ConfigurationError."""
    content = parse_file(path)
    own = {key: path for key in content if key in SECRET_FILES.values()}
    return own | {key: path.parent / str(content[key]) for key in content if key in SECRET_FILES}


def parse_file(path: Path) -> dict[str, Any]:
    """Return the content of the file. Raises ConfigurationError."""
    import tomllib

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ConfigurationError(f"{path} is larger than {LARGEST} bytes: it is not a file of settings")
        return tomllib.loads(content.decode("utf-8-sig"))  # Windows writes a byte order mark
    except OSError as error:
        raise ConfigurationError(f"{path}: {error}: {hint_for(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: {error}") from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        hint = QUOTES if str(error).startswith("Invalid value") else ""
        raise ConfigurationError(f"{path}: {one_line(str(error))}{hint}") from None


def nearest_to(key: str) -> str:
    """Return the end of a message about an unknown key: the nearest name, or where Scrapy's settings belong."""
    plain = key.lower().removeprefix(PREFIX.lower())
    if plain in DECLARED:
        return f"; did you mean {plain}?"
    return did_you_mean(plain, [*DECLARED, *SECRET_FILES, SCRAPY]) or ". Settings of Scrapy belong below [scrapy]"


def read_value(path: Path, key: str, value: object, declared: Declared) -> str:
    """Return the text of one value, its path below the folder of the file. Raises ConfigurationError."""
    text = text_of(value)
    if text is None:
        raise ConfigurationError(f"{path}: {key} must be a text, a number, or a list or table of them")
    if declared.is_path and not declared.is_list and not isinstance(value, str):
        raise ConfigurationError(f"{path}: {key} must be one path, got {value!r}")
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
    """Return the line in a file. Raises ConfigurationError, also for no line and for several."""
    try:
        text = path.read_text("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(
            f"{name}: {path} cannot be read ({error.strerror}): name a file with the secret"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: {path} is not UTF-8: name a file with the secret") from error
    if not text.strip() or not text.isprintable():
        problem = "has several lines, or control characters" if text.strip() else "is empty"
        raise ConfigurationError(f"{name}: {path} {problem}: write the secret into it, in one line")
    return text


def check_scrapy(path: Path, given: Mapping[str, object]) -> None:
    """Raise ConfigurationError for what is no setting of Scrapy, which would have no effect, and for a wrong type."""
    if not given:
        return
    known = known_settings()
    for name, value in given.items():
        if name not in known:
            if name.lower() in (*DECLARED, *SECRET_FILES):
                raise ConfigurationError(f"{path}: {name.lower()} is no setting of Scrapy: put it above [{SCRAPY}]")
            raise ConfigurationError(f"{path}: unknown setting of Scrapy {name!r}{did_you_mean(name, known)}")
        try:
            check_value(name, value, known[name])
        except ValueError as error:
            raise ConfigurationError(f"{path}: {name} {error}") from None
