"""Extraction of an article: from its two bodies, which complement each other, and from the body that its post shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finews_crawler.content.inlined_pictures import SCHEME, shorten_inlined_pictures
from finews_crawler.items import Image, Ticker

if TYPE_CHECKING:
    from finews_crawler.content.body.clean import SentBody
    from finews_crawler.content.body.content import BodyContent, TickerMention


@dataclass(frozen=True)
class ArticleContent:
    """The content of an article: see ``BodyContent``."""

    text: str
    """Plain text of the body that the post shows."""
    source_line: str
    """The outlet named in the last line of a body. The channel may name a different one. '' without such a line."""
    tickers: list[Ticker]
    """Each symbol at most twice, once per source (``kline``, ``inline``), ordered by position; None comes last."""
    images: list[Image]
    """Each URL once, in document order; without pictures that are inlined."""
    unknown_codes: list[str]
    """Values of ``data-code`` in no known format, each once."""


def extract_article(text_html: str, content_html: str, shown_html: str) -> ArticleContent:
    """Extract the content of an article from its bodies; each distinct body is parsed once.

    *text_html* and *content_html*: the bodies as upstream sent them, '' for one it did not send. *shown_html*: the
    body of the post, cleaned. Tickers and images come from the first two, without adverts; positions and plain text
    come from the last.

    >>> content = '<p>据悉，<span data-code="1,600160">巨化股份</span>涨停。</p>'
    >>> article = extract_article("<p>据悉，巨化股份涨停。</p>", content, "<p>据悉，巨化股份涨停。</p>")
    >>> article.text, article.tickers
    ('据悉，巨化股份涨停。', [Ticker(symbol='600160.SH', name='巨化股份', source='inline', position=3)])
    """
    from finews_crawler.content.body.clean import prepare_body

    sent = (prepare_body(shorten_inlined_pictures(body)) for body in (text_html, content_html))
    return extract_sent_bodies(sent, shown_html)


def extract_sent_bodies(sent: Iterable[SentBody], shown_html: str) -> ArticleContent:
    """Extract what ``extract_article`` does, from bodies as sent, without long inlined pictures."""
    from finews_crawler.content.body.extract import extract_body

    # An ordinary body is cleaned by removing adverts and indentation, so the shown body is nearly always one of these
    # two. Indentation does not change positions in the plain text.
    contents = {body: extract_body(body) for body in dict.fromkeys(each.unindented for each in sent if each.html)}
    shown = contents.get(shown_html) or extract_body(shown_html)
    bodies = list(contents.values())
    images = [image for body in bodies for image in body.images if not image.url.startswith(SCHEME)]
    return ArticleContent(
        text=shown.text,
        source_line=next((body.source_line for body in (shown, *bodies) if body.source_line), ""),
        tickers=merge_mentions((mention for body in bodies for mention in body.mentions), shown),
        # Reversed twice, so that the first image with a URL decides its size and place.
        images=list({image.url: image for image in images[::-1]}.values())[::-1],
        unknown_codes=list(dict.fromkeys(code for body in bodies for code in body.unknown_codes)),
    )


def merge_mentions(mentions: Iterable[TickerMention], shown: BodyContent) -> list[Ticker]:
    """Return one ticker for each symbol and source, in the order in which *shown*, the body of the post, has them.

    The first mention with a name wins. A K-line image has no name, so its position comes from *shown*.
    """
    unnamed = {(mention.symbol, mention.source): mention.position for mention in shown.mentions[::-1]}
    tickers: dict[tuple[str, str], Ticker] = {}
    for mention in mentions:
        key = (mention.symbol, mention.source)
        if key in tickers and (tickers[key].name or not mention.name):
            continue  # nearly every mention is one of several
        name = " ".join(mention.name.split())
        if key not in tickers or name:
            position = locate(name, mention.position or 0, shown.text) if name else unnamed.get(key)
            tickers[key] = Ticker(mention.symbol, name, mention.source, position)
    end = len(shown.text) + 1
    return sorted(tickers.values(), key=lambda ticker: end if ticker.position is None else ticker.position)


def locate(name: str, near: int, text: str) -> int | None:
    """Return the offset of the occurrence of *name* in *text* closest to *near*; None if there is none.

    >>> locate("甲", 3, "甲乙丙甲"), locate("甲", 1, "甲乙丙甲"), locate("丁", 0, "甲乙")
    (3, 0, None)
    """
    if text.startswith(name, near):
        return near
    closest = [offset for offset in (text.rfind(name, 0, near + len(name)), text.find(name, near)) if offset >= 0]
    return min(closest, key=lambda offset: abs(offset - near), default=None)
