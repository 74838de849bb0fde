"""Jekyll, its plugins and Pagefind: what ``scrapy site build`` needs. A crawl needs none of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from finews_crawler.operate.doctor.check import Line, ok
from finews_crawler.site.jekyll import INSTALL, BuildFailed, jekyll_version
from finews_crawler.site.pagefind import pagefind_version
from finews_crawler.site.theme_install import RECORD

PLUGINS = ("jekyll-feed", "jekyll-sitemap")
"""Those of the theme's ``_config.yml``."""
LACKING = "puts ARGV.reject { |name| Gem::Specification.find_all_by_name(name).any? }"


def check_site_tools(site: Path) -> Iterator[Line]:
    """What lacks is to be attended to where the theme is in the site's folder; elsewhere it is only told."""
    has_theme = os.access(site / RECORD, os.F_OK)
    for name, read_version in (("Jekyll", jekyll_and_plugins), ("Pagefind", pagefind_version)):
        yield check_tool(name, read_version, is_needed=has_theme)


def check_tool(name: str, read_version: Callable[[], str], *, is_needed: bool) -> Line:
    try:
        return ok(name, read_version())
    except BuildFailed as error:
        return Line(not is_needed, name, f"{error} (only `scrapy site build` needs it)")


def jekyll_and_plugins() -> str:
    """Jekyll's version. Raises BuildFailed, with the line that installs it, where it or a plugin is missing."""
    version = jekyll_version()
    if ruby := shutil.which("ruby"):
        done = subprocess.run([ruby, "-e", LACKING, *PLUGINS], text=True, capture_output=True, check=False)
        if missing := done.stdout.split():
            raise BuildFailed(f"Jekyll's plugins {', '.join(missing)} are missing. Install and try again: {INSTALL}")
    return f"{version} with {', '.join(PLUGINS)}" if ruby else version
