"""Parsers of the values of settings, spider arguments and command-line options.

A parser takes text and returns a typed value. It raises ValueError with the end of a sentence, "must be …, got …", or
"is not set" for an empty value; ``read`` puts the name in front of it.
"""

from __future__ import annotations

import ipaddress
import math
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from finews_crawler.exceptions import ArgumentError
from finews_crawler.utils import clock

T = TypeVar("T")
Default = TypeVar("Default")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ALIASES = Path("/etc/aliases")
"""Names to which the local sendmail delivers, beside the users."""
WHOLE_NUMBER = re.compile(r"(\d{1,9})(?:\.0*)?", re.ASCII)
"""At most nine digits: such a number fits every column, and a longer one is a mistake."""
YES, NO = ("1", "true", "yes"), ("0", "false", "no", "")


def read(name: str, value: str, parse: Callable[[str], T]) -> T:
    """Parse the value of *name*. Raises ArgumentError, a sentence that begins with the name.

    >>> read("--every", "30", whole_number())
    30
    >>> read("FINEWS_PROGRESS_SECONDS", "x", positive_number("seconds"))
    Traceback (most recent call last):
    finews_crawler.exceptions.ArgumentError: FINEWS_PROGRESS_SECONDS must be a positive number of seconds, got 'x'
    """
    try:
        return parse(value)
    except ValueError as error:
        raise ArgumentError(f"{name} {error}") from None


def required(text: str) -> str:
    """Return *text* without the spaces around it. Raises ValueError if nothing is left."""
    if not text.strip():
        raise ValueError("is not set")
    return text.strip()


def optional(parse: Callable[[str], T], default: Default) -> Callable[[str], T | Default]:
    """Return a parser that takes an empty value for *default*."""
    return lambda text: parse(text) if text.strip() else default


def positive_number(unit: str, most: float = sys.float_info.max) -> Callable[[str], float]:
    """Return a parser of numbers above 0; *most* may be infinite."""
    return lambda text: _number(text, f"a positive number of {unit}", math.nextafter(0, 1), most)


def non_negative_number(unit: str) -> Callable[[str], float]:
    """Return a parser of numbers from 0 on, which must be finite."""
    return lambda text: _number(text, f"a non-negative number of {unit}", 0, sys.float_info.max)


def _number(text: str, kind: str, least: float, most: float) -> float:
    word = required(text)
    try:
        number = float(word)
    except ValueError:
        number = math.nan  # no comparison with it holds
    if not least <= number <= most:
        raise ValueError(f"must be {kind}, got {text!r}")
    return number


def whole_number(most: int | None = None, least: int = 1, unit: str = "") -> Callable[[str], int]:
    """Return a parser of whole numbers in ASCII digits, from *least* to *most*; ``5.0`` is one.

    >>> read("--port", "80000", whole_number(65535, least=0))
    Traceback (most recent call last):
    finews_crawler.exceptions.ArgumentError: --port must be a whole number from 0 to 65535, got '80000'
    >>> read("limit", "0", whole_number())
    Traceback (most recent call last):
    finews_crawler.exceptions.ArgumentError: limit must be a positive whole number, got '0'
    """
    of_unit = f" of {unit}" if unit else ""
    span = f"whole number{of_unit} from {least} to {most}" if most is not None else f"positive whole number{of_unit}"

    def parse(text: str) -> int:
        match = WHOLE_NUMBER.fullmatch(required(text))
        if match and least <= int(match[1]) <= (math.inf if most is None else most):
            return int(match[1])
        raise ValueError(f"must be a {span}, got {text!r}")

    return parse


def flag(text: str) -> bool:
    """Parse a switch; empty is off."""
    word = text.strip().lower()
    if word not in YES + NO:
        raise ValueError(f"must be 1 or 0, got {text!r}")
    return word in YES


def day(text: str) -> date:
    """Parse a day such as 2022-05-18."""
    word = required(text)
    try:
        return datetime.strptime(word, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise ValueError(f"must be a day such as 2022-05-18, got {text!r}") from None


def past_day(text: str) -> date:
    """Parse a day that has begun in Beijing: nothing is published on a later one, so a mistake would select nothing."""
    found, today = day(text), clock.now().date()
    if found > today:
        raise ValueError(f"must not be later than today in Beijing, {today}, got {text!r}")
    return found


def read_span(since: str, until: str, prefix: str = "") -> tuple[date | None, date | None]:
    """Parse the first and the last day of a selection, None for an empty one. Raises ArgumentError.

    *prefix*: what is in front of their names on the command line. The last day may be one that is to come.

    >>> read_span("2022-05-19", "2022-05-18", "--")
    Traceback (most recent call last):
    finews_crawler.exceptions.ArgumentError: --since must not be later than --until, got 2022-05-19 and 2022-05-18
    """
    first = read(f"{prefix}since", since, optional(past_day, None))
    last = read(f"{prefix}until", until, optional(day, None))
    if first and last and first > last:
        raise ArgumentError(f"{prefix}since must not be later than {prefix}until, got {first} and {last}")
    return first, last


def one_of(*words: str) -> Callable[[str], str]:
    """Return a parser of one of *words*, spelt as here."""
    known = ", ".join(words)

    def parse(text: str) -> str:
        if not text.strip():
            raise ValueError(f"is not set: choose one of {known}")
        if text not in words:
            raise ValueError(f"must be one of {known}, got {text!r}")
        return text

    return parse


def networks(text: str) -> tuple[Network, ...]:
    """Parse IP networks, with commas or spaces between them.

    >>> networks("192.168.0.0/16, 10.1.2.3")
    (IPv4Network('192.168.0.0/16'), IPv4Network('10.1.2.3/32'))
    """
    try:
        return tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split())
    except ValueError as error:
        raise ValueError(f"must be networks such as 192.168.0.0/16,10.1.2.3, got {text!r} ({error})") from None


def key_prefix(text: str) -> str:
    """Return the beginning of names of keys: letters, digits, ``_``, ``-``, ``.`` and ``:``."""
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", text):
        raise ValueError(f"must be up to 64 letters, digits and _-.: such as finews, got {text!r}")
    return text


def header_text(text: str) -> str:
    """Parse a value for an HTTP header."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"must be printable ASCII, got {text!r}")
    return text


def mail_address(text: str) -> str:
    """Return an address that a mail header can hold, or a user or mail alias of this machine, such as ``root``."""
    if not (text.isascii() and text.isprintable() and " " not in text and _is_header(text)):
        raise ValueError(f"must be a mail address such as news@example.org, got {text!r}")
    if "@" not in text and not _is_local(text):
        raise ValueError(f"must be a mail address such as news@example.org, or a user of this machine, got {text!r}")
    return text


def _is_local(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        with suppress(OSError, UnicodeDecodeError):
            aliases = ALIASES.read_text("utf-8").splitlines()
            return any(line.partition(":")[0].strip().lower() == name.lower() for line in aliases if ":" in line)
        return False
    return True


def _is_header(address: str) -> bool:
    mail = EmailMessage()
    try:
        mail["To"] = address
        return not mail["To"].defects or "@" not in address
    except Exception:  # noqa: BLE001 (the parser raises IndexError, AttributeError, TypeError for odd addresses)
        return False


def absolute_path(text: str) -> str:
    """Parse an absolute path; the file need not exist."""
    if not required(text).startswith("/"):
        raise ValueError(f"must be an absolute path such as /usr/sbin/sendmail, got {text!r}")
    return text


def feed_path(text: str) -> Path:
    """Parse the path of an Atom feed."""
    if Path(text).suffix not in (".atom", ".xml"):
        raise ValueError(f"must be a file ending in .atom or .xml, got {text!r}")
    return Path(text)


def metrics_path(text: str) -> Path:
    """Parse the path of a file for the textfile collector of node_exporter, which reads ``*.prom`` only."""
    if Path(text).suffix != ".prom":
        raise ValueError(f"must be a file ending in .prom, got {text!r}")
    return Path(text)
