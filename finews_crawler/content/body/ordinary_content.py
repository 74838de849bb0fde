"""The content of a body that ``ordinary`` reads, by substitutions in it: what ``parse`` gives for it, or None.

Also left to ``parse``: a source line that is not the last paragraph, character references other than the usual ones,
white space at either end of a ticker's name, a K-line that is not a paragraph of its own, and a ticker whose market
only the element around it gives.
"""

from __future__ import annotations

import html as html_escaping
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, compress

from finews_crawler.content.body.content import SOURCE, SOURCE_LINE, BodyContent, TickerMention, image_of
from finews_crawler.content.body.html_tokens import ATTRIBUTE
from finews_crawler.content.body.ordinary import COMMENT, INLINE, K_LINE, MENTIONS, OrdinaryBody, read_ordinary_body
from finews_crawler.content.body.parse import parse_body
from finews_crawler.content.body.plain_text import SPACE
from finews_crawler.content.tickers import Source, symbol_of
from finews_crawler.items import Image

# Control characters, which ordinary bodies do not have, mark the tickers in the text.
NAME, CHART = "\x01", "\x02"
MARK = re.compile(f"([{NAME}{CHART}])")
K_LINE_PARAGRAPH = f"<p>{K_LINE}</p>"
MENTION = re.compile("<m[as]>([^<]+)<")
LINE_BREAK = re.compile("<(?:br />|/?(?:p|h[1-6]|center|div|table|tbody|tr|ul|ol|li)>)")
CELL = re.compile("<t[dh]> *")
OTHER_TAG = re.compile(f"</?(?:{INLINE})>|</t[dh]>|<img>|{COMMENT}")
ANY_TAG = re.compile("<[^<>]*>")
AMPERSAND = re.compile(r"&[\w#]*;?", re.ASCII)
USUAL = "& &nbsp; &quot; &gt; &ldquo; &rdquo; &lsquo; &rsquo; &middot; &hellip; &mdash; &ndash; &times; &#39; &amp;"
REFERENCES = {reference: html_escaping.unescape(reference) for reference in USUAL.split()}
"""Character by reference. ``&amp;`` is last: what it gives is not decoded again."""


def read_ordinary(html: str) -> BodyContent | None:
    """Return the content of an ordinary body; None if it is left to ``parse``. Never raises.

    >>> read_ordinary('<p>据悉，<a href="//q" data-code="1,600160">巨化股份</a>涨停。</p>').mentions
    [TickerMention(symbol='600160.SH', source='inline', name='巨化股份', position=3)]
    """
    body = read_ordinary_body(html)
    decoded = body and _decoded(body.bare)
    text = decoded and _text(decoded)
    if body is None or decoded is None or text is None:
        return None
    content = BodyContent(text)
    if "<m" in decoded and not _read_mentions(content, body, decoded):
        return None
    if "<img " in html:
        content.images = [image for tag in body.tags if tag.startswith("<img ") for image in _images(tag)]
    return content if SOURCE not in content.text or _take_source_line(content, decoded) else None


def _decoded(bare: str) -> str | None:
    decoded = bare.replace("\r\n", "\n")  # as HTML parsers read it
    if "&" not in decoded:
        return decoded
    found = set(AMPERSAND.findall(decoded))
    if not found <= REFERENCES.keys():
        return None
    for reference, character in REFERENCES.items():
        if reference in found:
            decoded = decoded.replace(reference, character)
    return decoded


def _text(decoded: str) -> str | None:
    """Return the plain text with marks at tickers, the source line included."""
    if "<m" in decoded:
        decoded = decoded.replace(K_LINE_PARAGRAPH, f"<p>{CHART}</p>").replace("<ma>", NAME).replace("<ms>", NAME)
        if "<mi>" in decoded:
            return None
    lines = _not_blank(LINE_BREAK.split(OTHER_TAG.sub("", decoded)))
    text = "\n".join(lines)
    if "  " in text or "\t" in text or "\u00a0" in text or text.count("\n") >= max(len(lines), 1):
        text = "\n".join([SPACE.sub(" ", line) for line in lines])
    if "<t" in text:
        text = "\n".join(_not_blank(CELL.sub("\t", line) for line in text.split("\n")))
    return text


def _not_blank(lines: Iterable[str]) -> list[str]:
    return [line for each in lines if (line := each.strip())]


def _read_mentions(content: BodyContent, body: OrdinaryBody, decoded: str) -> bool:
    """Add the tickers, and take their marks out of the text. Return False for one that is left to ``parse``."""
    pieces = MARK.split(content.text.replace(f"{CHART}\n", CHART))
    marks, before = pieces[1::2], pieces[::2]
    content.text = "".join(before).removesuffix("\n")
    tickers = [_ticker(tag) for tag in compress(body.tags, map(MENTIONS.__contains__, body.spellings))]
    names = MENTION.findall(decoded)
    if None in tickers or len(names) != marks.count(NAME) or names != [name.strip() for name in names]:
        return False
    positions = list(accumulate(map(len, before[:-1])))
    if CHART in marks:
        names, positions = _with_charts(marks, names, positions)
    for ticker, name, position in zip(tickers, names, positions, strict=True):
        if ticker is None or (not name and ticker[1] != "kline"):
            return False
        content.mentions.append(TickerMention(*ticker, name, position))
    return True


def _with_charts(marks: list[str], names: list[str], positions: list[int]) -> tuple[list[str], list[int]]:
    """Return the names and positions with those of K-lines: '' twice, for the link and the image."""
    named = iter(names)
    places = zip(marks, positions, strict=True)
    found = [place for mark, at in places for place in ([("", at)] * 2 if mark == CHART else [(next(named), at)])]
    return [name for name, _ in found], [position for _, position in found]


@lru_cache(maxsize=2048)
def _ticker(tag: str) -> tuple[str, Source] | None:
    attributes = dict(ATTRIBUTE.findall(tag))
    code, url = attributes["data-code"], attributes.get("href") or attributes.get("id") or ""
    ticker = symbol_of(code, url)
    needs_parent = ticker != symbol_of(code, url, f"_7777.{code}")
    return None if needs_parent or "&" in url else ticker


@lru_cache(maxsize=256)
def _images(tag: str) -> list[Image]:
    if "&" in tag:  # decoded in attributes by rules of their own
        return parse_body(tag).images
    image = image_of(dict(ATTRIBUTE.findall(tag)))
    return [image] if image else []


def _take_source_line(content: BodyContent, decoded: str) -> bool:
    """Move the last line from the text if it is the source line. Return False if another one may be."""
    lines = content.text.rpartition("\n")[0]
    start = decoded.rfind("<p>")
    block = decoded[start:]
    if SOURCE in lines or not block.endswith("</p>") or "<br />" in block:
        return False
    found = SOURCE_LINE.fullmatch(ANY_TAG.sub("", block).strip())
    if found is None:
        return False
    content.text, content.source_line = lines, found["name"]
    del content.mentions[decoded.count("<m", 0, start) :]
    return True
