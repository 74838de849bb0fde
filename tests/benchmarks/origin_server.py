"""The embedded origin as a process of its own: prints its URL, and ends with its standard input.

``python -m tests.benchmarks.origin_server COUNT CODES [--rolling]``; CODES receives the infoCodes of all articles.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from finews_crawler.testing.origin import web_lists
from finews_crawler.testing.origin.articles import ROLLING, generate
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.testing.origin.web_rows import securities_of
from tests.benchmarks.month_pages import add_months

SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("codes", type=Path)
    parser.add_argument("--rolling", action="store_true", help="every article is in the 7×24 list, not one of three")
    given = parser.parse_args()
    articles = generate(given.count, SEED)
    if given.rolling:
        articles = [dataclasses.replace(article, channels=frozenset({ROLLING})) for article in articles]
    # The origin would look them up for every page of a list again, in every article.
    named = {article.info_code: securities_of(article) for article in articles}
    web_lists.securities_of = lambda article: named[article.info_code]
    add_months()
    given.codes.write_text("".join(f"{article.info_code}\n" for article in articles), encoding="ascii")
    with running_origin(articles=articles) as origin:
        print(origin.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
