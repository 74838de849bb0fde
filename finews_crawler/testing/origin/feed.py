"""``/feed.xml``: the newest ten posts, as jekyll-feed writes them, with the real site's absolute addresses."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from finews_crawler.testing.origin.archive_posts import Archive, Post
from finews_crawler.testing.origin.archive_site import post_content

FEED_LENGTH = 10
# What XML cannot hold, not even escaped: a recorded title may.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SITE = "https://finews.withounder.com"


def feed_xml(archive: Archive) -> bytes:
    """Return the Atom document.

    >>> feed_xml(Archive([]))[:95]
    b'<?xml version=\\'1.0\\' encoding=\\'utf-8\\'?>\\n<feed xmlns="http://www.w3.org/2005/Atom"><generator uri'
    """
    newest = archive.posts[:FEED_LENGTH]
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
    """Append one post, its whole content escaped inside."""
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
    """Append an element to *parent*."""
    kept = {name: NOT_IN_XML.sub("", value) for name, value in attributes.items()}
    ET.SubElement(parent, tag, kept).text = NOT_IN_XML.sub("", text or "") or None


def timestamp(post: Post) -> str:
    """Return the post's time as Atom spells it.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> timestamp(Post(generate(1, 1)[0], rolling=False))
    '2022-05-26T23:59:58+08:00'
    """
    return f"{post.article.showtime.replace(' ', 'T')}+08:00"
