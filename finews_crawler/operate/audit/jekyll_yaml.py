"""Front matter as Jekyll 4.3 reads it: where it ends, and which values Psych takes for text.

PyYAML's C parser and Psych are both libyaml, so what is no YAML to one is none to the other (PyYAML without it differs
in rare corners). Psych then refuses Ruby's symbols (``:word``) and objects, and takes more spellings for numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import yaml

from finews_crawler.exceptions import InvalidData

Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

OPENING = re.compile(r"---[ \t\r\f\v]*\n")
CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t\r\f\v]*$", re.MULTILINE)
MAX_DEPTH = 500  # of Ruby's stack, a post of our kind needs two
SYMBOL = re.compile(r":.")
FALSE = re.compile(r"no|false|off", re.IGNORECASE)
NULL = re.compile(r"~|null|", re.IGNORECASE)
# Psych's scalar scanner: true and false, whole numbers, decimals, sexagesimals, dates.
NOT_TEXT = re.compile(
    r"yes|true|on|no|false|off"
    r"|[-+]?(?:0b[01_,]+|0x[0-9a-f_,]+|0[0-7_,]*|[1-9](?:[,_]?[0-9])*)"
    r"|[-+]?(?:[0-9][0-9_,]*\.[0-9]*|\.[0-9]+)(?:e[-+][0-9]+)?|[-+]?\.inf|\.nan"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?"
    r"|-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|\s+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?",
    re.IGNORECASE,
)


class Refused(InvalidData):
    """Jekyll stops at the post, and no page of the site is built; the message is the reason, a phrase."""


class Scalar(NamedTuple):
    """A value of front matter, or an element of a list."""

    text: str
    is_plain: bool = False
    """Without quotes: what looks like a number or a date is one."""

    @property
    def is_null(self) -> bool:
        return self.is_plain and bool(NULL.fullmatch(self.text))

    @property
    def is_false(self) -> bool:
        return self.is_plain and bool(FALSE.fullmatch(self.text))

    @property
    def is_text(self) -> bool:
        """Whether Psych gives a string.

        >>> [Scalar(text, is_plain=True).is_text for text in ("2022", "1e5", "21caijing", "1:30", "on")]
        [False, True, True, False, False]
        """
        return not (self.is_plain and (NOT_TEXT.fullmatch(self.text) or NULL.fullmatch(self.text)))


Value = Scalar | list[Scalar] | None
"""None stands for what is neither a scalar nor a list of scalars."""


def split(text: str) -> tuple[str, str]:
    r"""The front matter (empty when Jekyll sees none) and the rest of a post.

    >>> split("---\ntitle: a\n---\nbody")
    ('---\ntitle: a\n', 'body')
    >>> split("\n---\ntitle: a\n---\nbody")
    ('', '\n---\ntitle: a\n---\nbody')
    """
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    if closing is None:
        return "", text
    return text[: closing.start()], text[closing.end() + 1 :]


def read_front_matter(text: str) -> Mapping[str, Value]:
    r"""The values by key; raises Refused for what Jekyll's ``strict_front_matter`` stops at.

    >>> read_front_matter('---\ntitle: "5"\ncategories: [a, 2022]\n')["categories"]
    [Scalar(text='a', is_plain=True), Scalar(text='2022', is_plain=True)]
    >>> read_front_matter('---\ntitle: "He said "yes""\n')
    Traceback (most recent call last):
    ...
    finews_crawler.operate.audit.jekyll_yaml.Refused: its front matter is no YAML (line 2)
    """
    try:
        root = _first_document(text)
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise Refused(f"its front matter is no YAML{line}") from error
    except yaml.YAMLError as error:
        raise Refused("its front matter holds a character that YAML cannot") from error
    if isinstance(root, Scalar) and (root.is_null or root.is_false):
        return {}
    if not isinstance(root, _Keys):
        raise Refused("its front matter has no keys")
    pairs = zip(root[::2], root[1::2], strict=True)
    return {key.text: _value(value) for key, value in pairs if isinstance(key, Scalar)}


class _Keys(list[Any]):
    """A mapping: keys and values by turns."""


def _first_document(text: str) -> Any:
    """Scalars, lists and ``_Keys``. By events, as PyYAML's own tree calls itself for every level of brackets."""
    open_nodes: list[list[Any]] = [[]]
    anchors: dict[str | None, Any] = {}
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
        elif isinstance(event, yaml.NodeEvent):
            node = anchors.get(event.anchor) if isinstance(event, yaml.AliasEvent) else _node(event)
            if node is None:
                raise Refused(f"its front matter repeats {event.anchor!r}, which is nowhere")
            anchors[event.anchor] = node
            open_nodes[-1].append(node)
            if isinstance(node, list) and isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append(node)
            if len(open_nodes) > MAX_DEPTH:
                raise Refused("its front matter has too many levels")
    return open_nodes[0][0] if open_nodes[0] else Scalar("", is_plain=True)


def _node(event: Any) -> Scalar | list[Any]:
    """The node that an event begins; raises Refused for what Psych's ``safe_load`` does not load."""
    if (event.tag or "").startswith("!ruby/"):
        raise Refused("its front matter names an object of Ruby")
    if not isinstance(event, yaml.ScalarEvent):
        return _Keys() if isinstance(event, yaml.MappingStartEvent) else []
    scalar = Scalar(event.value, is_plain=event.implicit[0])
    if scalar.is_plain and SYMBOL.match(scalar.text):
        raise Refused(f"its front matter holds {scalar.text[:40]!r}, a symbol of Ruby: put it in quotes")
    return scalar


def _value(node: Any) -> Value:
    if isinstance(node, list) and (isinstance(node, _Keys) or not all(isinstance(part, Scalar) for part in node)):
        return None
    return cast("Value", node)
