"""Scrapy feeds (``-O articles.jsonl``) whose items are the records of ``finews export``.

``change`` and ``known_until`` are empty in a feed: the index assigns them when it stores the article.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from scrapy import exporters
from scrapy.utils.serialize import ScrapyJSONEncoder

from finews_crawler.articles.record import as_json, record_of
from finews_crawler.exporters.jsonl import on_one_line
from finews_crawler.items import Article
from finews_crawler.utils.files import cut_half_line


def as_record(item: Any) -> Any:
    """Return an article as a JSON-serializable record, and any other item unchanged."""
    return as_json(record_of(item)) if isinstance(item, Article) else item


class OneLineEncoder(ScrapyJSONEncoder):
    """Escapes the line breaks that JSON may have within a text."""

    def encode(self, o: Any) -> str:
        return on_one_line(super().encode(o))


class JsonLines(exporters.JsonLinesItemExporter):
    """One record a line, flushed before the next article.

    A killed crawl leaves at most one incomplete line, the last one, which the next crawl into the file cuts off.
    """

    def __init__(self, file: BytesIO, **options: Any) -> None:
        super().__init__(file, **options)
        self.encoder = OneLineEncoder(**self._kwargs)
        path = Path(str(getattr(file, "name", "")))
        if path.is_file() and file.tell():
            cut_half_line(path.resolve())  # left by a kill or a full disk: the next record would continue that line

    def export_item(self, item: Any) -> None:
        super().export_item(as_record(item))
        self.file.flush()


class Json(exporters.JsonItemExporter):
    """One JSON array of records."""

    def export_item(self, item: Any) -> None:
        super().export_item(as_record(item))


FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""First characters of a cell that a spreadsheet takes for a formula; source: OWASP, CSV Injection."""


class Csv(exporters.CsvItemExporter):
    """One row a record; lists and objects are JSON within their cell.

    A text that a spreadsheet would take for a formula has an apostrophe in front of it: titles are upstream's.
    """

    def export_item(self, item: Any) -> None:
        record = as_record(item)
        if isinstance(record, dict):
            record = {name: _cell(value) for name, value in record.items()}
        super().export_item(record)


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
