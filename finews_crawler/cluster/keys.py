"""The keys in Redis."""

from __future__ import annotations

from dataclasses import dataclass

from finews_crawler.sources import letters_by_source


@dataclass(frozen=True)
class Keys:
    """The keys of the queue."""

    jobs: dict[str, str]
    """Stream of articles to fetch, by the name of their source."""
    results: str
    """Stream of what workers made of them."""
    outstanding: str
    """Hash of the articles that are in one of them."""
    dead_letters: str
    """Stream of messages that were refused, and of jobs that were delivered too often."""
    owner: str
    """Machine and folder of the archive whose articles these are."""

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.jobs.values(), self.results, self.outstanding, self.dead_letters, self.owner)


TYPES = {"stream": ("jobs", "results", "dead-letters"), "hash": ("outstanding", "closed"), "list": ("responses",)}
"""First words of the names of keys, by type; the others are strings."""


def key_of(prefix: str, name: str) -> str:
    """Return the name of a key. Its braces let a cluster of Redis servers keep all of them on one."""
    return f"{{{prefix}}}:{name}"


def keys_of(prefix: str) -> Keys:
    jobs = {source: key_of(prefix, f"jobs:{source}") for source in letters_by_source()}
    return Keys(jobs, *(key_of(prefix, name) for name in ("results", "outstanding", "dead-letters", "owner")))


def type_of(key: str) -> str:
    """Return the type that a key of this name has.

    >>> type_of("{finews}:jobs:eastmoney"), type_of("{finews}:turn:a.test:80")
    ('stream', 'string')
    """
    word = key.partition("}:")[2].partition(":")[0]
    return next((type_ for type_, words in TYPES.items() if word in words), "string")
