"""Chart of a ticker's articles a day, as the path of an SVG drawing, which needs neither a script nor a library."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from finews_crawler.site.post_rows import TICKER

MOST_DAYS, FEWEST_DAYS, STEP, BAR, HEIGHT = 90, 30, 4, 3, 48
"""Days of a chart, and units of the drawing: a day, the bar of a day, the highest bar."""
BY_DAY = """
    SELECT period, posts FROM total
    WHERE kind = ? AND key = ? AND period >= ? AND length(period) = 10 ORDER BY period"""
SPAN = "SELECT MIN(period), MAX(period) FROM total WHERE kind = ? AND key = ? AND length(period) = 10"


def ticker_chart(connection: sqlite3.Connection, symbol: str) -> dict[str, Any]:
    """Return the chart of up to 90 days until the ticker's last article; *connection*: the build state's.

    It depends on the articles alone, not on the day of the build.
    """
    begun, last = map(date.fromisoformat, connection.execute(SPAN, (TICKER, symbol)).fetchone())
    days = min(max((last - begun).days + 1, FEWEST_DAYS), MOST_DAYS)
    first = last - timedelta(days=days - 1)
    counts = dict(connection.execute(BY_DAY, (TICKER, symbol, f"{first}")).fetchall())
    most = max(counts.values())
    busiest = next(day for day, count in counts.items() if count == most)
    return {
        **{"first": f"{first}", "last": f"{last}", "width": days * STEP, "height": HEIGHT},
        **{"path": bars(first, counts), "count": sum(counts.values()), "most": most, "busiest": busiest},
    }


def bars(first: date, counts: dict[str, int]) -> str:
    """Return the path of a bar for each day with articles.

    >>> bars(date(2022, 5, 1), {"2022-05-01": 1, "2022-05-03": 2})
    'M0 48v-24h3v24zM8 48v-48h3v48z'
    """
    most = max(counts.values(), default=1)
    heights = ((date.fromisoformat(day), -(-HEIGHT * count // most)) for day, count in counts.items())
    return "".join(f"M{(day - first).days * STEP} {HEIGHT}v-{high}h{BAR}v{high}z" for day, high in heights)
