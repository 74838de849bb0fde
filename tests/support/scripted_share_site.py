"""A share site of a few articles with scripted misbehaviour, for tests of politeness and guards."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site

ALL_WELL, SOME_FAILED, BLOCKED = 0, 3, 4
CODES = [f"NW20220518{number:010d}" for number in range(1, 61)]
PARAGRAPH = "<p>\u3000\u3000港区五月吞吐量创新高。</p>"


def news_text(code: str, **fields: str) -> bytes:
    given = {"title": f"标题{code[-2:]}", "showtime": "2022-05-18 16:48:06", "from": "海港晨报", "text": PARAGRAPH}
    return json.dumps({"infoCode": code, **given, **fields}).encode()


def share(
    scrapy: Scrapy, misbehave: Callable[[int], Answer | None], *arguments: str, number: int = 20, robots: bytes = b""
) -> tuple[Run, Site]:
    """Crawl *number* articles by their codes.

    *misbehave* returns the response to the n-th request for an article, from 1; None is the article.
    """
    counter = iter(range(1, 10_000))

    def script(path: str) -> Answer | None:
        code = code_in(path)
        if not code:
            return Answer(robots) if path == "/robots.txt" and robots else None
        return misbehave(next(counter)) or Answer(news_text(code))

    with scripted_site(script) as site:
        codes = ",".join(CODES[:number])
        run = scrapy.at(site.url)("crawl", "share", "-a", f"info_code={codes}", *arguments)
    return run, site


def counts(run: Run) -> dict[str, int]:
    (summary,) = run.summaries()
    return summary
