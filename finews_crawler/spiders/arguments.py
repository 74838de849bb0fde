"""Spider arguments, read and checked before the first request."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from finews_crawler.content.dates import publication_day
from finews_crawler.exceptions import ArgumentError

if TYPE_CHECKING:
    from typing import Self

YES, NO = ("1", "true", "yes"), ("0", "false", "no", "")


@dataclass(frozen=True)
class SpiderArguments:
    """The arguments that every spider takes."""

    EXAMPLE: ClassVar[str] = ""

    since: date | None = None
    until: date | None = None
    limit: int | None = None
    refetch: bool = False
    dry_run: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Read ``-a NAME=VALUE`` pairs; ArgumentError names the one that is wrong."""
        cls.check_names(given)
        arguments = cls(**cls.read(given))  # type: ignore[arg-type]
        arguments.check()
        return arguments

    @classmethod
    def check_names(cls, given: Mapping[str, str]) -> None:
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ArgumentError(f"unknown argument {unknown[0]!r} (known: {', '.join(known)})")
        for name, value in given.items():
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ArgumentError(f"{name} is not UTF-8 as this locale reads it: set LC_ALL=C.UTF-8")

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        """The typed values of what was given; subclasses add their own."""
        return {
            "since": read_day(given, "since"),
            "until": read_day(given, "until"),
            "limit": read_number(given, "limit"),
            "refetch": read_flag(given, "refetch"),
            "dry_run": read_flag(given, "dry_run"),
        }

    def check(self) -> None:
        """Raise ArgumentError when the arguments do not go together."""
        if self.since and self.until and self.since > self.until:
            raise ArgumentError(f"since={self.since} is later than until={self.until}")

    def without_files(self, given: Mapping[str, str]) -> dict[str, str]:
        """*given*, of which these were read, for a time when the files that it names may be gone."""
        return dict(given)

    def needed_settings(self) -> tuple[str, ...]:
        """The settings that name the hosts to be asked."""
        return ("FINEWS_SHARE_URL",)

    def covers(self, day: date) -> bool:
        """Whether articles published on *day* (in Beijing) are asked for."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def covers_moment(self, moment: datetime | None) -> bool:
        """As ``covers``; an article whose time is not known yet is not ruled out."""
        return moment is None or self.covers(publication_day(moment))


def read_day(given: Mapping[str, str], name: str) -> date | None:
    """A day.

    >>> read_day({"since": "2022-05-18"}, "since")
    datetime.date(2022, 5, 18)
    """
    value = given.get(name, "").strip()
    if not value:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise ArgumentError(f"{name}={value!r} is not a day YYYY-MM-DD") from None


def read_number(given: Mapping[str, str], name: str, highest: int | None = None) -> int | None:
    """A whole number from 1.

    >>> read_number({"limit": "10"}, "limit")
    10
    """
    value = given.get(name, "").strip()
    if not value:
        return None
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    if number < 1 or (highest and number > highest):
        up_to = f" to {highest}" if highest else ""
        raise ArgumentError(f"{name}={value!r} is not a whole number from 1{up_to}")
    return number


def read_flag(given: Mapping[str, str], name: str) -> bool:
    """A switch.

    >>> read_flag({"refetch": "1"}, "refetch"), read_flag({}, "refetch")
    (True, False)
    """
    value = given.get(name, "").strip().lower()
    if value not in YES + NO:
        raise ArgumentError(f"{name}={value!r} is neither 1 nor 0")
    return value in YES


def read_words(given: Mapping[str, str], name: str) -> list[str]:
    """The parts of a list with commas, each once.

    >>> read_words({"category": "TechWeb, Techweb,TechWeb"}, "category")
    ['TechWeb', 'Techweb']
    """
    words = [word.strip() for word in given.get(name, "").split(",")]
    return list(dict.fromkeys(word for word in words if word))
