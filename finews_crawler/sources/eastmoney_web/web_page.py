"""The page of an article, in the templates of several years. Source: upstream-today.md, "Articles".

Of public readers of these pages: the comments around the article in ``#ContentBody`` and the digest before them (up to
2021), ``div.infos > div.item`` and times without seconds (2026).
"""

from __future__ import annotations

import re
from itertools import islice

from finews_crawler.content.body.tag_scanner import attribute_of
from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import decode_bytes, one_line, replace_lone_surrogates
from finews_crawler.items import article_from
from finews_crawler.sources.eastmoney.fields import other_article
from finews_crawler.sources.eastmoney_web.bodies import both_bodies
from finews_crawler.sources.eastmoney_web.page_elements import Element, Page, has_class, has_id, is_named
from finews_crawler.sources.eastmoney_web.pages import ARTICLE
from finews_crawler.sources.html_response import is_cut_off_page
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome, ParsedArticle

START, END = "<!--文章主体-->", "<!--原文标题-->"
"""Comments of the template before and after the article in ``#ContentBody``."""
EDITOR = re.compile(r"<p\b[^<>]*>\s*[（(]责任编辑[：:][^<>]{0,40}[）)]\s*</p>")
TIME = re.compile(r"(\d{4})[年/-](\d{1,2})[月/-](\d{1,2})日?\s*(\d{1,2}:\d{2}(?::\d{2})?)", re.ASCII)
SITE_NAME = re.compile(r"\s*[_|-]\s*东方财富网?[^_|-]*\Z")
SOURCE = re.compile(r"(?:文章)?来源[：:]\s*(.*)")
LABEL = re.compile(r"[^：:]{1,6}[：:]")
MOST_ITEMS = 10
LONGEST_HEAD = 500
"""Characters of a page without an article that are searched for the reason."""
LONGEST_HEAD_MARKUP = 20_000
LINK, OWN_URL = re.compile(r"<(?:link|meta)\b[^<>]*>", re.IGNORECASE), re.compile(r"canonical|og:url|mobile-agent")
"""Elements of a page's head, and those among them that have the URL of the page."""
CHALLENGE = re.compile(r"验证|滑块|安全检查|访问(?:过于)?频繁|访问受限|captcha|access denied|forbidden", re.IGNORECASE)
GONE = re.compile(r"404|不存在|(?:已|被)(?:被)?(?:删除|下线|移除)|找不到|not found", re.IGNORECASE)


def parse_web_page(body: bytes, info_code: str) -> ParsedArticle:
    """Parse the page for *info_code*, which stays the article's key. Never raises.

    The body is a part of the page as it was sent: the content of ``#ContentBody`` or ``.content_text`` without what the
    template puts around the article, adverts included; both bodies get the source line if it is not there. A page
    without an article is blocked (a challenge, or a page without text), missing (a page that says so), cut off, or a
    changed shape.

    >>> page = '<h1>甲</h1><div id="ContentBody"><p>乙</p></div>'.encode()
    >>> read = parse_web_page(page, "NW202609183878840472")
    >>> read.article.title, read.article.text_html
    ('甲', '<p>乙</p>')
    """
    from finews_crawler.content.body.dressing import awaits_text

    payload = replace_lone_surrogates(decode_bytes(body))
    if other := other_article_in(payload, info_code):
        return ParsedArticle(Outcome.BLOCKED, detail=f"{OTHER_ARTICLE}, {other}", payload=payload)
    page = Page(payload)
    container = page.first(has_id("ContentBody")) or page.first(has_class("content_text"))
    inner = _article_in(page, container) if container else None
    if container is None or inner is None:
        return _without_article(page, payload, is_cut_off=container is not None)
    heading = _heading(page, container)
    media_name = _media_name(page, container) or _source_line(inner)
    text_html, content_html = both_bodies(inner, media_name)
    article = article_from(
        ARTICLE.name,
        info_code,
        title=_title(page, heading),
        published_at=_published_at(page, container, heading),
        media_name=media_name,
        digest=_digest(page),
        text_html=text_html,
        content_html=content_html,
    )
    article.payload = payload
    if awaits_text(content_html):
        return ParsedArticle(Outcome.MISSING, article, "the page holds no body", payload)
    return ParsedArticle(Outcome.ARTICLES, article, payload=payload)


def _source_line(inner: str) -> str:
    from finews_crawler.content.body.extract import extract_body

    return one_line(extract_body(inner).source_line)


def other_article_in(html: str, info_code: str) -> str:
    """Return the infoCode that the page names as its own if it is another article's, else ''.

    Not every template names it; related articles are linked in the body alone.

    >>> other_article_in('<link rel="canonical" href="/a/202205262391921712.html">', "NW202205182383638060")
    'NW202205262391921712'
    """
    head = html[: html.find("<body")] if "<body" in html else html[:LONGEST_HEAD_MARKUP]
    return other_article((tag for tag in LINK.findall(head) if OWN_URL.search(tag)), info_code)


def _article_in(page: Page, container: Element) -> str | None:
    """Return the article in its container, up to the template's comment or the source line; None if it is cut off."""
    before, after = page.comment(START, container), page.comment(END, container)
    start = before.end if before else container.start
    if after and after.start >= start:
        return page.html[start : after.start].strip()
    if not container.is_closed:
        return None
    # The template's own lines follow: the editor's name, and how to share the page.
    line = page.first(lambda markup: markup.start >= start and has_class("em_media")(markup), container)
    if line and line.is_closed and line.after <= container.end:
        return page.html[start : line.after].strip()
    editor = EDITOR.search(page.html, start, container.end)
    return page.html[start : editor.start() if editor else container.end].strip()


def _without_article(page: Page, payload: str, *, is_cut_off: bool) -> ParsedArticle:
    title, text = page.text(page.first(is_named("title"))), page.text_between(0, len(page.html))
    head = f"{title} {text.strip()[:LONGEST_HEAD]}"
    what = repr(head.strip()[:80])
    if is_cut_off:
        outcome, detail = Outcome.CUT_OFF, f"a page that ends within its article: {what}"
    elif not head.strip():
        outcome, detail = Outcome.BLOCKED, "a page without text"
    elif CHALLENGE.search(head):
        outcome, detail = Outcome.BLOCKED, f"a challenge in place of the article: {what}"
    elif GONE.search(head):
        outcome, detail = Outcome.MISSING, f"a page that says that the article is gone: {what}"
    elif is_cut_off_page(payload):
        outcome, detail = Outcome.CUT_OFF, f"a page that ends before its article: {what}"
    else:
        outcome, detail = Outcome.CHANGED_SHAPE, f"no #ContentBody or .content_text on the page: {what}"
    return ParsedArticle(outcome, detail=detail, payload=payload)


def _heading(page: Page, container: Element) -> Element | None:
    wrap = page.first(has_class("contentwrap"))
    title = page.first(has_class("title"), wrap) if wrap else None
    found = (each for each in (title, page.first(is_named("h1"))) if each and each.start < container.start)
    return next((each for each in found if page.text(each)), None)


def _title(page: Page, heading: Element | None) -> str:
    return page.text(heading) or SITE_NAME.sub("", page.text(page.first(is_named("title"))))


def _header(page: Page, container: Element, name: str) -> Element | None:
    """Return the first element of a class before the body: the body may have the same class."""
    element = page.first(has_class(name))
    return element if element and element.start < container.start else None


def _published_at(page: Page, container: Element, heading: Element | None) -> object:
    """Return the time of the page, which has no seconds; None without one."""
    texts = [page.text(_header(page, container, name)) for name in ("infos", "time")]
    if heading:
        texts.append(page.text_between(heading.after, container.start))
    found = next(filter(None, map(TIME.search, texts)), None)
    return parse_published_at(f"{found[1]}-{found[2]}-{found[3]} {found[4]}") if found else None


def _media_name(page: Page, container: Element) -> str:
    """Return the outlet: of today's items the one that is labelled, otherwise the second one if it has no label."""
    if infos := _header(page, container, "infos"):
        items = [page.text(item) for item in islice(page.elements(is_named("div"), infos), MOST_ITEMS)]
        labelled = next(filter(None, map(SOURCE.fullmatch, items)), None)
        plain = items[1] if len(items) > 1 and not LABEL.match(items[1]) else ""
        return labelled[1] if labelled else plain
    source = _header(page, container, "source")
    text = (attribute_of(source.markup, "data-source") if source else "") or page.text(source)
    found = SOURCE.fullmatch(text)
    return one_line(found[1] if found else text)


def _digest(page: Page) -> str:
    if abstract := page.first(has_class("abstract")):
        return page.text(page.first(has_class("txt"), abstract))
    return page.text(page.first(has_class("b-review")))
