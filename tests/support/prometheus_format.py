"""Strict parser of Prometheus' text format, by its documentation and the rules of the textfile collector."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
HELP = re.compile(rf"# HELP ({NAME}) (.*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")  # a third column, a timestamp, is rejected by the collector
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)')
ESCAPE = re.compile(r'\\([\\n"])')
HELP_ESCAPE = re.compile(r"\\(?![\\n])")
Labels = frozenset[tuple[str, str]]


@dataclass
class Family:
    """One metric."""

    help: str
    type: str = ""
    samples: dict[Labels, float] = field(default_factory=dict)


def unescape(text: str) -> str:
    return ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def read_labels(text: str | None) -> Labels:
    """Parse the labels between the braces."""
    labels: dict[str, str] = {}
    position = 0
    while text and position < len(text):
        found = LABEL.match(text, position)
        assert found, f"not a label: {text[position:]!r}"
        assert found[1] not in labels, f"label {found[1]} is repeated"
        labels[found[1]] = unescape(found[2])
        position = found.end()
    return frozenset(labels.items())


def read_exposition(text: str) -> dict[str, Family]:
    """Parse the metrics of a file. Raises AssertionError or ValueError when it violates the format."""
    assert text.endswith("\n"), "the last line must end with a line feed"
    families: dict[str, Family] = {}
    current = ""
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            found = HELP.fullmatch(line)
            assert found, line
            current = found[1]
            assert current not in families, f"{current} has two HELP lines, or its samples are not together"
            assert not HELP_ESCAPE.search(found[2].replace("\\\\", "")), line
            families[current] = Family(found[2])
        elif line.startswith("# TYPE "):
            found = TYPE.fullmatch(line)
            assert found, line
            assert found[1] == current, "TYPE without its HELP before it"
            assert not families[current].type, f"{current} has two TYPE lines"
            assert not families[current].samples, "TYPE after a sample"
            families[current].type = found[2]
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"not a sample: {line!r}"
            assert found[1] == current, f"a sample of {found[1]} among those of {current}"
            assert families[current].type, f"{current} has no TYPE"
            labels = read_labels(found[2])
            assert labels not in families[current].samples, f"repeated sample: {line}"
            families[current].samples[labels] = float(found[3])
    for name, family in families.items():
        assert len({frozenset(name for name, _ in labels) for labels in family.samples}) == 1, (
            f"labels of {name} differ"
        )
    return families
