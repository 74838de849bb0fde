"""The exception hierarchy is complete, drawn in its docstring, and importable without Scrapy."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys

import finews_crawler
from finews_crawler import exceptions, requests
from finews_crawler.exceptions import FinewsError


def exception_classes() -> list[type[BaseException]]:
    """Every public exception class that a module of the package defines."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(finews_crawler.__path__, "finews_crawler.")
        if module.name != "finews_crawler.settings"
    ]
    return [
        value
        for module in modules
        for name, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, BaseException) and value.__module__ == module.__name__ and not name.startswith("_")
    ]


def test_every_exception_of_the_package_derives_from_finews_error() -> None:
    classes = exception_classes()

    assert len(classes) > 20
    assert [cls for cls in classes if not issubclass(cls, FinewsError)] == []


def test_the_drawing_shows_every_exception_once() -> None:
    picture = exceptions.__doc__.split("::")[1].split("Every message")[0]
    drawn = [line.lstrip(" │├└─").split()[0] for line in picture.splitlines() if line.strip()]
    defined = [
        name
        for module in (exceptions, requests)
        for name, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, FinewsError) and value.__module__ == module.__name__
    ]

    assert sorted(drawn) == sorted(defined)


def test_the_exceptions_import_no_scrapy() -> None:
    code = "import sys, finews_crawler.exceptions; sys.exit('scrapy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
