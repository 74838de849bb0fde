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
    failed: str
    """Stream of articles that could not be fetched: the last ten thousand."""
    workers: str
    """Hash of the workers with the number of their results."""
    heartbeats: str
    """Hash of workers and coordinator with the time of the last heartbeat of each, in milliseconds since 1970."""
    run: str
    """Start of the coordinator's last run, in milliseconds since 1970."""
    version: str
    """Version of the messages of that run."""
    draining: str
    """When the queue was drained, in milliseconds since 1970: workers take no new articles. None if it is not."""

    @property
    def all(self) -> tuple[str, ...]:
        """The keys of articles; those of hosts expire."""
        of_articles = (self.results, self.outstanding, self.dead_letters, self.owner, self.failed, self.workers)
        return (*self.jobs.values(), *of_articles)


TYPES = {
    "stream": ("jobs", "results", "dead-letters", "failed"),
    "hash": ("outstanding", "closed", "workers", "heartbeats", "slots"),
    "list": ("responses", "turns"),
}
"""First words of the names of keys, by type; the others are strings."""


def key_of(prefix: str, name: str) -> str:
    """Return the name of a key. Its braces let a cluster of Redis servers keep all of them on one."""
    return f"{{{prefix}}}:{name}"


def keys_of(prefix: str) -> Keys:
    jobs = {source: key_of(prefix, f"jobs:{source}") for source in letters_by_source()}
    names = (
        "results",
        "outstanding",
        "dead-letters",
        "owner",
        "failed",
        "workers",
        "heartbeats",
        "run",
        "version",
        "draining",
    )
    return Keys(jobs, *(key_of(prefix, name) for name in names))


def turn_key(prefix: str, slot: str) -> str:
    """Return the key of the time at which a slot has its next turn, in milliseconds of the server's clock."""
    return key_of(prefix, f"turn:{slot}")


def turns_key(prefix: str, slot: str) -> str:
    """Return the key of the list of a slot's last turns, the newest first."""
    return key_of(prefix, f"turns:{slot}")


def slots_key(prefix: str) -> str:
    """Return the key of the hash of all slots with the number of their turns."""
    return key_of(prefix, "slots")


def closed_key(prefix: str, run: int) -> str:
    """Return the key of the hash of the hosts that are closed for a run, with the reason."""
    return key_of(prefix, f"closed:{run}")


def responses_key(prefix: str, run: int, netloc: str) -> str:
    """Return the key of the list of a host's last responses in a run, ``1`` for each that was refused, else ``0``."""
    return key_of(prefix, f"responses:{run}:{netloc}")


def type_of(key: str) -> str:
    """Return the type that a key of this name has.

    >>> type_of("{finews}:jobs:eastmoney"), type_of("{finews}:turn:a.test:80")
    ('stream', 'string')
    """
    word = key.partition("}:")[2].partition(":")[0]
    return next((type_ for type_, words in TYPES.items() if word in words), "string")
