"""Files of the embedded origin for a web server: articles, lists, robots.txt, and ``codes.txt`` for ``-a file=``.

A program of its own, since the benchmarks' process must stay small: ``python -m tests.benchmarks.origin_files``.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.testing.origin.articles import NEWEST_SERIAL, OriginArticle, article, generate
from finews_crawler.testing.origin.channel_api import by_channel, list_json
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import EMPTY_BODIES, news_text
from finews_crawler.testing.origin.timestamps import NEWEST
from finews_crawler.utils.timezone import BEIJING

SEED = 1
ROWS = "100"
"""Of a list: the documented limit of upstream, and what the spider requests by default."""
QUERIES = {
    "102": ("rolling", {"type": "102"}),
    "45": ("media", {"type": "45"}),
    **{f"market-{number}": (f"market:{number}", {"marketType": f"{number}"}) for number in (37, 38, 39)},
}
"""By the name of the file: the channel, and the parameters of its request."""


def write_files(articles: list[OriginArticle], folder: Path) -> None:
    """Write all files into *folder*."""
    for name in ("articles", "lists"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for one in articles:
        (folder / "articles" / f"{one.info_code}.json").write_bytes(news_text(one))
    shelves = by_channel(articles)
    for name, (channel, query) in QUERIES.items():
        path = CHANNELS[channel].path.partition("?")[0]
        body = list_json(shelves, path, {**query, "count": ROWS})
        (folder / "lists" / f"{name}.json").write_bytes(body)
    (folder / "missing.json").write_bytes(to_json(EMPTY_BODIES))
    (folder / "robots.txt").write_text("User-agent: *\nDisallow:\n", encoding="ascii")
    (folder / "codes.txt").write_text("".join(f"{one.info_code}\n" for one in articles), encoding="ascii")


def spread(count: int, first: int, newest: datetime, days: int) -> list[OriginArticle]:
    """Return *count* articles at equal distances in the *days* up to *newest*; *first*: index of the first one."""
    step, articles = timedelta(days=days) / count, []
    for number in range(count):
        moment = newest - number * step
        code = f"NW{moment:%Y%m%d}{NEWEST_SERIAL - 3001 * (first + number):010}"
        articles.append(article(SEED, first + number, moment, code))
    return articles


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--newest", type=lambda text: datetime.fromisoformat(text).astimezone(BEIJING), default=NEWEST)
    parser.add_argument("--days", type=int, help="days with articles at equal distances; by default, a few minutes")
    parser.add_argument("--first", type=int, default=0, help="with --days: number of the first article")
    given = parser.parse_args()
    if given.days:
        articles = spread(given.count, given.first, given.newest, given.days)
    else:
        articles = generate(given.count, SEED, given.newest)
    write_files(articles, given.folder)


if __name__ == "__main__":
    main()
