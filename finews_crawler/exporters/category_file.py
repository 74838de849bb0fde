"""Renders an outlet's category file, ``category/SLUG.html``: the page on which the theme lists the outlet's posts.

It consists of front matter with three keys, as in the original archive. There, many titles name another outlet, a bug
of its generator: the title here is always the tag of the outlet's posts.
"""

from __future__ import annotations


def category_name(slug: str) -> str:
    """Return the file's name.

    >>> category_name("TechWeb")
    'TechWeb.html'
    """
    return f"{slug}.html"


def render_category(slug: str, tag: str) -> bytes:
    r"""Return the file's bytes, UTF-8.

    >>> print(render_category("hualongwang", "华龙网新闻").decode(), end="")
    ---
    layout: category
    title: 华龙网新闻
    category: hualongwang
    ---
    """
    from finews_crawler.exporters.front_matter import front_matter, scalar

    return front_matter(("layout", "category"), ("title", scalar(tag)), ("category", scalar(slug))).encode()
