"""A reader that applies incremental exports while crawls write."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.exporters.export_archives import Reader, code, read_lines
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site

ALL_WELL = 0
CRAWLS = 4
"""Minimum number of crawls: articles are corrected from the second on, and ten exports may fit into the first."""


class Changing:
    """A site whose lists grow and whose articles are corrected, a little with each crawl."""

    def __init__(self) -> None:
        self.crawls = 0

    def answer(self, path: str) -> Answer | None:
        if "type=45" in path:
            self.crawls += 1
            rows = [self.row(number) for number in range(20 + 10 * self.crawls)]
            return Answer(json.dumps({"nodeList": rows}).encode())
        if "type=102" in path:
            rows = [{"id": code(number)[2:], "digest": "摘要"} for number in range(self.crawls % 5, 20, 2)]
            return Answer(json.dumps({"records": rows}).encode())
        if info_code := code_in(path):
            number = int(info_code[-4:])
            text = f"<p>第{number}篇，第{self.crawls // (2 + number % 3)}次更正。</p>"
            return Answer(json.dumps({"text": text, "content": ""}).encode())
        return None

    def row(self, number: int) -> dict[str, str]:
        showtime = "2022-05-18 16:48:06"
        return {"infocode": code(number), "title": f"第{number}篇", "showtime": showtime, "from": "海港晨报"}


def test_ten_incremental_exports_during_crawls_equal_one_full_export(scrapy: Scrapy, tmp_path: Path) -> None:
    crawl = [sys.executable, "-c", SCRAPY, "crawl", "channel", "-a", "channels=media,rolling", "-a", "refetch=1"]
    reader, exports, found = Reader(), 0, 0
    upstream = Changing()
    with scripted_site(upstream.answer) as site:
        environment = scrapy.at(site.url).environment
        while exports < 10 or upstream.crawls < CRAWLS:
            with subprocess.Popen(crawl, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as crawling:
                while crawling.poll() is None:
                    run = scrapy("export", "--format", "jsonl", "--out", str(tmp_path / "next"), *after(reader))
                    if run.status == ALL_WELL:
                        exports += 1
                        found += reader.read_folder(tmp_path / "next")
                    else:
                        assert "there is no index" in run.log or "does not exist" in run.log, run.log
            assert crawling.returncode == ALL_WELL
    assert scrapy("export", "--format", "jsonl", "--out", str(tmp_path / "next"), *after(reader)).status == ALL_WELL
    found += reader.read_folder(tmp_path / "next")
    assert scrapy("export", "--format", "jsonl", "--out", str(tmp_path / "all")).status == ALL_WELL
    full = read_lines(tmp_path / "all/articles.jsonl.gz")
    assert {(line["info_code"], 0): line for line in full} == reader.table
    assert found > len(full), "some had changed and were exported again"
    assert any(line["revision"] for line in full)


def after(reader: Reader) -> list[str]:
    return ["--after", str(reader.cursor)] if reader.cursor else []
