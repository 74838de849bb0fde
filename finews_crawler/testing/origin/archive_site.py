"""The archive's pages as Jekyll rendered them: home, category, post. Addresses on them are the real site's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.kramdown import render_body
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.testing.origin.archive_posts import Archive, Post

NEWEST_OF_EACH = 5
SHARE_URL = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="
CATEGORY_PATH = re.compile(r"/category/([^/]+)\.html")
ARCHIVE = "//finews.withounder.com"


def home_page(archive: Archive) -> str:
    """Return ``/``: the newest five posts of each tag."""
    lists = [post_list(posts[0].tag, posts[:NEWEST_OF_EACH]) for posts in archive.by_category.values()]
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
    """Return the page of *category*, or None where there is no such category; its case matters."""
    posts = archive.by_category.get(category)
    return layout(posts[0].tag, post_list(posts[0].tag, posts)) if posts else None


def post_list(tag: str, posts: Iterable[Post]) -> str:
    """Return a heading and the posts under it."""
    rows = "\n".join(f'    <li><a href="{escape(post.href)}">{escape(post.article.title)}</a></li>' for post in posts)
    return f'<h2 id="{escape(tag)}">{escape(tag)}</h2>\n<ul>\n{rows}\n</ul>'


def post_page(archive: Archive, path: str) -> str | None:
    """Return the post at the decoded *path*, or None where there is none."""
    post = archive.by_path.get(path)
    return layout(post.article.title, post_section(post)) if post else None


def post_section(post: Post) -> str:
    """Return what Jekyll's post layout puts inside ``<section>``."""
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
    """Return the body as kramdown rendered it; a rolling post's is headed by its digest, without the headline."""
    if not post.rolling:
        return render_body(clean_body(post.article.text_html).html)
    summary = post.article.digest.rpartition("】")[2]
    quoted = f"<blockquote>\n  <p>{escape(summary, quote=False)}</p>\n</blockquote>\n\n" if summary else ""
    return quoted + render_body(clean_body(post.article.content_html).html)


def footer(post: Post) -> str:
    """Return the links back; the slug stands in the address as it is, spaces and all."""
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
        <h1><a href="https:{ARCHIVE}/">金融消息</a></h1>
      </header>
      <section>

{section}

      </section>
    </div>
  </body>
</html>
"""
