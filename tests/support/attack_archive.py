"""The archive of a crawl of all hostile payloads."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.jekyll_post import post_name
from finews_crawler.items import Article
from tests.support.paths import ATTACKS
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import share_site

CASES = sorted(path for path in ATTACKS.iterdir() if path.suffix in {".json", ".bin"})
CODES = {f"NW20220601{number:010d}": case for number, case in enumerate(CASES, 1)}


class Attacked:
    """The archive, and the run that made it."""

    def __init__(self, data: Path, run: Run) -> None:
        self.data, self.run = data, run
        self.archive = Archive(DataDirectory(data), PostUrls())
        self.articles = {code: article for code in CODES if (article := self.archive.get(code))}
        lines = (data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
        self.rejections = {record["info_code"]: record for record in map(json.loads, lines)}

    def post(self, article: Article) -> str:
        return (self.data / "site" / "_posts" / post_name(article)).read_bytes().decode()


def crawl_attacks(folder: Path) -> None:
    """Crawl every payload into *folder*, and store the run beside the archive."""
    codes = folder / "codes.txt"
    codes.write_text("\n".join(CODES), encoding="utf-8")
    scrapy = Scrapy.into_folder(folder / "data")
    with share_site({code: case.read_bytes() for code, case in CODES.items()}) as url:
        run = scrapy.at(url)("crawl", "share", "-a", f"file={codes}")
    (folder / "run.json").write_text(json.dumps(asdict(run)), encoding="utf-8")


def read_attacks(folder: Path) -> Attacked:
    """Return the archive and the run in *folder*."""
    return Attacked(folder / "data", Run(**json.loads((folder / "run.json").read_text(encoding="utf-8"))))
