"""Declaration of a setting as a field of a dataclass; its name in upper case after ``FINEWS_`` is the setting's::

    lock_wait: float = setting("0", non_negative_number("seconds"), "seconds to wait …")

Dataclasses, since every command reads the settings before anything else, and validation by a library is a tenth of the
start of a command.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from finews_crawler.exceptions import ConfigurationError

T = TypeVar("T")
PREFIX = "FINEWS_"
DECLARED = "declared"
FILE_SUFFIX = "_FILE"
"""After the name of a secret setting: the name of one that names a file with its value."""


class Declared(NamedTuple):
    """A setting as it was declared."""

    default: str
    """Text, as the environment would have it."""
    parse: Callable[[str], Any]
    meaning: str
    is_secret: bool
    is_path: bool
    is_list: bool
    """Several, with commas between them."""

    def below(self, folder: Path, text: str) -> str:
        """Return the text of a path that is relative to *folder*; ``-`` and any other text as it is."""
        if not self.is_path or (folder == Path() and "~" not in text):
            return text
        parts = text.split(",") if self.is_list else [text]
        return ",".join(part if part.strip() in ("", "-") else str(folder / _at_home(part.strip())) for part in parts)


def _at_home(path: str) -> Path:
    """Return a path with the user's folder in the place of ``~``, as a shell would."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # there is no such user
        return Path(path)


def setting_name(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def setting(  # noqa: PLR0913 (each is a word of a declaration)
    default: str,
    parse: Callable[[str], T],
    meaning: str,
    *,
    is_secret: bool = False,
    is_path: bool = False,
    is_list: bool = False,
) -> T:
    """Declare a setting: its default as text, the parser of its text, and a sentence for the reference.

    The parser raises ValueError with the end of a sentence, see ``config.values``.
    """
    declared = Declared(default, parse, meaning, is_secret, is_path, is_list)
    field: Any = dataclasses.field(
        default_factory=lambda: parse(default), repr=not is_secret, metadata={DECLARED: declared}
    )
    found: T = field
    return found


def settings_of(section: type) -> dict[str, Declared]:
    """Return the settings of a dataclass by the names of their fields, in the order of declaration."""
    return {field.name: field.metadata[DECLARED] for field in dataclasses.fields(section)}


def parse_settings(section: type[T], given: Mapping[str, str]) -> T:
    """Return a *section* with the values of *given*, texts by the names of settings.

    Raises ConfigurationError for the first one that is invalid.
    """
    values = {}
    for field, declared in settings_of(section).items():
        name = setting_name(field)
        try:
            values[field] = declared.parse(given.get(name, declared.default))
        except ValueError as error:
            raise ConfigurationError(f"{name} {error}") from None
    return section(**values)
