"""What a reader of ``_posts`` has to have of each post, and how its JSON lines are compared with that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lxml import html

from finews_crawler import Archive, ArticleRecord
from finews_crawler.exporters.jekyll_post import HEADLINE_END, media_tag
from tests.interop.cells import Outcome
from tests.interop.expected import compare, records_in, short
from tests.interop.material import Material

FIELDS = ("title", "published_at", "slug", "tag", "words")
BEIJING = ZoneInfo("Asia/Shanghai")
DIGITS = re.compile(r"\d{18}")
# What Markdown programs do to quotation marks, dashes and dots of a digest, which has no other mark-up.
TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "--"})


def words(markup: str) -> str:
    """Return the visible characters of *markup*, without white space and with plain quotation marks.

    >>> words("<p>甲\u3000乙 <b>“丙”</b></p><!-- 丁 -->")
    '甲乙"丙"'
    """
    root = html.fragment_fromstring(markup, create_parent="div")
    for comment in list(root.iter(html.etree.Comment)):
        comment.drop_tree()
    return "".join(root.text_content().split()).translate(TYPOGRAPHY)


def expected(material: Material) -> Iterator[dict[str, Any]]:
    """Yield the posts of the archive; ``words`` is the hash of all that a page shows of one."""
    for record in Archive.open(material.data).articles():
        yield {
            "info_code": record.info_code,
            "title": record.title,
            "published_at": record.published_at.isoformat(),
            "slug": [record.slug],
            "tag": [media_tag(record.media_name or "")],
            "words": short(_shown(record))[:12],
        }


def _shown(record: ArticleRecord) -> str:
    digest = "" if record.media_name else (record.digest or "").rpartition(HEADLINE_END)[2]
    footer = f"返回{media_tag(record.media_name or '')}｜返回首页"
    plain = "".join(f"{digest}{record.share_url}{footer}".split()).translate(TYPOGRAPHY)
    at = len("".join(digest.split()).translate(TYPOGRAPHY))
    return f"{plain[:at]}{words(record.body_html)}{plain[at:]}"


def compare_posts(material: Material, printed: str, fields: Iterable[str] = FIELDS) -> Outcome:
    """Compare with what a script printed: ``name``, ``title``, ``published_at``, ``slug``, ``tag`` and ``html``."""
    lines = (json.dumps(_read(post)) for post in records_in(printed))
    return compare(expected(material), "\n".join(lines), fields)


def _read(post: dict[str, Any]) -> dict[str, Any]:
    found = DIGITS.search(post["name"].rpartition("/")[2])
    # A time that has no zone stays without one, and is not equal to one that has.
    moment = datetime.fromisoformat(post["published_at"])
    return {
        **post,
        "info_code": f"NW{found[0]}" if found else post["name"],
        "published_at": (moment.astimezone(BEIJING) if moment.tzinfo else moment).isoformat(),
        "slug": _listed(post["slug"]),
        "tag": _listed(post["tag"]),
        "words": short(words(post["html"]))[:12],
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
