"""The front matter of nearly every post, read by one regex: as ``exporters.jekyll_post`` writes it.

Its two other readers, for posts of any origin and for Jekyll's view of them, take YAML, and stay the definition: what
matches here has the same values for YAML parsers, since no character in it has a meaning in YAML.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.exporters.front_matter import NOT_PRINTABLE

# The characters of ``exporters.front_matter``: of a quoted value, with the two escapes that titles have, and of a
# plain one.
QUOTED = rf'[^"\\{NOT_PRINTABLE}]*+'
TITLE = rf'{QUOTED}(?:\\["\\]{QUOTED})*+'
PLAIN = r"[^\W_][\w\-()（）&+.·，、：]*+"
USUAL = re.compile(
    rf"""---
layout: post
title: "({TITLE})"
date: ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}} \+0800)
categories: (?:({PLAIN})|\["({QUOTED})"\])
tags: (?:({PLAIN})|\["({QUOTED})"\])
---
"""
)
FENCE = "---\n"
ESCAPED = re.compile(r"\\(.)")


class UsualFrontMatter(NamedTuple):
    """Values of usual front matter, by their keys. Its lists have one element, in quotes as the title is."""

    layout: str
    title: str
    date: str
    categories: str | list[str]
    tags: str | list[str]


def read_usual_front_matter(text: str) -> tuple[UsualFrontMatter, int] | None:
    r"""Return the values of the front matter of a post, and its length; None if it is not the usual one.

    >>> head = 'layout: post\ntitle: "标题"\ndate: 2022-05-18 16:48:06 +0800\ncategories: ["a b"]\ntags: 甲新闻\n'
    >>> values, length = read_usual_front_matter(f"---\n{head}---\n<p>正文</p>")
    >>> values.categories, values.tags, length == len(f"---\n{head}---\n")
    (['a b'], '甲新闻', True)
    """
    found = USUAL.match(text)
    if found is None:
        return None
    title, date, category, listed_category, tag, listed_tag = found.groups()
    values = UsualFrontMatter(
        "post",
        ESCAPED.sub(r"\1", title) if "\\" in title else title,
        date,
        [listed_category] if category is None else category,
        [listed_tag] if tag is None else tag,
    )
    return values, found.end()
