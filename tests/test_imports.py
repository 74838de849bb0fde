"""Only what a run uses is imported: a crawl with nothing new, as cron starts them all day, consists of imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

NEVER = {
    "boto3": "`finews deploy s3`",
    "holidays": "the calendar of what is usual, which is learned once a day",
    "dateutil": "WARC files",
    "aiohttp.web": "Scrapy's remote control, which is left out; `finews origin`",
    "jinja2": "reports as HTML",
    "prometheus_client": "the metrics file",
    "nh3": "cleaning of bodies",
    "pyarrow": "exports as Parquet",
    "redis": "the cluster",
    "statistics": "baselines of runs that were slow, latencies of new articles",
    "requests": "tldextract",
    "tldextract": "Scrapy's cookies, which are left out",
    "tqdm": "the bar on a terminal",
    "warcio": "recording and replay",
    "xpinyin": "slugs of outlets",
    "yaml": "reading posts",
    "finews_crawler.archive.writer": "writing of posts",
    "finews_crawler.cluster.coordinator": "the cluster",
    "finews_crawler.content.extraction": "text and tickers of bodies",
    "finews_crawler.content.gb18030": "damaged text",
    "finews_crawler.content.inlined_pictures": "bodies",
    "finews_crawler.content.markdown": "writing of posts",
    "finews_crawler.content.safe_names": "slugs of outlets",
    "finews_crawler.exporters.atom": "exports",
    "finews_crawler.exporters.front_matter": "writing of posts",
    "finews_crawler.operate.audit.audit": "`finews audit`",
    "finews_crawler.site.build": "`finews site`",
    "finews_crawler.sources.eastmoney_web.category_page": "another spider",
    "finews_crawler.sources.eastmoney_web.web_page": "articles that are HTML",
    "finews_crawler.sources.finews_site.post_page": "another spider",
    "finews_crawler.spiders.category": "another spider",
    "finews_crawler.testing": "`finews origin` and `finews demo`",
    "finews_crawler.warc.records": "recording and replay",
}
"""Modules with what they are for."""
WITHOUT_A_CRAWL = {
    "aiohttp": "crawls",
    "finews_crawler.archive.archive": "the archive",
    "finews_crawler.spiders": "crawls",
}
FOR_ERRORS_AND_OPTIONS = {"difflib": "a misspelt name", "cProfile": "--profile", "importlib.metadata": "--version"}
PRINTING = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.__stdout__))
from scrapy.cmdline import execute
execute()
"""


def imported(scrapy: Scrapy, *arguments: str) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    command = [sys.executable, "-c", PRINTING, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=scrapy.environment, text=True, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_command_that_needs_nothing_imports_nothing(tmp_path: Path) -> None:
    found = imported(Scrapy.into_folder(tmp_path), "version")
    assert not found & {**NEVER, **WITHOUT_A_CRAWL}.keys()


@pytest.fixture(scope="module")
def modules_of_a_crawl(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    with running_origin(20, faults=["validators"]) as origin:
        scrapy = Scrapy.into_folder(tmp_path_factory.mktemp("data")).at(origin.url)
        assert scrapy("crawl", "channel").status == 0
        return imported(scrapy, "crawl", "channel", "--nolog")


@pytest.mark.parametrize("module", NEVER)
def test_a_crawl_with_nothing_new_imports_only_what_it_uses(modules_of_a_crawl: set[str], module: str) -> None:
    assert module not in modules_of_a_crawl, NEVER[module]


@pytest.mark.parametrize("words", ["--help", "runs --help", "crawl channel --help"])
def test_finews_imports_nothing_for_errors_and_options(words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "finews_crawler", *words.split()]
    environment = Scrapy.into_folder(tmp_path).environment
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True, timeout=60)
    found = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "finews_crawler.command_line" in found
    assert not found & FOR_ERRORS_AND_OPTIONS.keys()
