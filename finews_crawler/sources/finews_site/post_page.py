"""Page of an archived post: the article, with its body as it was before kramdown rendered it.

Parsed as text, not as a tree: serialising a tree would change the body, which must equal the original byte for byte.
"""

from __future__ import annotations

import html
import re

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.content.slug import EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.items import article_from
from finews_crawler.sources.finews_site.old_pages import correct_time
from finews_crawler.sources.finews_site.pages import POST
from finews_crawler.sources.html_response import is_cut_off_page
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome, ParsedArticle

# "(GMT+8, Asia/Shanghai, CST) TIME" in the original layouts, "[GMT+8, Asia/Shanghai, CST] TIME &nbsp; " in the first.
TIME = re.compile(r"<small>\s*[(\[]GMT\+8[^)\]<]*[)\]](?P<time>[^<]{1,80})</small>")
START = re.compile(r"<small>\s*[(\[]GMT\+8[^<]*</small>\s*(?=<h1)")
# The start of a post in our own theme, which has its tags, and the line below its title.
OWN_START = re.compile(r'<article class="post" data-tags="(?P<tag>[^"]*)">\s*(?=<h1)')
OWN_LINE = re.compile(r'\s*<p class="meta">[^\n]*<time datetime="(?P<time>[^"]{1,80})">[^<]*</time></p>')
# The last match on the page ends the post: a body may contain anything, but not what follows it. Below the link is the
# footer of one or two lines; the first posts had none.
SHARE_LINK = re.compile(
    r'<p><a href="(?P<url>[^"]*)">(?!返回)[^<]*</a></p>\s*'
    r'(?=<p><a href="[^"]*">返回|<small>tags: |</section>|</article>)'
)
FOOTER = re.compile(r'<p><a href="(?P<url>[^"]*)">返回(?P<tag>[^<]*)</a>')
TAGS = re.compile(r"<small>tags: <em>(?P<tag>[^<]*)</em>")
# The element around a post in our own theme, which shows dates without a zone as Beijing time.
OWN_LAYOUT = '<article class="post"'
# Pages of the own site have the hash of the body before rendering.
BODY_HASH = re.compile(r'<meta name="finews-body" content="sha256-(?P<sha256>[0-9a-f]{64})">')


def parse_post_page(url: str, body: bytes) -> ParsedArticle:
    """Parse the page of a post at *url*. Never raises.

    The body is ``text_html`` in an outlet's post, ``content_html`` in a rolling post. The infoCode comes from the
    share link, otherwise from the URL. Without either the outcome is ``missing``; if they differ, the page is another
    post's, which a cache has under the wrong URL.
    """
    text = decode_bytes(body)
    page, body_hash = _from_post(text), BODY_HASH.search(text)
    heading = _heading(page)
    links = list(SHARE_LINK.finditer(page))
    if not (heading and links):
        outcome = Outcome.CHANGED_SHAPE if page else Outcome.BLOCKED
        outcome = Outcome.CUT_OFF if page and is_cut_off_page(text) else outcome
        missing = "no <h1>" if not heading else "no share link above the footer"
        return ParsedArticle(outcome, detail=f"{missing} on the page of a post")
    (title, start), link = heading, links[-1]
    linked, requested = info_code_in_url(_unescape_url(link["url"])), info_code_in_url(url)
    info_code = linked or requested
    if linked and requested and linked[2:] != requested[2:]:
        return ParsedArticle(Outcome.BLOCKED, detail=f"{OTHER_ARTICLE}, {linked}")
    if not info_code:
        return ParsedArticle(Outcome.MISSING, detail="neither its address nor its share link names an infoCode")
    own, line = OWN_START.match(page), OWN_LINE.match(page, start)
    times = line or TIME.search(page)
    start = line.end() if own and line else start
    footer = FOOTER.search(page, link.end())
    tagged = footer or own or TAGS.search(page, link.end())
    tag = _plain_text(tagged["tag"]) if tagged else ""
    sha256 = body_hash["sha256"] if body_hash else ""
    fields = _form_fields(tag, page[start : link.start()].strip("\n"), _unescape_url(link["url"]), sha256)
    shown_at = parse_published_at(times["time"].replace("&nbsp;", "")) if times else None
    if shown_at and tag == EMNEWS_TAG and OWN_LAYOUT not in text:
        shown_at = correct_time(shown_at, info_code, _unescape_url(footer["url"]) if footer else None)
    article = article_from(
        POST.name, info_code, title=_plain_text(title), published_at=shown_at, source_url=url, **fields
    )
    return ParsedArticle(Outcome.ARTICLES, article)


def _from_post(page: str) -> str:
    """Return the page from the start of its post; '' without one.

    The site's header above it has a heading of its own, and the head may quote the whole body.
    """
    for pattern in (OWN_START, START):
        if start := pattern.search(page):
            return page[start.start() :]
    _, header, rest = page.rpartition("</header>")
    return "".join((rest if header else page).partition("<section")[1:])


def _heading(page: str) -> tuple[str, int] | None:
    """Return the text of the first heading on a page, and its end."""
    # Not a regex: on a page with many unclosed <h1 it would search for an end from each of them, in quadratic time.
    start = page.find("<h1")
    inner = page.find(">", start) + 1
    end = page.find("</h1>", inner)
    return (page[inner:end], end + len("</h1>")) if start >= 0 and inner and end >= 0 else None


def _form_fields(tag: str, rendered: str, link: str, sha256: str) -> dict[str, str]:
    """Return the fields that differ between a rolling post and an outlet's post."""
    from finews_crawler.content.kramdown import restore_quote
    from finews_crawler.content.kramdown_inverse import restore_body

    if tag == EMNEWS_TAG:
        digest, rest = restore_quote(rendered)
        return {"digest": one_line(digest), "content_html": restore_body(rest, sha256), "public_url": link}
    return {"media_name": tag.removesuffix(TAG_SUFFIX), "text_html": restore_body(rendered, sha256)}


def _plain_text(fragment: str) -> str:
    return one_line(html.unescape(fragment))


def _unescape_url(url: str) -> str:
    return one_line(url.replace("&amp;", "&"))
