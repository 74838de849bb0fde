"""A medium's category file: the page that lists its posts. Source: upstream.md, "Category file"."""

from __future__ import annotations

from finews_crawler.exporters.front_matter import front_matter, scalar


def category_name(slug: str) -> str:
    """The file's name.

    >>> category_name("TechWeb")
    'TechWeb.html'
    """
    return f"{slug}.html"


def render_category(slug: str, tag: str) -> bytes:
    r"""The file's bytes: front matter and nothing else.

    >>> print(render_category("hualongwang", "华龙网新闻").decode(), end="")
    ---
    layout: category
    title: 华龙网新闻
    category: hualongwang
    ---
    """
    return front_matter(("layout", "category"), ("title", scalar(tag)), ("category", scalar(slug))).encode()
