"""Extraction of a body: its plain text, tickers, images and source line."""

from __future__ import annotations

from finews_crawler.content.body.content import BodyContent
from finews_crawler.content.body.ordinary_content import read_ordinary
from finews_crawler.content.body.parse import parse_body


def extract_body(html: str) -> BodyContent:
    """Return the content of a body of any shape; an empty one for an empty body. Linear in its length, never raises.

    >>> content = extract_body('<p>巨化股份涨停。</p><p class="em_media">（文章来源：证券时报）</p>')
    >>> content.text, content.source_line
    ('巨化股份涨停。', '证券时报')
    """
    return read_ordinary(html) or parse_body(html)
