"""`middlewares.skip_archived` without its short way: each archived article of a list goes through all pipelines."""

from __future__ import annotations

import json

from finews_crawler.middlewares.skip_archived import SkipArchived
from finews_crawler.settings import SPIDER_MIDDLEWARES


class LongWay(SkipArchived):
    counts_items = False


REPLACED = dict.fromkeys(SPIDER_MIDDLEWARES)
LONG_WAY = ("-s", f"SPIDER_MIDDLEWARES={json.dumps({**REPLACED, f'{__name__}.{LongWay.__name__}': 50})}")
"""Arguments of a crawl that takes it."""
