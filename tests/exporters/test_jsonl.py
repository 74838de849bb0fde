"""A record is one line of JSON lines, whatever a reader takes for a line break."""

from __future__ import annotations

import io
import json

import pytest

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import as_json, columns_of, record_of
from finews_crawler.exporters.jsonl import json_lines
from finews_crawler.exporters.scrapy_feeds import JsonLines
from tests.exporters.export_archives import article

BREAKS = "<p>甲\u2028乙\u2029丙\x85丁\x0b戊\x1c</p>"


@pytest.mark.parametrize("of", ["export", "feed"])
def test_a_line_break_within_a_text_ends_no_line(of: str) -> None:
    found = derive(article(1, title="甲乙", body_html=BREAKS, text_html=BREAKS), PostUrls()).article
    record = record_of(found)
    file = io.BytesIO()
    if of == "export":
        file.writelines(json_lines(columns_of([record])))
    else:
        JsonLines(file, encoding="utf-8").export_item(found)
    (line,) = file.getvalue().decode("utf-8").splitlines()
    assert json.loads(line) == as_json(record)
    assert "\u2028" in json.loads(line)["body_html"]
