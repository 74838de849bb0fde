"""Checks of the environment: versions, free space in the data directory, and the tools that build the site."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import InvalidVersion, Version

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveNotWritable, BuildFailed
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.monitoring.disk import MEGABYTE, check_free_inodes, check_free_space, read_disk
from finews_crawler.site.jekyll import INSTALL as INSTALL_JEKYLL
from finews_crawler.site.jekyll import VERSION_SECONDS, jekyll_version
from finews_crawler.site.theme_install import RECORD
from finews_crawler.utils.error_hints import hint_for

PROJECT = "finews_crawler"
MIN_PYTHON = "3.11"
# A copy of the dependencies in pyproject.toml, kept equal by a test: after an update of the source alone, the installed
# metadata still describes the earlier version.
NEEDED = {
    "scrapy": "2.19",
    "itemadapter": "0.13",
    "w3lib": "2.5",
    "python-dateutil": "2.9",
    "xpinyin": "0.7.7",
    "nh3": "0.3",
    "aiohttp": "3.14",
    "yarl": "1.20",
    "brotli": "1.1",
    "protego": "0.4",
    "tqdm": "4.67",
    "PyYAML": "6",
    "prometheus-client": "0.22",
    "Jinja2": "3.1",
    "holidays": "0.80",
    "shtab": "1.7",
    "zstandard": "0.25",
}
"""Minimum version of each required package."""
INSTALL = "`make venv` installs the required versions"


def check_versions() -> Iterator[CheckResult]:
    """Check the versions of Python, this project, Scrapy and the other packages."""
    installed = {name: installed_version(name) for name in NEEDED}
    yield check_version("Python", platform.python_version(), MIN_PYTHON, "make PYTHON=python3.12 venv")
    yield ok(PROJECT, installed_version(PROJECT) or "not installed, run from its source folder")
    yield check_version("Scrapy", installed.pop("scrapy"), NEEDED["scrapy"], INSTALL)
    problems = [problem for name, found in installed.items() if (problem := version_problem(name, found, NEEDED[name]))]
    if problems:
        yield warn("packages", ", ".join(problems), INSTALL)
    else:
        yield ok("packages", ", ".join(f"{name} {found}" for name, found in installed.items()))


def check_version(name: str, found: str, minimum: str, hint: str) -> CheckResult:
    """Check the version of one program or package.

    >>> check_version("Scrapy", "2.18.0", "2.19", INSTALL).text
    'Scrapy 2.18.0 is older than 2.19: `make venv` installs the required versions'
    >>> check_version("Python", "3.13.0rc1", "3.11", "").is_ok
    True
    """
    problem = version_problem(name, found, minimum)
    return warn(name, problem, hint) if problem else ok(name, found)


def version_problem(name: str, found: str, minimum: str) -> str:
    """Return the problem with a version, '' for one that is new enough or cannot be parsed."""
    if not found:
        return f"{name} is missing"
    try:
        is_old = Version(found) < Version(minimum)
    except InvalidVersion:
        return ""
    return f"{name} {found} is older than {minimum}" if is_old else ""


def installed_version(name: str) -> str:
    """Return the version of a package, '' if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_disk(directory: DataDirectory, min_mb: float) -> Iterator[CheckResult]:
    """Check that the data directory can be written to, and that its file system has free space and inodes.

    Creates nothing: before the first crawl, the nearest existing parent folder is checked.
    """
    try:
        yield check_data_directory(directory)
        disk = read_disk(directory.root)
    except OSError as error:
        yield warn("disk", str(error), hint_for(error))
        return
    yield _result("disk", check_free_space(disk, min_mb), f"{disk.bytes_free // MEGABYTE} MB free")
    inodes = f"{disk.inodes_free} of {disk.inodes} free" if disk.inodes else "not counted by this file system"
    yield _result("inodes", check_free_inodes(disk) or "", inodes)


def _result(name: str, problem: str, found: str) -> CheckResult:
    return CheckResult(not problem, name, problem or found)


def check_data_directory(directory: DataDirectory) -> CheckResult:
    """Check that a run could write to the data directory. Raises OSError if that cannot be determined."""
    try:
        directory.check_writable()
    except ArchiveNotWritable as error:
        return CheckResult(False, "data", str(error))
    missing = "" if directory.root.exists() else " does not exist yet: the first crawl creates it"
    return ok("data", f"{directory.root}{missing}")


PLUGINS = ("jekyll-feed", "jekyll-sitemap")
"""Plugins in the theme's ``_config.yml``."""
MISSING_PLUGINS = "puts ARGV.reject { |name| Gem::Specification.find_all_by_name(name).any? }"


def check_jekyll(site: Path) -> CheckResult:
    """Check Jekyll. If it is missing, that is a warning only if the site's folder contains the theme."""
    try:
        return ok("Jekyll", jekyll_and_plugins())
    except BuildFailed as error:
        has_theme = os.access(site / RECORD, os.F_OK)
        return CheckResult(not has_theme, "Jekyll", f"{error} (only `finews site build` needs it)")


def jekyll_and_plugins() -> str:
    """Return the version of Jekyll. Raises BuildFailed, with the command that installs what is missing.

    Raises it too for a program that does not end.
    """
    version = jekyll_version()
    if ruby := shutil.which("ruby"):
        command = [ruby, "-e", MISSING_PLUGINS, *PLUGINS]
        try:
            done = subprocess.run(command, text=True, capture_output=True, check=False, timeout=VERSION_SECONDS)
        except subprocess.TimeoutExpired:
            raise BuildFailed(f"{ruby} has not ended after {VERSION_SECONDS:g} seconds: try it in a shell") from None
        if missing := done.stdout.split():
            raise BuildFailed(
                f"Jekyll's plugins {', '.join(missing)} are missing. Install and try again: {INSTALL_JEKYLL}"
            )
    return f"{version} with {', '.join(PLUGINS)}" if ruby else version
