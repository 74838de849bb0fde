"""Front matter as Jekyll 4.3 reads it: its extent, and which of its values Psych loads as strings.

PyYAML's C parser and Psych both use libyaml, so they agree on what is valid YAML; PyYAML's pure Python parser differs
in rare cases. Psych also rejects Ruby symbols (``:word``) and objects, and reads more spellings as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from finews_crawler.exceptions import InvalidData
from finews_crawler.posts.front_matter_reader import is_too_deep
from finews_crawler.posts.usual_front_matter import UsualFrontMatter

OPENING = re.compile(r"---[ \t\r\f\v]*\n")
CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t\r\f\v]*$", re.MULTILINE)
SYMBOL = re.compile(r":.")
RUBY = "!ruby/"
FALSE = re.compile(r"no|false|off", re.IGNORECASE)
NULL = re.compile(r"~|null|", re.IGNORECASE)
# Psych's ScalarScanner: booleans, integers, floats, sexagesimals, dates.
NOT_TEXT = re.compile(
    r"yes|true|on|no|false|off"
    r"|[-+]?(?:0b[01_,]+|0x[0-9a-f_,]+|0[0-7_,]*|[1-9](?:[,_]?[0-9])*)"
    r"|[-+]?(?:[0-9][0-9_,]*\.[0-9]*|\.[0-9]+)(?:e[-+][0-9]+)?|[-+]?\.inf|\.nan"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?"
    r"|-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|\s+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?",
    re.IGNORECASE,
)
PLAIN = "plain"
"""Tag of an unquoted scalar that has no tag of its own."""


class JekyllRefusal(InvalidData):
    """An error that makes Jekyll abort the build of the whole site; the message gives the reason as a phrase."""


class Scalar(NamedTuple):
    """A front matter value, or an element of a list."""

    text: str
    is_plain: bool = False
    """True for an unquoted scalar: text that looks like a number or a date is loaded as one."""

    @property
    def is_null(self) -> bool:
        return self.is_plain and bool(NULL.fullmatch(self.text))

    @property
    def is_false(self) -> bool:
        return self.is_plain and bool(FALSE.fullmatch(self.text))

    @property
    def is_text(self) -> bool:
        """True if Psych loads the value as a string.

        >>> [Scalar(text, is_plain=True).is_text for text in ("2022", "1e5", "21caijing", "1:30", "on")]
        [False, True, True, False, False]
        """
        return not (self.is_plain and _is_other_than_text(self.text))


@lru_cache(maxsize=1024)  # posts repeat their categories
def _is_other_than_text(plain: str) -> bool:
    return bool(NOT_TEXT.fullmatch(plain) or NULL.fullmatch(plain))


Value = Scalar | list[Scalar] | None
"""None for anything but a scalar or a list of scalars."""


def _resolve(_loader: Any, kind: type[yaml.Node], text: str | None, implicit: tuple[bool, bool]) -> str:
    """Return the tag of a node without one. Raises JekyllRefusal for a symbol, which ``Psych.safe_load`` rejects."""
    is_plain = kind is yaml.ScalarNode and implicit[0]
    if is_plain and SYMBOL.match(text or ""):
        raise JekyllRefusal(f"its front matter contains {(text or '')[:40]!r}, a Ruby symbol: put it in quotes")
    return PLAIN if is_plain else ""


LOADER: Any = type("Loader", (getattr(yaml, "CBaseLoader", yaml.BaseLoader),), {"resolve": _resolve})


def split_front_matter(text: str) -> tuple[str, str]:
    r"""Return the front matter ('' if Jekyll sees none) and the rest of a post.

    >>> split_front_matter("---\ntitle: a\n---\nbody")
    ('---\ntitle: a\n', 'body')
    >>> split_front_matter("\n---\ntitle: a\n---\nbody")
    ('', '\n---\ntitle: a\n---\nbody')
    """
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    if closing is None:
        return "", text
    return text[: closing.start()], text[closing.end() + 1 :]


def load_front_matter(text: str) -> Mapping[str, Value]:
    r"""Return the values by key. Raises JekyllRefusal for what Jekyll rejects under ``strict_front_matter``.

    >>> load_front_matter('---\ntitle: "5"\ncategories: [a, 2022]\n')["categories"]
    [Scalar(text='a', is_plain=True), Scalar(text='2022', is_plain=True)]
    >>> load_front_matter('---\ntitle: "He said "yes""\n')
    Traceback (most recent call last):
    ...
    finews_crawler.operate.audit.jekyll_yaml.JekyllRefusal: its front matter is not valid YAML (line 2)
    """
    try:
        _check_tags_and_depth(text)
        root = next(yaml.compose_all(text, Loader=LOADER), None)
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise JekyllRefusal(f"its front matter is not valid YAML{line}") from error
    except yaml.YAMLError as error:
        raise JekyllRefusal("its front matter contains a character that YAML does not allow") from error
    if isinstance(root, yaml.MappingNode):
        return {key.value: _value(node) for key, node in root.value if isinstance(key, yaml.ScalarNode)}
    scalar = _value(root) if root else Scalar("", is_plain=True)
    if isinstance(scalar, Scalar) and (scalar.is_null or scalar.is_false):
        return {}
    raise JekyllRefusal("its front matter is not a mapping")


def usual_values(usual: UsualFrontMatter) -> Mapping[str, Value]:
    """Return what ``load_front_matter`` returns for usual front matter."""
    return {
        "layout": Scalar(usual.layout, is_plain=True),
        "title": Scalar(usual.title),
        "date": Scalar(usual.date, is_plain=True),
        "categories": _usual_value(usual.categories),
        "tags": _usual_value(usual.tags),
    }


def _usual_value(value: str | list[str]) -> Value:
    return Scalar(value, is_plain=True) if isinstance(value, str) else [Scalar(element) for element in value]


def _check_tags_and_depth(text: str) -> None:
    if is_too_deep(text):
        raise JekyllRefusal("its front matter is nested too deeply")
    if RUBY in text and any((getattr(event, "tag", "") or "").startswith(RUBY) for event in yaml.parse(text, LOADER)):
        raise JekyllRefusal("its front matter contains a Ruby object")


def _value(node: yaml.Node) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, is_plain=node.tag == PLAIN)
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(part, yaml.ScalarNode) for part in node.value):
        return None
    return [Scalar(part.value, is_plain=part.tag == PLAIN) for part in node.value]
