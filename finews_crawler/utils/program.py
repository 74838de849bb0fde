"""This program as its user knows it: how it was called, and how a package is added to where it runs."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "finews_crawler"
NAMES = ("finews", "scrapy")
PIPX = ("pipx", "venvs")


def called_as() -> str:
    """Return the program for a command line that is copied: ``finews``, ``.venv/bin/finews``."""
    called = Path(sys.argv[0])
    if called.name not in NAMES:
        return f"{shlex.quote(sys.executable)} -m {PACKAGE}"
    found = shutil.which(called.name)
    return called.name if found and Path(found).absolute() == called.absolute() else shlex.quote(str(called))


def install_line(extra: str) -> str:
    """Return the command that installs the packages of an extra where this program runs."""
    prefix = Path(sys.prefix)
    if prefix.parts[-3:-1] != PIPX:
        return f"pip install '{PACKAGE}[{extra}]'"
    from importlib.metadata import PackageNotFoundError, requires  # seldom needed, and slow to import

    # By their names: pipx takes an extra of the program itself for installed already.
    try:
        found = list(packages_of(extra, requires(PACKAGE) or ()))
    except PackageNotFoundError:
        found = []
    return f"pipx inject {shlex.join([prefix.name, *(found or [f'{PACKAGE}[{extra}]'])])}"


def packages_of(extra: str, requirements: Iterable[str]) -> Iterable[str]:
    """Yield the requirements of one extra.

    >>> list(packages_of("warc", ["Scrapy>=2", 'warcio>=1.8; extra == "warc"', "boto3; extra == 's3'"]))
    ['warcio>=1.8']
    """
    for requirement in requirements:
        package, _, marker = requirement.partition(";")
        if f"extra=='{extra}'" in marker.replace(" ", "").replace('"', "'"):
            yield package.strip()
