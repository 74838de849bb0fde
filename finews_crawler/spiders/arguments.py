"""Spider arguments (``-a NAME=VALUE``), parsed and checked before the first request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from finews_crawler.config.values import flag, optional, read, read_span, whole_number
from finews_crawler.content.dates import publication_day
from finews_crawler.exceptions import ArgumentError

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


@dataclass(frozen=True)
class SpiderArguments:
    """Arguments that every spider takes."""

    EXAMPLE: ClassVar[str] = ""

    since: date | None = None
    until: date | None = None
    limit: int | None = None
    refetch: bool = False
    dry_run: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Parse ``-a NAME=VALUE`` pairs. Raises ArgumentError, which names the wrong one."""
        cls.check_names(given)
        arguments = cls(**cls.read(given))  # type: ignore[arg-type]
        arguments.check()
        return arguments

    @classmethod
    def parse_given(cls, given: Mapping[str, str]) -> Self:
        """Parse the pairs of a command line. An empty value, in a script of a variable that is not set, is an error:
        it would select everything. The pairs of a recorded run may have some."""
        cls.check_names(given)
        if empty := [name for name, value in given.items() if not value.strip()]:
            raise ArgumentError(f"{empty[0]} is not set")
        return cls.parse(given)

    @classmethod
    def check_names(cls, given: Mapping[str, str]) -> None:
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ArgumentError(f"unknown argument {unknown[0]!r} (known: {', '.join(known)})")
        for name, value in given.items():
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ArgumentError(f"{name} must be UTF-8, which this locale does not read: set LC_ALL=C.UTF-8")

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        """Return the typed values by the name of the field; subclasses add their own. Raises ArgumentError."""
        since, until = read_span(given.get("since", ""), given.get("until", ""))
        return {
            "since": since,
            "until": until,
            "limit": value_of(given, "limit", optional(whole_number(), None)),
            "refetch": value_of(given, "refetch", flag),
            "dry_run": value_of(given, "dry_run", flag),
        }

    def check(self) -> None:
        """Raise ArgumentError for values that do not go together."""

    def without_files(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return *given* with the contents of files in place of their names, to repeat the run without them."""
        return dict(given)

    def needed_settings(self) -> tuple[str, ...]:
        """Return the settings that name the hosts of the run, but for those of articles' bodies."""
        return ()

    def covers(self, day: date) -> bool:
        """Return True if articles published on *day* (in Beijing) are wanted."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def covers_moment(self, moment: datetime | None) -> bool:
        """Return the same for a time; True for an article whose time is not known yet."""
        return moment is None or self.covers(publication_day(moment))


def value_of(given: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T:
    """Return the parsed value of an argument, '' if it is not given. Raises ArgumentError."""
    return read(name, given.get(name, ""), parse)


def read_words(given: Mapping[str, str], name: str) -> list[str]:
    words = [word.strip() for word in given.get(name, "").split(",")]
    return list(dict.fromkeys(word for word in words if word))
