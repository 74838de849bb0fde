"""The site as crawlers find it: its sitemaps, and its robots.txt."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.interop.cells import Checks, Outcome, right, wrong
from tests.interop.environments import SCRIPTS, node_with, python_with, run
from tests.interop.material import Material
from tests.interop.sites import compare_urls, listed, served

CHECKS = Checks()
SITEMAPS, ROBOTS = "Sitemaps", "robots.txt"


def crawl(material: Material, read: Callable[[str, Path], str]) -> Outcome:
    """Compare the URLs, one a line, that *read* prints of the site at a URL; it may write to a folder."""
    with tempfile.TemporaryDirectory(prefix="finews-crawl-") as name, served(material.local_site, Path(name)) as url:
        printed = read(url, Path(name))
    return compare_urls(material, printed.split("\n")[:-1])


@CHECKS.add(
    "sitemap-scrapy", SITEMAPS, "Scrapy, SitemapSpider from robots.txt, which fetches every page", "2.13.4", "2.19.0"
)
def scrapy(material: Material, version: str) -> Outcome:
    python = python_with(f"Scrapy=={version}")
    return crawl(material, lambda url, scratch: run(python, SCRIPTS / "sitemaps.py", "scrapy", url, cwd=scratch))


@CHECKS.add("sitemap-usp", SITEMAPS, "ultimate-sitemap-parser, from the home page", "1.8.1")
def usp(material: Material, version: str) -> Outcome:
    python = python_with(f"ultimate-sitemap-parser=={version}")
    return crawl(material, lambda url, scratch: run(python, SCRIPTS / "sitemaps.py", "usp", url, cwd=scratch))


@CHECKS.add("sitemap-advertools", SITEMAPS, "advertools, sitemap_to_df of robots.txt", "0.18.0")
def advertools(material: Material, version: str) -> Outcome:
    python = python_with(f"advertools=={version}")
    return crawl(material, lambda url, scratch: run(python, SCRIPTS / "sitemaps.py", "advertools", url, cwd=scratch))


@CHECKS.add("sitemap-sitemapper", SITEMAPS, "sitemapper (Node)", "4.1.6")
def sitemapper(material: Material, version: str) -> Outcome:
    modules = node_with(f"sitemapper@{version}")
    return crawl(material, lambda url, scratch: run("node", SCRIPTS / "sitemaps.mjs", url, modules, cwd=scratch))


def robots(material: Material, printed: str) -> Outcome:
    """Compare what a parser prints: the sitemaps, and the number of URLs of the site that it allows a crawler."""
    site = material.local_site
    expected = [[f"{site.url}/sitemap.xml"], len([*listed(site)])]
    found = json.loads(printed)
    return right(f"the sitemap; {expected[1]} URLs allowed") if found == expected else wrong(f"{found}"[:200])


ROBOTS_PARSERS = (
    ("protego", "protego", "protego", ("0.5.0", "0.7.0")),
    ("urllib", "urllib.robotparser", "", (platform.python_version(),)),
    ("robotspy", "robotspy", "robotspy", ("0.13.0",)),
    ("robotexclusionrulesparser", "robotexclusionrulesparser", "robotexclusionrulesparser", ("1.7.1",)),
)


def register(name: str, title: str, package: str, versions: tuple[str, ...]) -> None:
    @CHECKS.add(f"robots-{name}", ROBOTS, title, *versions)
    def check(material: Material, version: str) -> Outcome:
        python = python_with(f"{package}=={version}") if package else sys.executable
        return robots(material, run(python, SCRIPTS / "robots_txt.py", name, stdin=question(material)))


for parser in ROBOTS_PARSERS:
    register(*parser)


@CHECKS.add("robots-parser", ROBOTS, "robots-parser (Node)", "3.0.1")
def robots_parser(material: Material, version: str) -> Outcome:
    modules = node_with(f"robots-parser@{version}")
    return robots(material, run("node", SCRIPTS / "robots.mjs", modules, stdin=question(material)))


def question(material: Material) -> bytes:
    site = material.local_site
    text = (site.folder / "robots.txt").read_text("utf-8")
    return json.dumps({"url": f"{site.url}/robots.txt", "text": text, "urls": [*listed(site)]}).encode()
