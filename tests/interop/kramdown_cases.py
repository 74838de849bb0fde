"""kramdown's own test cases, downloaded when they are run: Markdown, and the HTML that it makes of it."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from tests.interop.environments import debian_download

FOLDER = "testcases"


@dataclass(frozen=True)
class Case:
    """A case of kramdown's: ``block/14_table/simple``."""

    name: str
    text: str
    html: str
    """'' for a case of another output, such as LaTeX."""


@cache
def kramdown_cases(version: str) -> list[Case]:
    """Return the cases of the Debian source *version* of kramdown, by their names."""
    found: dict[str, dict[str, str]] = {}
    (source,) = debian_download("source", "ruby-kramdown", version, "sid main").glob("*.orig.tar.*z*")
    with tarfile.open(source) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            content = archive.extractfile(member) if FOLDER in path.parts and member.isfile() else None
            if content is not None and path.suffix in (".text", ".html"):
                within = path.relative_to(*path.parts[: path.parts.index(FOLDER) + 1]).with_suffix("")
                found.setdefault(f"{within}", {})[path.suffix] = content.read().decode("utf-8")
    return [Case(name, one.get(".text", ""), one.get(".html", "")) for name, one in sorted(found.items())]
