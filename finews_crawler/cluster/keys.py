"""The keys in Redis."""

from __future__ import annotations

from typing import NamedTuple


class Keys(NamedTuple):
    """The keys of the queue."""

    jobs: str
    """Stream of articles to fetch."""
    results: str
    """Stream of what workers made of them."""
    outstanding: str
    """Hash of the articles that are in one of them."""
    dead_letters: str
    """Stream of messages that were refused, and of jobs that were delivered too often."""
    owner: str
    """Machine and folder of the archive whose articles these are."""


TYPES = {"stream": ("jobs", "results", "dead-letters"), "hash": ("outstanding", "closed"), "list": ("responses",)}
"""First words of the names of keys, by type; the others are strings."""


def key_of(prefix: str, name: str) -> str:
    """Return the name of a key. Its braces let a cluster of Redis servers keep all of them on one."""
    return f"{{{prefix}}}:{name}"


def keys_of(prefix: str) -> Keys:
    return Keys(*(key_of(prefix, name) for name in ("jobs", "results", "outstanding", "dead-letters", "owner")))


def type_of(key: str) -> str:
    """Return the type that a key of this name has.

    >>> type_of("{finews}:jobs"), type_of("{finews}:turn:a.test:80")
    ('stream', 'string')
    """
    word = key.partition("}:")[2].partition(":")[0]
    return next((type_ for type_, words in TYPES.items() if word in words), "string")
