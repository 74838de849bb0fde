"""What the archive has, as plain values, and how a reader's values are compared with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.interop.cells import Outcome, right, wrong

FIELDS = ("info_code", "title", "media_name", "published_at", "text", "tickers")


def short(text: str) -> str:
    """Return the hash by which the scripts of all languages tell long texts apart: sha256 of the UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def compare(expected: Iterable[Mapping[str, Any]], printed: str, fields: Iterable[str] = FIELDS) -> Outcome:
    """Compare the articles with what a script printed: one JSON object a line, with *fields* and in any order."""
    theirs = {record["info_code"]: record for record in map(json.loads, printed.splitlines())}
    ours = {record["info_code"]: record for record in expected}
    compared = tuple(fields)
    if theirs.keys() != ours.keys():
        lost, more = len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys())
        return wrong(f"{len(theirs)} of {len(ours)} articles, {lost} missing, {more} unknown")
    for name in compared:
        differ = [code for code in ours if theirs[code][name] != ours[code][name]]
        if differ:
            code = differ[0]
            values = f"{theirs[code][name]!r}"[:80], f"{ours[code][name]!r}"[:80]
            return wrong(f"{name} differs in {len(differ)} of {len(ours)}: {values[0]} instead of {values[1]}")
    return right(f"{len(ours)} articles, {', '.join(compared)}: as written")
