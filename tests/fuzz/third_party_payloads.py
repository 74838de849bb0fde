"""Payloads in the test data of HTML parsers and sanitizers. None of it is in this repository: it is downloaded."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import urllib.request
import zlib
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path, PurePosixPath

PROJECTS = (
    "html5lib/html5lib-tests", "cure53/DOMPurify", "rust-ammonia/ammonia", "mozilla/bleach",
    "apostrophecms/sanitize-html", "jhy/jsoup",
)  # fmt: skip
URL = "https://codeload.github.com/{}/tar.gz/HEAD"
LONGEST = 100_000
PROGRAMS = {".js", ".mjs", ".cjs", ".ts", ".py", ".java", ".rs"}
# String literals: of three quotes, raw ones of Rust, template strings, and the usual two.
LITERAL = re.compile(
    r'''"""(?P<three>.*?)""" | r\#"(?P<raw>.*?)"\# | `(?P<template>(?:[^`\\]|\\.)*)`
      | "(?P<double>(?:[^"\\\n]|\\.)*)" | '(?P<single>(?:[^'\\\n]|\\.)*)' ''',
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b", "0": "\0"}
TREE_TEST = re.compile(r"^#data\n(.*?)\n#errors", re.MULTILINE | re.DOTALL)


class UnreadablePayloads(Exception):
    """Payloads cannot be downloaded, or a folder or tarball of them cannot be read: which, why, and what to do."""


def download(folder: Path) -> list[Path]:
    """Download the projects that *folder* does not have; return their tarballs. Raises UnreadablePayloads."""
    folder.mkdir(parents=True, exist_ok=True)
    tarballs = [folder / f"{project.replace('/', '+')}.tar.gz" for project in PROJECTS]
    for project, tarball in zip(PROJECTS, tarballs, strict=True):
        if not tarball.exists():
            _download(URL.format(project), tarball)
    return tarballs


def _download(url: str, tarball: Path) -> None:
    part = tarball.with_suffix(".part")  # what a download that is interrupted leaves is no tarball
    try:
        with urllib.request.urlopen(url, timeout=120) as response:
            part.write_bytes(response.read())
        part.rename(tarball)
    except (OSError, HTTPException) as error:
        hint = "try again with a network, or name folders or tarballs of the projects instead of --download"
        raise UnreadablePayloads(f"{url} cannot be downloaded ({error}): {hint}") from error


def payloads(paths: list[Path]) -> list[str]:
    """Return the payloads of checkouts and tarballs, each once. Raises UnreadablePayloads."""
    found: dict[str, None] = {}
    for path in paths:
        try:
            for name, data in _files(path):
                found |= dict.fromkeys(_payloads_of(PurePosixPath(name), data))
        except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
            reason = error if isinstance(error, OSError) else "not a whole tarball"
            raise UnreadablePayloads(f"{path} cannot be read ({reason}): name a folder or a tarball") from error
    return [payload for payload in found if payload.strip() and len(payload) <= LONGEST]


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield str(file.relative_to(path)), file.read_bytes()
        return
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and (data := archive.extractfile(member)):
                yield member.name, data.read()


def _payloads_of(path: PurePosixPath, data: bytes) -> Iterator[str]:
    name = path.name
    if name.endswith(".gz"):
        name, data = name.removesuffix(".gz"), gzip.decompress(data)
    text, suffix = data.decode("utf-8", "replace"), PurePosixPath(name).suffix
    if suffix == ".dat":
        yield from TREE_TEST.findall(text)
    elif suffix == ".test":
        yield from _inputs(text)
    elif suffix in {".html", ".htm", ".xhtml"}:
        yield text
    elif suffix in PROGRAMS and (suffix == ".rs" or "test" in str(path).lower()):
        yield from (literal for match in LITERAL.finditer(text) if "<" in (literal := _unescape(match)))


def _inputs(text: str) -> Iterator[str]:
    """Yield the inputs of a file of tokenizer or serializer tests; a file that is not JSON is an input."""
    try:
        tests = json.loads(text)
    except ValueError:
        yield text.partition("\n--\n")[0]
        return
    for test in tests.get("tests", []):
        source = test.get("input", "")
        source = source if isinstance(source, str) else "".join(map(_spelt, source))
        yield ESCAPE.sub(_character, source) if test.get("doubleEscaped") else source


def _spelt(token: list[object]) -> str:
    return " ".join(str(part) for part in token[1:])


def _unescape(match: re.Match[str]) -> str:
    text = match[match.lastgroup or 0]
    return text if match.lastgroup == "raw" else ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        return chr(min(int(code, 16), 0x10FFFF))
    return "" if match[3] else CONTROLS.get(match[4], match[4])
