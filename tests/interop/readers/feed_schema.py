"""Atom: the feeds by the RELAX NG schema of RFC 4287, appendix B, whose text a package of Debian has."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.interop.cells import Checks, Outcome, in_version, right
from tests.interop.environments import debian_download, folder, program, run
from tests.interop.material import Material
from tests.interop.readers.feeds import SOURCES

CHECKS = Checks()
PACKAGE, VERSION, SUITE = "doc-rfc-std-proposed", "20230121-1", "bookworm non-free"
PLACE = "./usr/share/doc/RFC/proposed-standard/rfc4287.txt.gz"
PAGE_BREAK = re.compile(r"\f|^Nottingham & Sayre .*\n|^RFC 4287 .*\n", re.MULTILINE)
SCHEMA = re.compile(r"^ *# -\*- rnc -\*-\n.*?^ *# EOF\n", re.MULTILINE | re.DOTALL)


@cache
def schema() -> Path:
    """Return the schema, in the compact syntax; beside it the other one, of the same name."""
    made = folder() / "rfc4287" / "atom.rnc"
    if not made.with_suffix(".rng").exists():
        trang = program("trang", "trang")
        (package,) = debian_download("download", PACKAGE, VERSION, SUITE).glob("*.deb")
        unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" | gunzip'
        text = PAGE_BREAK.sub("", run("sh", "-c", unpack, "sh", package, PLACE))
        found = SCHEMA.search(text, text.rindex("RELAX NG Compact Schema"))
        assert found
        made.parent.mkdir(exist_ok=True)
        made.write_text(found[0], "utf-8")
        run(trang, made, made.with_suffix(".rng"))
    return made


def by_jing(files: list[Path]) -> str:
    """Return what jing says of the files that are not valid: it ends with status 1 then."""
    run(program("jing", "jing"), "-c", schema(), *files)
    return run("dpkg-query", "-W", "-f", "${Version}", "jing")


def by_libxml2(files: list[Path]) -> str:
    xmllint = program("xmllint", "libxml2-utils")
    run(xmllint, "--noout", "--relaxng", schema().with_suffix(".rng"), *files)
    return run("dpkg-query", "-W", "-f", "${Version}", "libxml2-utils")


def register(name: str, title: str, validate: Callable[[list[Path]], str], source: str) -> None:
    output, entries, patterns, _ = SOURCES[source]

    @CHECKS.add(f"{source}-schema-{name}", output, f"{title}, by the schema of RFC 4287")
    def check(material: Material, _: str) -> Outcome:
        made, _ = entries(material)
        files = [file for pattern in patterns for file in sorted(made.glob(pattern))]
        assert files
        return in_version(validate(files), right(f"{len(files)} feeds: valid"))


for source in SOURCES:
    register("jing", "jing", by_jing, source)
    register("libxml2", "libxml2 (xmllint)", by_libxml2, source)
