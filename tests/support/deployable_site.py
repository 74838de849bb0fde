"""A small built site for the tests of ``finews deploy``: files in a release, and the link to it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.scrapy_command import Run, Scrapy

ADDRESS = "https://news.example.org"
BUNDLE = "search-index/2022-05-1.0123456789abcdef0123456789abcdef"
FILES = {
    "index.html": "<h1>新闻</h1>",
    "2022/05/18/a.html": "a",
    "2022/05/18/b c.html": "b",
    "assets/site.css": "body {}",
    "assets/search.js": "//",
    "feed.xml": "<feed/>",
    f"{BUNDLE}/tokens": "{}",
    "tag/中国.html": "中国",
}
COUNTS = re.compile(r"new (\d+), changed (\d+), removed (\d+), unchanged (\d+)")


@dataclass
class DeployableSite:
    """Stands in for a build, which would need Jekyll and some seconds."""

    scrapy: Scrapy

    @classmethod
    def make(cls, scrapy: Scrapy) -> DeployableSite:
        site = cls(replace(scrapy, environment={**scrapy.environment, "FINEWS_POST_ARCHIVE_URL": ADDRESS}))
        site.release.mkdir(parents=True)
        (scrapy.data / "_site").symlink_to(os.path.relpath(site.release, scrapy.data))
        site.put(FILES)
        return site

    @property
    def release(self) -> Path:
        return self.scrapy.data / "site-build" / "trees" / "a"

    def put(self, files: dict[str, str]) -> None:
        """Write files; '' as content removes one."""
        for path, content in files.items():
            file = self.release / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            if content:
                file.write_text(content, "utf-8")
            elif not any(file.parent.iterdir()):
                file.parent.rmdir()

    def files(self) -> dict[str, str]:
        return files_below(self.release)

    def deploy(self, *words: str) -> Run:
        return self.scrapy("deploy", *words)


def files_below(folder: Path) -> dict[str, str]:
    """Return the texts of the files below *folder*, but for the record of ``finews deploy``."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_text("utf-8") for name, path in paths.items() if name != ".finews-deployed.json"}


def counts(run: Run) -> tuple[int, int, int, int]:
    """Return the numbers of new, changed, removed and unchanged files of a run that went well."""
    assert run.status == 0, run.log
    (found,) = COUNTS.findall(run.log)
    new, changed, removed, unchanged = map(int, found)
    return new, changed, removed, unchanged
