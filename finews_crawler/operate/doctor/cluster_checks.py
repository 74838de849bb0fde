"""Check of the Redis server of FINEWS_CLUSTER."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from finews_crawler.exceptions import ConfigurationError
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.utils.formatting import format_duration

if TYPE_CHECKING:
    from finews_crawler.config.model import Config

NAME = "cluster"


def check_cluster(config: Config) -> Iterator[CheckResult]:
    """Check that the server responds, keeps its keys when its memory is full, and has them again after a restart."""
    if not config.cluster:
        return
    try:
        from finews_crawler.cluster.start import at, is_open, read_info

        info = read_info(config)
    except ConfigurationError as error:
        yield CheckResult(False, NAME, str(error))
        return
    from finews_crawler.cluster.drain import drained_for
    from finews_crawler.cluster.problems import problem_of_access, problems_of

    access = problem_of_access(urlsplit(config.cluster).hostname or "") if is_open(config) else None
    problems = [*problems_of(info), *([access] if access else [])]
    for problem in problems:
        yield warn(NAME, f"{at(config)} {problem.text}", problem.hint)
    if (seconds := drained_for(config)) is not None:
        text = f"the queue has been drained for {format_duration(seconds)}: workers take no articles"
        yield warn(NAME, text, "run `finews cluster resume`")
    elif not problems:
        yield ok(NAME, f"{_name(info)}, {info['used_memory_human']} in use, with an append-only file")


def _name(info: dict[str, Any]) -> str:
    """Return the product and its version: Valkey gives the version of Redis that it is compatible with, too."""
    return f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
