"""URLs of the pictures in the archived articles, the newest articles first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import ROWS_AT_ONCE
from finews_crawler.archive.rows import IMAGES

if TYPE_CHECKING:
    from finews_crawler.archive.index import Index
    from finews_crawler.archive.query import ExportQuery

NEWEST = """
    SELECT info_code, published_at, images FROM article
    WHERE images <> '[]' AND published_at >= ? AND (published_at, info_code) < (?, ?)
    ORDER BY published_at DESC, info_code DESC LIMIT ?"""

# Early versions stored only the URL of an image. A damaged row is reported where it is read.
WITH_IMAGES = """
    SELECT DISTINCT info_code FROM article, json_each(iif(json_valid(images), images, '[]')) AS image
    WHERE images <> '[]' AND iif(image.type = 'object', image.value ->> 'url', image.value)
    IN (SELECT value FROM json_each(?))"""


def newest_images(index: Index, query: ExportQuery) -> Iterator[list[str]]:
    """Yield the URLs in the articles of the days of *query*, as the articles have them, for some articles at a time.

    Rows may be written meanwhile. Raises UnusableIndex, DamagedRow.
    """
    bounds = query.bounds()
    last = (str(bounds["until"]), "")
    while rows := index.select(NEWEST, bounds["since"], *last, ROWS_AT_ONCE):
        found = list(
            decode_rows(rows, "article", info_code=decoders.text, published_at=decoders.text, images=IMAGES.decode)
        )
        yield [image.url for _, _, images in found for image in images]
        code, published_at, _ = found[-1]
        last = (published_at, code)


def images_of(index: Index, info_codes: Iterable[str]) -> dict[str, list[str]]:
    """Return the URLs of the pictures in these articles, by infoCode. Raises UnusableIndex, DamagedRow."""
    query = "SELECT info_code, images FROM json_each(?) JOIN article ON info_code = value WHERE images <> '[]'"
    rows = index.select(query, json.dumps(list(info_codes)))
    found = decode_rows(rows, "article", info_code=decoders.text, images=IMAGES.decode)
    return {code: [image.url for image in images] for code, images in found}


def articles_with(index: Index, urls: Iterable[str]) -> list[str]:
    """Return the infoCodes of the articles that have one of these pictures. Raises UnusableIndex."""
    return [code for (code,) in index.select(WITH_IMAGES, json.dumps(list(urls)))]
