"""Scrapy's feeds (``-O articles.jsonl``), in which an item is the record that an export has of it.

Here an item does not know the number of its change, nor of a revision to come: those are the index's.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from scrapy import exporters

from finews_crawler.articles.record import as_json, record_of
from finews_crawler.items import Article
from finews_crawler.utils.files import cut_half_line
from finews_crawler.utils.xml_text import xml_text


def told(item: Any) -> Any:
    """What a feed tells of an item."""
    return as_json(record_of(item)) if isinstance(item, Article) else item


class JsonLines(exporters.JsonLinesItemExporter):
    """Each line is out of the process before the next article: a kill leaves lines that can all be read."""

    def __init__(self, file: BytesIO, **options: Any) -> None:
        super().__init__(file, **options)
        path = Path(str(getattr(file, "name", "")))
        if path.is_file() and file.tell():
            cut_half_line(path)  # a disk was full when it was written last: the next line would be part of it

    def export_item(self, item: Any) -> None:
        super().export_item(told(item))
        self.file.flush()


class Json(exporters.JsonItemExporter):
    """One list of objects."""

    def export_item(self, item: Any) -> None:
        super().export_item(told(item))


class Pickle(exporters.PickleItemExporter):
    """Of plain values, which need nothing of this project to be read."""

    def export_item(self, item: Any) -> None:
        super().export_item(told(item))


class Marshal(exporters.MarshalItemExporter):
    """Likewise."""

    def export_item(self, item: Any) -> None:
        super().export_item(told(item))


class Csv(exporters.CsvItemExporter):
    """What is a list or an object stands in its cell as JSON."""

    def export_item(self, item: Any) -> None:
        record = told(item)
        if isinstance(record, dict):
            record = {name: _cell(value) for name, value in record.items()}
        super().export_item(record)


class Xml(exporters.XmlItemExporter):
    """What is empty has no element."""

    def export_item(self, item: Any) -> None:
        super().export_item(_for_xml(told(item)))


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _for_xml(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _for_xml(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_for_xml(part) for part in value]
    return xml_text(value) if isinstance(value, str) else value
