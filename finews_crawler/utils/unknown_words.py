"""Messages about words of a command line that its command does not have."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from finews_crawler.utils.nearest import did_you_mean


def is_option(word: str) -> bool:
    """Return True for an option; a single hyphen is standard input or output.

    >>> is_option("--dry-run"), is_option("-"), is_option("./--dry-run")
    (True, False, False)
    """
    return word.startswith("-") and word != "-"


def unknown_word(words: Iterable[str], options: argparse.Namespace, *, takes_arguments: bool = False) -> str:
    """Return the message about the first of *words* that is not known, with the nearest option; '' if all may be.

    *words*: what argparse left over; *options*: what it found, by which the names of the others are known.

    >>> options = argparse.Namespace(keep_days="", dry_run=False)
    >>> unknown_word(["data", "--dryrun"], options, takes_arguments=True)
    "unknown option '--dryrun'; did you mean --dry-run?"
    >>> unknown_word(["90"], options), unknown_word(["90"], options, takes_arguments=True)
    ("unknown argument '90'", '')
    """
    for word in words:
        if is_option(word):
            names = [f"--{name.replace('_', '-')}" for name in vars(options)]
            return f"unknown option {word!r}{did_you_mean(word.partition('=')[0], names)}"
        if not takes_arguments:
            return f"unknown argument {word!r}"
    return ""
