"""The content of a body that ``ordinary`` reads, by what each tag means to the text: what ``parse`` gives, or None.

Also left to ``parse``: a source line that is not the last paragraph, character references other than the usual ones,
white space at either end of a ticker's name, a K-line that is not a block of its own, and a ticker whose market only
the element around it gives.
"""

from __future__ import annotations

import html as html_escaping
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, compress, islice

from finews_crawler.content.body.content import SOURCE, SOURCE_LINE, BodyContent, TickerMention, image_of
from finews_crawler.content.body.html_tokens import ATTRIBUTE
from finews_crawler.content.body.ordinary import COMMENT, HIDDEN, INLINE, MENTIONS, OrdinaryBody, read_ordinary_body
from finews_crawler.content.body.parse import parse_body
from finews_crawler.content.body.plain_text import SPACE
from finews_crawler.content.tickers import Source, symbol_of
from finews_crawler.items import Image

# Control characters, which ordinary bodies do not have, stand for the tags in the text.
NAME, CHART, LINE, BREAK, CELL, INSIDE, HIDES = "\x01\x02\x03\x04\x05\x06\x07"


def _both(names: str, mark: str) -> dict[str, str]:
    return {tag: mark for name in names.split() for tag in (f"<{name}>", f"</{name}>")}


MARKS = {
    **_both("p h1 h2 h3 h4 h5 h6 center div table tbody tr ul ol li", LINE),
    **_both(f"td th {INLINE.replace('|', ' ')}", INSIDE),
    **{"<td>": CELL, "<th>": CELL, "<br />": BREAK, "<img>": INSIDE, COMMENT: INSIDE, HIDDEN: HIDES},
    **{"<ma>": NAME, "<ms>": NAME, "<mi>": CHART},
}
LINE_ENDS = frozenset((LINE, BREAK, HIDES))
IMAGES = frozenset(("<img>", "<mi>"))
HIDDEN_TEXT = re.compile(f"{HIDES}[^{LINE}]*+")
K_LINE, K_LINE_BLOCK = f"{NAME}{CHART}", f"{LINE}{NAME}{CHART}{INSIDE}{LINE}"
MARK = re.compile(f"([{NAME}{CHART}])")
MENTION = re.compile(f"{NAME}([^{INSIDE}]+)")
CELL_START = re.compile(f"{CELL} *")
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
    marked = body and _marked(body)
    if body is None or marked is None:
        return None
    content = BodyContent(_text(marked))
    if (NAME in marked or CHART in marked) and not _read_mentions(content, body, marked):
        return None
    if "<img " in html:
        tags = compress(body.tags, map(IMAGES.__contains__, body.spellings))
        content.images = [image for tag in tags for image in _images(tag)]
    return content if SOURCE not in content.text or _take_source_line(content, body, marked) else None


def _marked(body: OrdinaryBody) -> str | None:
    """Return the decoded text with a mark for each tag: NAME and INSIDE around a ticker's name, CHART for a K-line."""
    parts = body.parts.copy()
    parts[1::2] = map(MARKS.__getitem__, body.spellings)
    marked = _decoded("".join(parts))
    if marked is None:
        return None
    if HIDES in marked:
        marked = HIDDEN_TEXT.sub("", marked)
    marked = marked.replace(K_LINE_BLOCK, f"{LINE}{CHART}{LINE}").replace(BREAK, LINE)
    return None if K_LINE in marked else marked


def _decoded(text: str) -> str | None:
    if "&" not in text:
        return text
    found = set(AMPERSAND.findall(text))
    if not found <= REFERENCES.keys():
        return None
    for reference, character in REFERENCES.items():
        if reference in found:
            text = text.replace(reference, character)
    return text


def _text(marked: str) -> str:
    """Return the plain text with NAME and CHART at tickers, the source line included."""
    lines = _not_blank(marked.replace(INSIDE, "").split(LINE))
    text = "\n".join(lines)
    if "  " in text or "\t" in text or "\u00a0" in text or text.count("\n") >= max(len(lines), 1):
        text = "\n".join([SPACE.sub(" ", line) for line in lines])
    if CELL in text:
        text = "\n".join(_not_blank(CELL_START.sub("\t", line) for line in text.split("\n")))
    return text


def _not_blank(lines: Iterable[str]) -> list[str]:
    return [line for each in lines if (line := each.strip())]


def _read_mentions(content: BodyContent, body: OrdinaryBody, marked: str) -> bool:
    """Add the tickers, and take their marks out of the text. Return False for one that is left to ``parse``."""
    pieces = MARK.split(content.text.replace(f"{CHART}\n", CHART))
    marks, before = pieces[1::2], pieces[::2]
    content.text = "".join(before).removesuffix("\n")
    tickers = [_ticker(tag) for tag in compress(body.tags, map(MENTIONS.__contains__, body.spellings))]
    names = MENTION.findall(marked)
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


def _take_source_line(content: BodyContent, body: OrdinaryBody, marked: str) -> bool:
    """Move the last line from the text if it is the source line. Return False if another one may be."""
    lines = content.text.rpartition("\n")[0]
    ends = (tag for tag in reversed(body.spellings) if MARKS[tag] in LINE_ENDS)
    if SOURCE in lines or [*islice(ends, 2)] != ["</p>", "<p>"]:
        return False
    paragraph = marked.rsplit(LINE, 2)[1]
    found = SOURCE_LINE.fullmatch(paragraph.replace(NAME, "").replace(INSIDE, "").strip())
    if found is None:
        return False
    content.text, content.source_line = lines, found["name"]
    del content.mentions[len(content.mentions) - paragraph.count(NAME) :]
    return True
