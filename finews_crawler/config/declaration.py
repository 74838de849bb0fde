"""Declaration of a setting as an attribute of a Section; its name in upper case after ``FINEWS_`` is the setting's::

    lock_wait: float = setting("0", non_negative_number("seconds"), "seconds to wait …")

No dataclasses, and no validation by a library: every command declares all settings at its start, and the code that
``dataclass`` generates for them takes a thirtieth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, TypeVar, cast

from finews_crawler.exceptions import ConfigurationError

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")
S = TypeVar("S", bound="Section")
PREFIX = "FINEWS_"
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
    return cast("T", Declared(default, parse, meaning, is_secret, is_path, is_list))


class Section:
    """Base of the classes that declare settings. An instance has their values, and cannot be changed.

    >>> class Example(Section):
    ...     level: int = setting("1", int, "an example")
    >>> Example().level, Example(level=2).level, Example().with_values(level=3).level
    (1, 2, 3)
    >>> Example(levels=2)
    Traceback (most recent call last):
    TypeError: Example has no setting 'levels'
    """

    declared: ClassVar[Mapping[str, Declared]] = {}
    """Its settings by the names of their attributes, in the order of declaration: first those of its last base."""

    def __init_subclass__(cls) -> None:
        classes = reversed(cls.__mro__)
        cls.declared = {
            name: value for each in classes for name, value in vars(each).items() if isinstance(value, Declared)
        }

    def __init__(self, **values: Any) -> None:
        for name in values.keys() - self.declared.keys():
            raise TypeError(f"{type(self).__name__} has no setting {name!r}")
        defaults = {name: each.parse(each.default) for name, each in self.declared.items() if name not in values}
        vars(self).update(defaults, **values)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def with_values(self, **values: Any) -> Self:
        """Return a copy with other values of some settings."""
        return type(self)(**{**vars(self), **values})


def parse_settings(section: type[S], given: Mapping[str, str]) -> S:
    """Return a *section* with the values of *given*, texts by the names of settings.

    Raises ConfigurationError for the first one that is invalid.
    """
    values = {}
    for field, declared in section.declared.items():
        name = setting_name(field)
        try:
            values[field] = declared.parse(given.get(name, declared.default))
        except ValueError as error:
            raise ConfigurationError(f"{name} {error}") from None
    return section(**values)
