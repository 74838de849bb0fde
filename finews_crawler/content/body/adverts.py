"""Removal of the adverts that upstream's surfaces of today put between the paragraphs of an article.

Each rule has a name, under which its cuts are counted, and describes one known advert. Only a whole paragraph is cut,
and only if it contains nothing but the advert: an advert that no rule knows stays, and so does any other text or image.
Source of the rules: an article as JSON recorded on 2026-09-19 (upstream-today.md, "Articles") for the image, and
public programs of 2026 that read article pages for the lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from finews_crawler.content.body.ordinary import read_ordinary_body
from finews_crawler.content.body.paragraphs import Paragraph, paragraphs, without_spans
from finews_crawler.content.body.tag_scanner import Markup, attribute_of

ADVERT_HOST = "acttg.eastmoney.com"
"""Counts the clicks on adverts and leads on to an app, an account or an event."""
ADVERT_URL = re.compile(r"(?:https?:)?//acttg\.eastmoney\.com(?:[:/?#]|\Z)", re.IGNORECASE)
ADVERT_IMAGE = "em_handle_adv_close"
"""Class of an image with a button that closes it."""
LINES = (
    "在东方财富看资讯行情，选东方财富证券一站式开户交易",
    "想炒股，先开户！选东方财富证券，行情交易一个APP搞定",
    "炒股第一步，先开个股票账户",
    "四大权益礼包，开户即送",
)
"""Whole texts of paragraphs that send readers to the app or to a broker, without the ``>>`` at their end."""
SAME_SPELLING = str.maketrans({",": "，", "!": "！", "＞": ">", "»": ">"})
# The white space before a paragraph belongs to it.
TABLE_OR_PARAGRAPH = re.compile(
    r"<table[ >][^<]*+(?:<(?!/table>)[^<]*+)*+</table>"
    r"|(?:(?<=>)|\A)[ \t\r\n]*+(?P<paragraph><p[ >][^<]*+(?:<(?!/p>)[^<]*+)*+</p>)"
)
INLINE = frozenset({"a", "b", "br", "em", "font", "i", "span", "strong", "u"})


class WithoutAdverts(NamedTuple):
    """A body without its adverts, and the names of the rules that found them, one for each cut."""

    html: str
    rules: tuple[str, ...] = ()


def cut_adverts(html: str) -> WithoutAdverts:
    """Return *html* without the paragraphs that are adverts; a body without adverts stays byte for byte.

    Takes any string, never raises, idempotent, linear in the length.

    >>> image = '<a href="https://acttg.eastmoney.com/pub/x"><img src="//a.cn/1.jpg" class="em_handle_adv_close" /></a>'
    >>> cut_adverts(f"<p>甲</p>\\n <p>{image}</p>")
    WithoutAdverts(html='<p>甲</p>', rules=('image_link',))
    >>> cut_adverts(f"<p>乙{image}</p>").rules
    ()
    """
    return _cut(html) if _may_have_adverts(html) else WithoutAdverts(html)


@lru_cache(maxsize=4)  # the two bodies of an article are cut to clean it, and to extract its content
def _cut(html: str) -> WithoutAdverts:
    cuts = list(found_in_ordinary(html) if read_ordinary_body(html) else found(html))
    rest = without_spans(html, [(start, end) for start, end, _ in cuts])
    return WithoutAdverts(rest, tuple(rule for *_, rule in cuts))


def found(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and rule of each advert."""
    for paragraph in paragraphs(html):
        if rule := _rule_of(paragraph):
            yield paragraph.start, paragraph.end, rule


def found_in_ordinary(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield the same for a body that ``ordinary`` reads: of its elements only tables have paragraphs in them."""
    for block in TABLE_OR_PARAGRAPH.finditer(html):
        if block["paragraph"] and _may_have_adverts(block[0]) and (rule := _rule_in(block[0])):
            yield *block.span(), rule


@lru_cache(maxsize=64)  # an advert is found in each of the bodies of an article
def _rule_in(paragraph: str) -> str:
    return next((rule for *_, rule in found(paragraph)), "")


def _may_have_adverts(html: str) -> bool:
    return any(character in html and word in html for character, word in MARKS.items())


def _is_image_link(paragraph: Paragraph) -> bool:
    """Match nothing but a link to the host of adverts around an image of the class of adverts."""
    return _is_image(paragraph) and _leads_to_advert(paragraph.inner[0])


def _is_image(paragraph: Paragraph) -> bool:
    """Match nothing but an image of the class of adverts, with any link around it or none."""
    names = [markup.name for markup in paragraph.inner]
    images = [markup for markup in paragraph.inner if ADVERT_IMAGE in attribute_of(markup, "class").split()]
    return not paragraph.text and names in (["a", "img", "a"], ["img"]) and [tag.name for tag in images] == ["img"]


def _is_line(paragraph: Paragraph) -> bool:
    """Match nothing but one of LINES, linked or not."""
    return _has_only_text(paragraph) and _spelling_of(paragraph.text).rstrip(">") in LINES


def _is_link(paragraph: Paragraph) -> bool:
    """Match nothing but one link to the host of adverts, whose text ends with ``>>`` like the known lines."""
    if not (_has_only_text(paragraph) and _spelling_of(paragraph.text).endswith(">>")):
        return False
    links = [index for index, markup in enumerate(paragraph.inner) if markup.name == "a"]
    if not links or links != [0, len(paragraph.inner) - 1]:
        return False
    around = paragraph.texts[0] + paragraph.texts[-1]
    return not around.strip() and _leads_to_advert(paragraph.inner[0])


RULES: dict[str, Callable[[Paragraph], bool]] = {
    "image_link": _is_image_link,
    "image": _is_image,
    "line": _is_line,
    "link": _is_link,
}
"""The first one that matches counts the cut: ``finews/clean/advert/RULE``."""
MARKS = {
    "": ADVERT_IMAGE,
    "/": ADVERT_HOST,
    "站": "一站式开户交易",
    "搞": "APP搞定",
    "炒": "股票账户",
    "益": "权益礼包",
}
"""Each advert contains one of these words. The rare character is a fast search, which spares most bodies the other."""


def _rule_of(paragraph: Paragraph) -> str:
    if not _may_have_adverts(paragraph.html):
        return ""
    return next((name for name, matches in RULES.items() if matches(paragraph)), "")


def _leads_to_advert(markup: Markup) -> bool:
    return markup.name == "a" and ADVERT_URL.match(attribute_of(markup, "href").strip()) is not None


def _has_only_text(paragraph: Paragraph) -> bool:
    return all(markup.name in INLINE for markup in paragraph.inner)


def _spelling_of(text: str) -> str:
    return "".join(text.split()).translate(SAME_SPELLING)
