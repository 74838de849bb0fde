"""getlist: the 7×24 list as JavaScript, its older form, in pages. Source: upstream-today.md, "7×24, old".

Its rows are those of 2022's ``rolling``, with the same keys. It goes back three to five months; every page behind that
repeats the last one, so that a page without an article that is new to the run ends the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finews_crawler.sources.eastmoney.fields import list_fields
from finews_crawler.sources.eastmoney_web.rows import article_url, parse_object
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface

# 102 is the whole list, ajaxResult the name of the variable.
PATH = "/kuaixun/v1/getlist_102_ajaxResult_{count}_{page}_.html"
MAX_COUNT = 100
VOLATILE = frozenset({"commentnum", "titlestyle"})
"""Number of comments, and emphasis."""
LIST_KEY = "LivesList"


def parse_fast_js(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse one page, ``var ajaxResult={"rc":1,"LivesList":[…]};``. Never raises.

    >>> from finews_crawler.sources.eastmoney_web.channels import CHANNELS
    >>> body = b'var ajaxResult={"rc":1,"LivesList":[{"newsid":"202205262391921712","url_w":""}]};'
    >>> parse_fast_js(body, CHANNELS["fast_js"]).articles[0].public_url
    'http://finance.eastmoney.com/a/202205262391921712.html'
    """
    return parse_object(body, channel, LIST_KEY, _read_fields)


def _read_fields(row: Mapping[str, Any], info_code: str) -> dict[str, object]:
    read = list_fields(row)
    return {
        **{name: read[name] for name in ("title", "published_at", "digest")},
        "public_url": read["public_url"] or article_url(info_code),
    }
