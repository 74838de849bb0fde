"""The source that docs/sources.md has as an example, installed into a copy of the package."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.support.paths import ROOT

DOCUMENT = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
SOURCE, REGISTRY = "finews_crawler/sources/harbour/__init__.py", "finews_crawler/sources/__init__.py"


def documented_file(name: str, language: str) -> str:
    """Return the first code block of *language* after the mention of file *name* that ends its paragraph."""
    found = re.search(rf"`{re.escape(name)}`[^`]*:\n\n```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, name
    return found[1]


def patched(text: str, diff: str) -> str:
    """Apply a diff that only adds lines; its context must occur once."""
    lines = diff.splitlines()
    before = "\n".join(line[1:] for line in lines if line.startswith(" "))
    assert text.count(before) == 1
    return text.replace(before, "\n".join(line[1:] for line in lines))


def install_documented_source(folder: Path) -> None:
    """Make a project with this package and the documented source; commands run it with *folder* as their directory."""
    shutil.copytree(ROOT / "finews_crawler", folder / "finews_crawler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", folder)
    (folder / SOURCE).parent.mkdir()
    (folder / SOURCE).write_text(documented_file(SOURCE, "python"), encoding="utf-8")
    text = (folder / REGISTRY).read_text(encoding="utf-8")
    (folder / REGISTRY).write_text(patched(text, documented_file(REGISTRY, "diff")), encoding="utf-8")
