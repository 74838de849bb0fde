"""The front matter of nearly every post, read by one regex: as ``exporters.jekyll_post`` writes it without a list.

Its two other readers, for posts of any origin and for Jekyll's view of them, take YAML, and stay the definition: what
matches here has the same values for YAML parsers, since no character in it has a meaning in YAML.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# The characters of ``exporters.front_matter``: of a quoted value without escapes, and of a plain one.
QUOTED = "[ !#-\\[\\]-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*+"
PLAIN = r"[^\W_][\w\-()（）&+.·，、：]*+"
USUAL = re.compile(
    rf"""layout: post
title: "(?P<title>{QUOTED})"
date: (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}} \+0800)
categories: (?P<categories>{PLAIN})
tags: (?P<tags>{PLAIN})
"""
)
LAYOUT = "post"


class UsualFrontMatter(NamedTuple):
    """The values that follow ``layout: post``, by their keys. All but the title are written without quotes."""

    title: str
    date: str
    categories: str
    tags: str


def read_usual_front_matter(head: str) -> UsualFrontMatter | None:
    r"""Return the values of front matter, given without its ``---`` lines; None if it is not the usual one.

    >>> head = 'layout: post\ntitle: "标题"\ndate: 2022-05-18 16:48:06 +0800\ncategories: jia\ntags: 甲新闻\n'
    >>> read_usual_front_matter(head).tags
    '甲新闻'
    """
    found = USUAL.fullmatch(head)
    return UsualFrontMatter(*found.groups()) if found else None
