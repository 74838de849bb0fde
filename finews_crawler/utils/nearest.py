"""Suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message with the nearest known name, '' if none is near.

    >>> did_you_mean("Colums", ["fast", "columns"]), did_you_mean("radio", ["fast", "columns"])
    ('; did you mean columns?', '')
    """
    nearest = get_close_matches(name.lower(), list(known), n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""
