"""The versions of Python, of this project and of the packages it needs."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from packaging.version import InvalidVersion, Version

from finews_crawler.operate.doctor.check import Line, attend, ok

PROJECT = "finews_crawler"
LEAST_PYTHON = "3.10"
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
    "Jinja2": "3.1",
    "holidays": "0.80",
    "spidermon": "1.25",
}
"""The least version of each package; Pagefind is the site's."""
INSTALL = "`make venv` installs what this version needs"


def check_versions() -> Iterator[Line]:
    """Python, Scrapy and this project by name; the other packages where one is missing or too old."""
    there = {name: installed(name) for name in NEEDED}
    yield judge("Python", platform.python_version(), LEAST_PYTHON, "make PYTHON=python3.12 venv")
    yield ok(PROJECT, installed(PROJECT) or "run from its folder, not installed")
    yield judge("Scrapy", there.pop("scrapy"), NEEDED["scrapy"], INSTALL)
    yield check_packages(there)


def check_packages(there: Mapping[str, str]) -> Line:
    """The other packages, by their installed versions.

    >>> check_packages({"aiohttp": "3.14.5", "nh3": "", "w3lib": "2.4"}).text
    'nh3 is missing, w3lib 2.4 is older than 2.5: `make venv` installs what this version needs'
    """
    wrong = [lack for name, found in there.items() if (lack := shortcoming(found, NEEDED[name], name))]
    if wrong:
        return attend("packages", ", ".join(wrong), INSTALL)
    return ok("packages", ", ".join(f"{name} {found}" for name, found in there.items()))


def judge(name: str, found: str, least: str, advice: str) -> Line:
    """One program or package.

    >>> judge("Scrapy", "2.18.0", "2.19", INSTALL).text
    'Scrapy 2.18.0 is older than 2.19: `make venv` installs what this version needs'
    >>> judge("Python", "3.13.0rc1", "3.10", "").is_ok
    True
    """
    lack = shortcoming(found, least, name)
    return attend(name, lack, advice) if lack else ok(name, found)


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
