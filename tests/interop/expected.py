"""What the archive has, as plain values, and how a reader's values are compared with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from finews_crawler.articles.record import FIELDS as RECORD_FIELDS
from finews_crawler.articles.record import Kind
from tests.interop.cells import Outcome, Result, right, wrong

FIELDS = ("info_code", "title", "media_name", "published_at", "text", "tickers")
NAMES = tuple(field.name for field in RECORD_FIELDS)
MOMENTS = tuple(field.name for field in RECORD_FIELDS if field.kind == Kind.MOMENT)


def short(text: str) -> str:
    """Return the hash by which the scripts of all languages tell long texts apart: sha256 of the UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def records_in(printed: str) -> list[dict[str, Any]]:
    """Return the JSON objects of lines. Not by ``splitlines``, which takes U+2028 within a text for a line break."""
    return [json.loads(line) for line in printed.split("\n") if line]


def compare(
    expected: Iterable[Mapping[str, Any]], printed: str, fields: Iterable[str] = FIELDS, *, what: str = "articles"
) -> Outcome:
    """Compare the articles with what a script printed: one JSON object a line, with *fields* and in any order.

    Other things than articles, which are *what*, have a key of theirs as ``info_code``.
    """
    theirs = {record["info_code"]: record for record in records_in(printed)}
    ours = {record["info_code"]: record for record in expected}
    compared = tuple(fields)
    if theirs.keys() != ours.keys():
        lost, more = len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys())
        return wrong(f"{len(theirs)} of {len(ours)} {what}, {lost} missing, {more} unknown")
    for name in compared:
        differ = [code for code in ours if theirs[code][name] != ours[code][name]]
        if differ:
            code = differ[0]
            values = f"{theirs[code][name]!r}"[:60], f"{ours[code][name]!r}"[:60]
            return wrong(f"{name} differs in {len(differ)} of {len(ours)}: {values[0]} instead of {values[1]}")
    return right(f"{len(ours)} {what}, {', '.join(compared)}: as written")


def compare_records(expected: Sequence[Mapping[str, Any]], printed: str, names: Iterable[str] = NAMES) -> Outcome:
    """Compare all fields of records, and their order; of times, the instant: a reader may have its own zone."""
    theirs = records_in(printed)
    found = compare(map(comparable, expected), "\n".join(json.dumps(comparable(record)) for record in theirs), names)
    if found.result == Result.RIGHT:
        codes = [[record["info_code"] for record in records] for records in (expected, theirs)]
        in_order = "in order" if codes[0] == codes[1] else "in another order"
        return right(f"{len(theirs)} articles {in_order}, {len(tuple(names))} fields: as written")
    return found


def comparable(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its times in UTC, but for those without a zone, and without absent keys of ``origins``."""
    values = {name: record.get(name) for name in NAMES}
    for name in MOMENTS:
        if isinstance(values[name], str):
            values[name] = in_utc(values[name])
    if isinstance(values["origins"], dict):
        values["origins"] = {name: origin for name, origin in values["origins"].items() if origin is not None}
    return values


def in_utc(text: str) -> str:
    """Return an ISO 8601 time in UTC, or as it is if it has no zone.

    >>> in_utc("2026-11-20T15:00:00+08:00"), in_utc("2026-11-20 07:00:00Z"), in_utc("2026-11-20 15:00")
    ('2026-11-20T07:00:00+00:00', '2026-11-20T07:00:00+00:00', '2026-11-20 15:00')
    """
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC).isoformat() if time.tzinfo else text
