"""An article as a reader has it, from its two bodies, which are complementary, and from the one that its post shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from finews_crawler.content.body.clean import remove_indentation
from finews_crawler.content.body.extract import BodyContent, Mention, extract_body
from finews_crawler.items import Image, Ticker


@dataclass(frozen=True)
class ArticleContent:
    """What was read of an article."""

    text: str
    """What the post shows, as plain text: see ``body_reading.Reading``."""
    source_line: str
    """The medium that its last line names; the channel may name another."""
    tickers: list[Ticker]
    images: list[Image]
    unknown_codes: list[str]


def extract_article(text_html: str, content_html: str, shown_html: str) -> ArticleContent:
    """Read the bodies as upstream gave them, ``text`` and ``content``, and the cleaned one.

    >>> content = '<p>据悉，<span data-code="1,600160">巨化股份</span>涨停。</p>'
    >>> read = extract_article("<p>据悉，巨化股份涨停。</p>", content, "<p>据悉，巨化股份涨停。</p>")
    >>> read.text, read.tickers
    ('据悉，巨化股份涨停。', [Ticker(symbol='600160.SH', name='巨化股份', source='inline', position=3)])
    """
    # Without their indentation the shown one is mostly one of them, and what stands where is the same in both.
    bodies = [remove_indentation(body) for body in (text_html, content_html) if body]
    readings = {body: extract_body(body) for body in bodies}
    shown = readings.get(shown_html) or extract_body(shown_html)
    several = list(readings.values())
    return ArticleContent(
        text=shown.text,
        source_line=next((read.source_line for read in (shown, *several) if read.source_line), ""),
        tickers=merge_mentions((mention for read in several for mention in read.mentions), shown),
        images=list({image.url: image for read in several[::-1] for image in read.images[::-1]}.values())[::-1],
        unknown_codes=list(dict.fromkeys(code for read in several for code in read.unknown_codes)),
    )


def merge_mentions(mentions: Iterable[Mention], shown: BodyContent) -> list[Ticker]:
    """The securities that are named, each once for the K-line and once inline.

    In the order in which *shown*, the body of the post, has them. The first mention that has a name counts.
    """
    unnamed = {(mention.symbol, mention.source): mention.position for mention in shown.mentions[::-1]}
    first: dict[tuple[str, str], Ticker] = {}
    for mention in mentions:
        key, name = (mention.symbol, mention.source), " ".join(mention.name.split())
        if key not in first or (name and not first[key].name):
            near = mention.position or 0
            place = locate(name, near, shown.text) if name else unnamed.get(key)
            first[key] = Ticker(mention.symbol, name, mention.source, place)
    end = len(shown.text) + 1
    return sorted(first.values(), key=lambda ticker: end if ticker.position is None else ticker.position)


def locate(name: str, near: int, text: str) -> int | None:
    """Where *name* stands in *text*: at *near*, or nearest to it; None when it does not.

    >>> locate("甲", 3, "甲乙丙甲"), locate("甲", 1, "甲乙丙甲"), locate("丁", 0, "甲乙")
    (3, 0, None)
    """
    if text.startswith(name, near):
        return near
    found = [place for place in (text.rfind(name, 0, near + len(name)), text.find(name, near)) if place >= 0]
    return min(found, key=lambda place: abs(place - near), default=None)
