"""The archive's pages as Jekyll rendered them: home, category, post. Their links have the hosts of the real site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from urllib.parse import quote
from xml.etree import ElementTree as ET

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.kramdown import render_body
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, slug
from finews_crawler.testing.origin.articles import OriginArticle


@dataclass(frozen=True, slots=True)
class Post:
    """One post of *article*: in its outlet's category, or in 东财滚动新闻 if *rolling*."""

    article: OriginArticle
    rolling: bool

    @property
    def category(self) -> str:
        """Slug in its original case: the name of the category page."""
        return EMNEWS_SLUG if self.rolling else slug(self.article.media_name)

    @property
    def tag(self) -> str:
        """The heading of the category page."""
        return EMNEWS_TAG if self.rolling else f"{self.article.media_name}新闻"

    @property
    def stem(self) -> str:
        """The post's file name after the date, without its suffix."""
        return self.article.info_code[2:] if self.rolling else self.article.info_code

    @property
    def path(self) -> str:
        """Decoded path of the post: the category in lower case, the date in the site's time zone."""
        day = self.article.showtime[:10].replace("-", "/")
        return f"/{self.category.lower()}/{day}/{self.stem}.html"

    @property
    def href(self) -> str:
        """Path as in Jekyll's ``post.url``: ``/21shijijingjibaodao%20%20nancailicaitong/2022/05/26/NW….html``."""
        return quote(self.path, safe="/!$&'()*+,;=:@-._~")  # URL.escape_path leaves these


def posts_of(article: OriginArticle) -> Iterator[Post]:
    """Yield the posts of one article in the archive.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> [[post.category for post in posts_of(article)] for article in generate(4, 1)][1:]
    [['zhongqingribao', 'emnews'], ['meirijingjixinwen'], []]
    """
    if not article.on_archive:
        return
    if article.media_name:
        yield Post(article, rolling=False)
    if "rolling" in article.channels:
        yield Post(article, rolling=True)


class Archive:
    """All posts, newest first, by category and by path."""

    def __init__(self, articles: Iterable[OriginArticle]) -> None:
        posts = [post for article in articles for post in posts_of(article)]
        self.posts = sorted(posts, key=lambda post: post.article.showtime, reverse=True)

    @cached_property
    def by_category(self) -> dict[str, list[Post]]:
        """Posts of each category, by its slug; the category with the newest post comes first."""
        categories: dict[str, list[Post]] = {}
        for post in self.posts:
            categories.setdefault(post.category, []).append(post)
        return categories

    @cached_property
    def by_path(self) -> dict[str, Post]:
        return {post.path: post for post in self.posts}


# Characters that XML does not allow even as references; a recorded title may contain them.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ARCHIVE = "//finews.withounder.com"
SITE = f"https:{ARCHIVE}"


def feed_xml(archive: Archive) -> bytes:
    newest = archive.posts[:10]
    feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    add(feed, "generator", "Jekyll", uri="https://jekyllrb.com/", version="3.9.2")
    add(feed, "link", href=f"{SITE}/feed.xml", rel="self", type="application/atom+xml")
    add(feed, "link", href=f"{SITE}/", rel="alternate", type="text/html", hreflang="zh-CN")
    add(feed, "updated", timestamp(newest[0]) if newest else "2022-05-26T23:59:58+08:00")
    add(feed, "id", f"{SITE}/feed.xml")
    add(feed, "title", "金融消息", type="html")
    for post in newest:
        add_entry(feed, post)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def add_entry(feed: ET.Element, post: Post) -> None:
    url, entry = f"{SITE}{post.href}", ET.SubElement(feed, "entry")
    add(entry, "title", post.article.title, type="html")
    add(entry, "link", href=url, rel="alternate", type="text/html", title=post.article.title)
    add(entry, "published", timestamp(post))
    add(entry, "updated", timestamp(post))
    add(entry, "id", url.removesuffix(".html"))
    add(entry, "content", post_content(post), type="html", **{"xml:base": url})
    add(ET.SubElement(entry, "author"), "name", "ZNing")
    add(entry, "category", term=post.category)
    add(entry, "category", term=post.tag)


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    kept = {name: NOT_IN_XML.sub("", value) for name, value in attributes.items()}
    ET.SubElement(parent, tag, kept).text = NOT_IN_XML.sub("", text or "") or None


def timestamp(post: Post) -> str:
    return f"{post.article.showtime.replace(' ', 'T')}+08:00"


SHARE_URL = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="
CATEGORY_PATH = re.compile(r"/category/([^/]+)\.html")


def home_page(archive: Archive) -> str:
    """Return ``/``: the newest five posts of each tag."""
    lists = [post_list(posts[0].tag, posts[:5]) for posts in archive.by_category.values()]
    return layout("金融消息", "\n".join(lists))


def category_of(path: str) -> str | None:
    """Return the category whose page is at *path*; the rolling posts' footer calls theirs ``/emnews/``.

    >>> category_of("/category/TechWeb.html"), category_of("/emnews/"), category_of("/feed.xml")
    ('TechWeb', 'emnews', None)
    """
    if path == f"/{EMNEWS_SLUG}/":
        return EMNEWS_SLUG
    found = CATEGORY_PATH.fullmatch(path)
    return found[1] if found else None


def category_page(archive: Archive, category: str) -> str | None:
    """Return the page of *category*; None for an unknown category. Case-sensitive."""
    posts = archive.by_category.get(category)
    return layout(posts[0].tag, post_list(posts[0].tag, posts)) if posts else None


def post_list(tag: str, posts: Iterable[Post]) -> str:
    rows = "\n".join(f'    <li><a href="{escape(post.href)}">{escape(post.article.title)}</a></li>' for post in posts)
    return f'<h2 id="{escape(tag)}">{escape(tag)}</h2>\n<ul>\n{rows}\n</ul>'


def post_page(archive: Archive, path: str) -> str | None:
    """Return the page of the post at the decoded *path*; None for an unknown path."""
    post = archive.by_path.get(path)
    return layout(post.article.title, post_section(post)) if post else None


def post_section(post: Post) -> str:
    return (
        f"<small>(GMT+8, Asia/Shanghai, CST) {escape(post.article.showtime)}</small>\n"
        f"<h1>{escape(post.article.title, quote=False)}</h1>\n\n"
        f"{post_content(post)}\n\n"
        f"  <small>tags: <em>{escape(post.tag, quote=False)}</em></small>"
    )


def post_content(post: Post) -> str:
    """Return the post's own markdown, rendered: the body, the share link, the footer."""
    link = escape(post.article.url_w if post.rolling else f"{SHARE_URL}{post.article.info_code}")
    return f'{rendered_body(post).rstrip()}\n\n<p><a href="{link}">{link}</a></p>\n\n{footer(post)}\n'


def rendered_body(post: Post) -> str:
    """Return the body as kramdown renders it; in a rolling post, after the digest without its headline."""
    if not post.rolling:
        return render_body(clean_body(post.article.text_html).html)
    summary = post.article.digest.rpartition("】")[2]
    quoted = f"<blockquote>\n  <p>{escape(summary, quote=False)}</p>\n</blockquote>\n\n" if summary else ""
    return quoted + render_body(clean_body(post.article.content_html).html)


def footer(post: Post) -> str:
    """Return the links back. The slug is not escaped in them: it may contain spaces, as in the real archive."""
    page = "emnews/" if post.rolling else f"category/{post.category}.html"
    back = f'<a href="{ARCHIVE}/{escape(page)}">返回{escape(post.tag, quote=False)}</a>'
    return f'<p>{back}｜<a href="{ARCHIVE}/">返回首页</a></p>'


def layout(title: str, section: str) -> str:
    """Return a whole page: the site's head and header, and *section*, which is HTML."""
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
  <head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{escape(title, quote=False)}</title>
    <meta property="og:title" content="{escape(title)}">
  </head>
  <body>
    <div class="wrapper">
      <header>
        <h1><a href="{SITE}/">金融消息</a></h1>
      </header>
      <section>

{section}

      </section>
    </div>
  </body>
</html>
"""
