"""Where the time of a command goes: shares of packages and of C functions, from one run under cProfile.

The profiler makes calls dearer than they are, C code cheaper: shares explain a figure, they do not measure it.
"""

from __future__ import annotations

import pstats
import re
from collections import Counter
from pathlib import Path

LARGEST = 8
SMALLEST_SHARE = 0.02
OURS = re.compile(r"finews_crawler/(?P<room>\w+)/(?P<part>\w+)")
INSTALLED = re.compile(r"site-packages/(?P<package>\w+)")
LIBRARY = re.compile(r"lib/python[\d.]+/(?P<module>\w+)")
IMPORTING = (
    "marshal.loads",
    "__build_class__",
    "builtins.compile",
    "io.open_code",
    "_imp.create_dynamic",
    "posix.stat",
)
WHILE_IMPORTING = {"re", "dataclasses", "typing", "abc", "enum", "zope", "builtins.exec"}
"""Modules that work nearly only while others are imported: patterns are compiled, classes are made."""
WAITING = ("poll of select", "select.select", "time.sleep", "acquire of", "posix.waitpid", "os.wait")
Function = tuple[str, int, str]


def shares(profile: Path) -> str:
    """Return the largest shares of a profile in words: ``sqlite3 30 %, imports 14 %, scrapy 9 %``."""
    timings = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    seconds: Counter[str] = Counter()
    for function, (_, _, own, _, _) in timings.items():
        if not any(word in (area := area_of(function)) for word in WAITING):
            seconds[area] += own
    total = seconds.total()
    large = [(name, each / total) for name, each in seconds.most_common(LARGEST) if each / total >= SMALLEST_SHARE]
    return ", ".join(f"{name} {share:.0%}" for name, share in large)


def area_of(function: Function) -> str:
    """Return what a function belongs to.

    >>> area_of(("/venv/lib/python3.11/site-packages/scrapy/core/engine.py", 1, "crawl"))
    'scrapy'
    >>> area_of(("/x/finews_crawler/content/body/clean.py", 1, "clean_body"))
    'content.body'
    >>> area_of(("~", 0, "<built-in method posix.fsync>"))
    'posix.fsync'
    """
    path, _, name = function
    if "importlib" in path or name == "<module>" or any(word in name for word in IMPORTING):
        return "imports"
    area = path
    if path == "~":
        area = re.sub(r"^[<{](built-in )?(method|function) |[<>{}']| objects?>?$| at 0x\w+", "", name)
    elif found := OURS.search(path):
        area = f"{found['room']}.{found['part']}"
    elif found := INSTALLED.search(path) or LIBRARY.search(path):
        area = found[1]
    return "imports" if area in WHILE_IMPORTING or area.startswith("__new__ of type") else area
