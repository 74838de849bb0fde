"""Builds the stages of a Containerfile in fresh Debian roots, where there is no container engine.

FROM must name Debian's image; RUN, COPY, ENV, USER, WORKDIR and ENTRYPOINT do what an engine does with them, as far as
``deploy/Containerfile`` uses them. VOLUME and EXPOSE only describe an image. Anything else fails.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.support.debian_root import SUITE, DebianRoot, Within
from tests.support.paths import ROOT

BASE = re.compile(rf"docker\.io/library/debian:{SUITE}-slim AS (\w+)")
CONTINUED = re.compile(r"\\\n\s*")
DESCRIBING = ("VOLUME", "EXPOSE")


@dataclass
class Image:
    """A built stage."""

    root: DebianRoot
    entrypoint: list[str] = field(default_factory=list)
    within: Within = field(default_factory=Within)

    def build(self, word: str, rest: str, context: Path) -> None:
        """Carry out one instruction."""
        if word == "RUN":
            self.root.run(rest, replace(self.within, online=True))
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                self._copy(context / source, target)
        elif word == "ENV":
            given = dict(pair.split("=", 1) for pair in shlex.split(rest))
            self.within = replace(self.within, environment={**self.within.environment, **given})
        elif word == "USER":
            self.within = replace(self.within, user=rest)
        elif word == "WORKDIR":
            self.within = replace(self.within, folder=rest)
        elif word == "ENTRYPOINT":
            self.entrypoint = json.loads(rest)
        else:
            assert word in DESCRIBING, f"{word} is not known here"

    def _copy(self, source: Path, target: str) -> None:
        place = self.root.folder / target.lstrip("/")
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
            return
        place = place / source.name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile: word and arguments.

    >>> instructions("# a\\nFROM x AS y\\n\\nRUN a \\\\\\n    && b\\n")
    [('FROM', 'x AS y'), ('RUN', 'a && b')]
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = CONTINUED.sub("", "\n".join(lines))
    found = [line.split(" ", 1) for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, rest in found]


@contextmanager
def built_stage(containerfile: Path, stage: str, base: DebianRoot, folder: Path) -> Iterator[Image]:
    """Build one stage in *folder*, from a copy of *base* and the files of the checkout."""
    stages: dict[str, list[tuple[str, str]]] = {}
    wanted: list[tuple[str, str]] = []
    for word, rest in instructions(containerfile.read_text("utf-8")):
        if word == "FROM":
            match = BASE.fullmatch(rest)
            assert match, f"FROM {rest} is not known here"
            wanted = stages[match[1]] = []
        else:
            wanted.append((word, rest))
    with base.copied(folder) as root:
        image = Image(root)
        for word, rest in stages[stage]:
            image.build(word, rest, ROOT)
        yield image
