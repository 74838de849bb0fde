"""Pairs of crawls of the same articles, by 2022's surfaces and by today's, into one archive."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.body_generator import Bodies
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.scrapy_command import Run, Scrapy

GENERATIONS = ("2022", "today")
BODY_PATHS = ("/NewsData/", "/kuaixun/v2/api/article/", "/a/")
LINE = '<p class="em_media">'
ADDED = "<p>\u3000\u3000（更新：公司随后补充披露了有关情况。）</p>"


def crawl(scrapy: Scrapy, origin: RunningOrigin, generation: str, *arguments: str) -> Run:
    """Crawl every list of a generation; ``pages`` is today's with the pages of articles instead of their JSON."""
    without_json = {"FINEWS_ARTICLE_URL": ""} if generation == "pages" else {}
    surfaces = scrapy.at(origin.url) if generation == "2022" else scrapy.at_today(origin.url, **without_json)
    run = surfaces("crawl", "channel", "-a", "count=200", *(word for each in arguments for word in ("-a", each)))
    assert run.status == 0, run.log
    return run


def bodies_requested(origin: RunningOrigin) -> int:
    paths = origin.stats()["paths"]
    return sum(number for path, number in paths.items() if path.startswith(BODY_PATHS))


def posts_of(scrapy: Scrapy) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the modification time of each post."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(scrapy.posts.iterdir())}


def revised(scrapy: Scrapy) -> set[str]:
    """Return the infoCodes of the articles with a revision."""
    return {str(row[0]) for row in scrapy.rows()["revision"]}


def check_pair(scrapy: Scrapy, count: int, first: str) -> None:
    """Check that the second generation of surfaces changes nothing that the *first* one has archived."""
    second = next(each for each in GENERATIONS if each != first)
    with running_origin(count, seed=11) as origin:
        crawl(scrapy, origin, first)
        archived, requested = posts_of(scrapy), bodies_requested(origin)
        assert len(archived) == requested == count
        crawl(scrapy, origin, second)
        assert bodies_requested(origin) == requested
        assert posts_of(scrapy) == archived
        assert not revised(scrapy)
        # All bodies from the other surfaces: what differs in dressing only is no revision either.
        crawl(scrapy, origin, second, "refetch=1")
        assert bodies_requested(origin) == 2 * requested
    assert posts_of(scrapy) == archived
    assert not revised(scrapy)


def with_corrections(articles: Sequence[OriginArticle], number: int) -> list[OriginArticle]:
    """Return the articles with one more paragraph in *number* of them, spread over all."""
    step = len(articles) // number
    return [
        corrected(article) if place % step == 1 and place < step * number else article
        for place, article in enumerate(articles)
    ]


def corrected(article: OriginArticle) -> OriginArticle:
    """Return an article with one more paragraph before its source line."""
    bodies = (article.text_html, article.content_html)
    text, content = (f"{ADDED}{LINE}".join(body.rsplit(LINE, 1)) if LINE in body else body + ADDED for body in bodies)
    return dataclasses.replace(article, body=Bodies(text, content))


def check_corrections(scrapy: Scrapy, count: int, number: int, first: str) -> None:
    """Check that exactly the *number* articles whose text differs are revised when all are requested again."""
    second = next(each for each in GENERATIONS if each != first)
    articles = generate(count, 11)
    later = with_corrections(articles, number)
    changed = {one.info_code for one, other in zip(articles, later, strict=True) if one is not other}
    assert len(changed) == number
    with running_origin(articles=articles) as origin:
        crawl(scrapy, origin, first)
        archived = posts_of(scrapy)
    with running_origin(articles=later) as origin:
        crawl(scrapy, origin, second, "refetch=1")
    assert revised(scrapy) == changed
    names = {name for name, post in posts_of(scrapy).items() if post != archived[name]}
    assert {f"NW{Path(name).stem[-18:]}" for name in names} == changed
