"""The example of docs/sources.md, installed into a copy of the package: crawled, revised, rebuilt and audited."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.documented_source import REGISTRY, SOURCE, documented_file, install_documented_source
from tests.support.scrapy_command import SCRAPY, Run, Scrapy
from tests.support.scripted_server import Answer, Site, scripted_site

ALL_WELL, SOME_FAILED = 0, 3
MAX_LINES = 80
CHANNEL = ("crawl", "channel", "-a", "channels=harbour")
KEY = "HB000000000000000017"


@dataclass
class Harbour:
    """The site of the example, with one article that a test may correct."""

    headline: str = "港区五月吞吐量创新高"
    paragraph: str = "<p>港区五月吞吐量创新高。</p>"

    def answer(self, path: str) -> Answer | None:
        row = {"id": 17, "headline": self.headline, "time": "2022-05-18 16:48:06", "outlet": "海港晨报"}
        if path == "/api/latest?limit=100":
            return Answer(json.dumps({"articles": [row]}).encode())
        if path == f"/news/{KEY}.html":
            page = f'<h1>{self.headline}</h1><div class="body">{self.paragraph}</div>'
            return Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        return None


@dataclass
class Project:
    """A copy of the package with the example installed, and commands that run it."""

    folder: Path
    scrapy: Scrapy
    site: Site
    harbour: Harbour

    def run(self, *arguments: str) -> Run:
        environment = {**self.scrapy.environment, "FINEWS_HARBOUR_URL": self.site.url}
        command = [sys.executable, "-c", SCRAPY, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, text=True, capture_output=True, timeout=120, check=False
        )
        return Run(done.returncode, done.stdout + done.stderr)

    def crawl(self, *arguments: str) -> dict[str, int]:
        run = self.run(*CHANNEL, *arguments)
        assert run.status == ALL_WELL, run.log
        (counts,) = run.summaries()
        return {name: number for name, number in counts.items() if number and name != "found"}

    def posts(self) -> dict[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in self.scrapy.posts.iterdir()}


@pytest.fixture
def project(tmp_path: Path, scrapy: Scrapy) -> Iterator[Project]:
    folder = tmp_path / "project"
    install_documented_source(folder)
    harbour = Harbour()
    with scripted_site(harbour.answer) as site:
        yield Project(folder, scrapy, site, harbour)


def test_the_documented_source_is_short() -> None:
    added = [line for line in documented_file(REGISTRY, "diff").splitlines() if line[0] == "+"]
    lines = documented_file(SOURCE, "python").splitlines()
    assert (len(added), len(lines) <= MAX_LINES) == (1, True), len(lines)


def test_the_documented_source_is_crawled_revised_and_rebuilt(project: Project) -> None:
    assert project.crawl() == {"new": 1}
    name, before = next(iter(project.posts().items()))
    assert name == f"2022-05-18-{KEY}.md"
    assert f"<https://harbour.example/news/{KEY}.html>" in before
    assert "tags: 海港晨报新闻" in before
    assert project.crawl() == {"held": 1}

    project.harbour.headline = "更正：港区五月吞吐量持平"
    assert project.crawl() == {"revised": 1}
    project.harbour.paragraph = "<p>港区五月吞吐量持平。</p>"
    assert project.crawl("-a", "refetch=1") == {"revised": 1}
    corrected = project.posts()
    assert all(text in corrected[name] for text in ("更正：港区五月吞吐量持平", "<p>港区五月吞吐量持平。</p>"))

    shutil.rmtree(project.scrapy.posts)
    assert project.run("rebuild").status == ALL_WELL
    assert project.posts() == corrected
    assert project.run("audit").status == ALL_WELL


def test_the_documented_source_reports_a_changed_page_as_failed(project: Project) -> None:
    project.harbour.paragraph = ""
    run = project.run("crawl", "share", "-a", f"info_code={KEY}")
    assert (run.status, run.summaries()[0]["failed"]) == (SOME_FAILED, 1), run.log
