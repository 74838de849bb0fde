"""The versions of Python, of this project and of the packages it needs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import InvalidVersion, Version

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveNotWritable, BuildFailed
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.monitoring.disk import MEGABYTE, Disk, check_free_inodes, check_free_space, read_disk
from finews_crawler.site.jekyll import INSTALL as INSTALL_JEKYLL
from finews_crawler.site.jekyll import jekyll_version
from finews_crawler.site.pagefind import pagefind_version
from finews_crawler.site.theme_install import RECORD
from finews_crawler.utils.error_hints import hint_for

PROJECT = "finews_crawler"
LEAST_PYTHON = "3.11"
# Written out, and held against pyproject.toml by a test: after an update of the source alone, what is recorded of the
# installed project is what the earlier one needed.
NEEDED = {
    "scrapy": "2.19",
    "itemadapter": "0.13",
    "w3lib": "2.5",
    "python-dateutil": "2.9",
    "xpinyin": "0.7.7",
    "nh3": "0.3",
    "aiohttp": "3.14",
    "brotli": "1.1",
    "protego": "0.4",
    "tqdm": "4.67",
    "PyYAML": "6",
    "pydantic-settings": "2",
    "prometheus-client": "0.22",
    "Jinja2": "3.1",
    "holidays": "0.80",
}
"""The least version of each package; Pagefind is the site's."""
INSTALL = "`make venv` installs what this version needs"


def check_versions() -> Iterator[CheckResult]:
    """Python, Scrapy and this project by name; the other packages where one is missing or too old."""
    there = {name: installed(name) for name in NEEDED}
    yield judge("Python", platform.python_version(), LEAST_PYTHON, "make PYTHON=python3.12 venv")
    yield ok(PROJECT, installed(PROJECT) or "run from its folder, not installed")
    yield judge("Scrapy", there.pop("scrapy"), NEEDED["scrapy"], INSTALL)
    yield check_packages(there)


def check_packages(there: Mapping[str, str]) -> CheckResult:
    """The other packages, by their installed versions.

    >>> check_packages({"aiohttp": "3.14.5", "nh3": "", "w3lib": "2.4"}).text
    'nh3 is missing, w3lib 2.4 is older than 2.5: `make venv` installs what this version needs'
    """
    wrong = [lack for name, found in there.items() if (lack := shortcoming(found, NEEDED[name], name))]
    if wrong:
        return warn("packages", ", ".join(wrong), INSTALL)
    return ok("packages", ", ".join(f"{name} {found}" for name, found in there.items()))


def judge(name: str, found: str, least: str, advice: str) -> CheckResult:
    """One program or package.

    >>> judge("Scrapy", "2.18.0", "2.19", INSTALL).text
    'Scrapy 2.18.0 is older than 2.19: `make venv` installs what this version needs'
    >>> judge("Python", "3.13.0rc1", "3.11", "").is_ok
    True
    """
    lack = shortcoming(found, least, name)
    return warn(name, lack, advice) if lack else ok(name, found)


def shortcoming(found: str, least: str, name: str) -> str:
    """In what way a version does not do; '' for one that does. A version of no known form is not judged."""
    if not found:
        return f"{name} is missing"
    try:
        is_old = Version(found) < Version(least)
    except InvalidVersion:
        return ""
    return f"{name} {found} is older than {least}" if is_old else ""


def installed(name: str) -> str:
    """The version of an installed package; '' where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_disk(directory: DataDirectory, least_mb: float) -> Iterator[CheckResult]:
    """Check free space and inodes by the rules of the alerts; *least_mb*: megabytes that must be free."""
    try:
        yield check_writable(directory)
        disk = read_disk(directory.root)
    except OSError as error:
        yield warn("disk", str(error), hint_for(error))
        return
    yield space_result(disk, least_mb)
    yield inode_result(disk)


def check_writable(directory: DataDirectory) -> CheckResult:
    """Whether a run could write there. Raises OSError where that cannot be seen."""
    try:
        directory.check_writable()
    except ArchiveNotWritable as error:
        return CheckResult(False, "data", str(error))
    is_there = directory.root.exists()
    return ok("data", f"{directory.root}{'' if is_there else ' is not there yet: the first crawl makes it'}")


def space_result(disk: Disk, least_mb: float) -> CheckResult:
    """
    >>> space_result(Disk(4_000_000, 0, 0), 0)
    CheckResult(is_ok=True, name='disk', text='4 MB free')
    """
    problem = check_free_space(disk, least_mb)
    return CheckResult(False, "disk", problem) if problem else ok("disk", f"{disk.bytes_free // MEGABYTE} MB free")


def inode_result(disk: Disk) -> CheckResult:
    """
    >>> inode_result(Disk(0, 0, 0)).text, inode_result(Disk(0, 100_000, 999)).is_ok
    ('this file system does not count them', False)
    """
    if not disk.inodes:
        return ok("inodes", "this file system does not count them")
    problem = check_free_inodes(disk)
    return (
        CheckResult(False, "inodes", problem) if problem else ok("inodes", f"{disk.inodes_free} of {disk.inodes} free")
    )


PLUGINS = ("jekyll-feed", "jekyll-sitemap")
"""Those of the theme's ``_config.yml``."""
LACKING = "puts ARGV.reject { |name| Gem::Specification.find_all_by_name(name).any? }"


def check_site_tools(site: Path) -> Iterator[CheckResult]:
    """What lacks is to be attended to where the theme is in the site's folder; elsewhere it is only told."""
    has_theme = os.access(site / RECORD, os.F_OK)
    for name, read_version in (("Jekyll", jekyll_and_plugins), ("Pagefind", pagefind_version)):
        yield check_tool(name, read_version, is_needed=has_theme)


def check_tool(name: str, read_version: Callable[[], str], *, is_needed: bool) -> CheckResult:
    try:
        return ok(name, read_version())
    except BuildFailed as error:
        return CheckResult(not is_needed, name, f"{error} (only `scrapy site build` needs it)")


def jekyll_and_plugins() -> str:
    """Jekyll's version. Raises BuildFailed, with the line that installs it, where it or a plugin is missing."""
    version = jekyll_version()
    if ruby := shutil.which("ruby"):
        done = subprocess.run([ruby, "-e", LACKING, *PLUGINS], text=True, capture_output=True, check=False)
        if missing := done.stdout.split():
            raise BuildFailed(
                f"Jekyll's plugins {', '.join(missing)} are missing. Install and try again: {INSTALL_JEKYLL}"
            )
    return f"{version} with {', '.join(PLUGINS)}" if ruby else version
