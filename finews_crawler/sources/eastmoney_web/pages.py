"""The surfaces that are HTML pages. Their parsers are imported with the first page: most runs request none."""

from __future__ import annotations

from finews_crawler.sources.outcome import ParsedArticle
from finews_crawler.sources.source import UPSTREAM_FIELDS, ArticleSurface, Surface

ARTICLE_FIELDS = tuple(field for field in UPSTREAM_FIELDS if field != "public_url")
ROW_FIELDS = ("title", "published_at", "digest", "public_url")


def parse_article(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the page of an article, see ``parse_web_page``."""
    from finews_crawler.sources.eastmoney_web.web_page import parse_web_page

    return parse_web_page(body, info_code)


ARTICLE = ArticleSurface(
    name="web_page",
    host_setting="FINEWS_PAGE_URL",
    path="/a/{digits}.html",
    parse=parse_article,
    gives=ARTICLE_FIELDS,
    # Behind the JSON; before the archive's copies, except that its times have no seconds and its digest is shortened.
    precedence={**dict.fromkeys(ARTICLE_FIELDS, 9), "published_at": 10, "digest": 10},
)
CATEGORY = Surface(
    name="web_category",
    host_setting="FINEWS_PAGE_URL",
    gives=ROW_FIELDS,
    # Behind every other surface: its times have no seconds, and the article has all of these fields.
    precedence=dict.fromkeys(ROW_FIELDS, 20),
)
