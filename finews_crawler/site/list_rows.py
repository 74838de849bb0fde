"""Rows of lists: posts as the layouts show them, as JSON. Formatting them in Liquid would be far slower."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from finews_crawler.content.slug import TAG_SUFFIX

Shown = tuple[int, int]
"""The part of ``YYYY-MM-DD HH:MM:SS`` that a list shows: first character, counted from 1, and length."""
FULL_TIME, TIME_OF_DAY = (1, 16), (12, 5)
# A post as a row of a list. The time of a post is in the form of HTML; the outlet is as by ``medium_of``.
ROW = f"""json_object(
    'url', p.url, 'title', p.title, 'digest', p.digest_line, 'time', substr(p.date, ?, ?),
    'datetime',
    substr(p.date, 1, 10) || 'T' || substr(p.date, 12, 8) || substr(p.date, 21, 3) || ':' || substr(p.date, 24),
    'medium',
    CASE WHEN p.tag LIKE '_%{TAG_SUFFIX}' THEN substr(p.tag, 1, length(p.tag) - {len(TAG_SUFFIX)}) ELSE p.tag END
)"""


class Subject(NamedTuple):
    """Subject of a listing: its posts are those of a category, ticker or day."""

    kind: str
    key: str
    tag: str = ""
    """One of the outlets that have the slug *key*; '' for all posts of the key."""


def rows_of(
    connection: sqlite3.Connection, subject: Subject, period: str = "", limit: int = -1, shown: Shown = FULL_TIME
) -> list[str]:
    """Return the newest posts of a subject, each as JSON. *period*: only those of a month or day."""
    of_day = period if len(period) > len("2022-05") else ""
    conditions = [
        ("AND m.month = ?", period[:7]),
        ("AND m.date >= ?", of_day),
        ("AND m.date < ?", of_day and f"{of_day}~"),
        ("AND p.tag = ?", subject.tag),
    ]
    chosen = [(condition, value) for condition, value in conditions if value]
    query = (
        f"SELECT {ROW} FROM mention m JOIN post p ON p.id = m.post WHERE m.kind = ? "  # noqa: S608
        f"AND m.key = ? {' '.join(condition for condition, _ in chosen)} "
        "ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT ?"
    )
    rows = connection.execute(query, (*shown, *subject[:2], *(value for _, value in chosen), limit))
    return [row for (row,) in rows]
