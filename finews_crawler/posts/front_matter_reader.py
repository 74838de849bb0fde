"""Parser of front matter: the inverse of ``exporters/front_matter.py``, for posts of any origin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from finews_crawler.content.slug import TAG_SUFFIX

# BaseLoader returns every scalar as text and constructs no objects: 2022-05-18 stays text, and so does 021.
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# libyaml's loader recurses into every level: 100,000 brackets overflow the stack and crash the process. Each level
# needs one of these characters, so text with few of them is not checked further.
OPENING = re.compile(r"[\[{?:-]")
MAX_DEPTH = 40
LINE = re.compile(r"^(?P<key>[a-z_]+):[ \t]*(?P<value>.*)$", re.MULTILINE)
NO_KEYS = "YAML: not keys with values, or too deep"


class FrontMatter(NamedTuple):
    """Values of the front matter by key, or the reason why it cannot be parsed."""

    values: Mapping[str, object]
    problem: str = ""


def read_front_matter(head: str | None) -> FrontMatter:
    r"""Parse front matter without its ``---`` lines; scalars are returned as text, lists as lists. Never raises.

    >>> read_front_matter('title: "说\\"好\\""\ndate: 2022-05-18 16:48:06 +0800\n').values
    {'title': '说"好"', 'date': '2022-05-18 16:48:06 +0800'}
    >>> unreadable = read_front_matter('layout: post\ntitle: "说"好""\n')
    >>> unreadable.values, unreadable.problem.startswith("YAML: "), unreadable.problem.endswith(" in line 2")
    ({}, True, True)
    """
    if head is None:
        return FrontMatter({}, "no front matter")
    try:
        values = None if is_too_deep(head) else yaml.load(head, Loader=LOADER)  # noqa: S506 (BaseLoader is safe)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        return FrontMatter({}, f"YAML: {error.problem}{line}")
    except yaml.YAMLError as error:
        return FrontMatter({}, f"YAML: {' '.join(str(error).split())}")
    return FrontMatter(values) if isinstance(values, dict) else FrontMatter({}, NO_KEYS)


def is_too_deep(head: str) -> bool:
    """Return True for YAML of more than MAX_DEPTH levels. Raises yaml.YAMLError."""
    if len(OPENING.findall(head)) <= MAX_DEPTH:
        return False
    depth = 0
    for event in yaml.parse(head, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return True
    return False


def read_line_by_line(head: str | None) -> Mapping[str, object]:
    r"""Parse front matter that is not valid YAML, line by line; a line that is not valid either is taken literally.

    An old script wrote titles between quotes without escaping them: the text between the outer quotes is the title.

    >>> read_line_by_line('title: "说"好""\ndate: 2022-05-18 16:48:06 +0800\ncategories: ["甲  乙"]\n')
    {'title': '说"好"', 'date': '2022-05-18 16:48:06 +0800', 'categories': ['甲  乙']}
    """
    lines = LINE.finditer(head or "")
    return {line["key"]: read_front_matter(line.group()).values.get(line["key"], _unquoted(line)) for line in lines}


def _unquoted(line: re.Match[str]) -> str:
    value = line["value"].strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def words_of(values: Mapping[str, object], key: str) -> list[str]:
    """Return the words of ``categories`` or ``tags``, a list or a single text, which may contain spaces.

    >>> words_of({"tags": "甲新闻"}, "tags"), words_of({"tags": ["甲", "乙新闻"]}, "tags"), words_of({}, "tags")
    (['甲新闻'], ['甲', '乙新闻'], [])
    """
    value = values.get(key)
    words = value if isinstance(value, list) else [value]
    return [word for word in words if isinstance(word, str) and word]


def tag_of(values: Mapping[str, object]) -> str:
    """Return the first tag that names an outlet or the rolling list; '' if none does.

    >>> tag_of({"tags": ["要闻", "证券时报新闻"]}), tag_of({"tags": "要闻"})
    ('证券时报新闻', '')
    """
    return next((tag for tag in words_of(values, "tags") if tag.endswith(TAG_SUFFIX)), "")
