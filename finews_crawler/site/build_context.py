"""Context that the stages of one build share, and the report of a build."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.site.address import SiteAddress
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.former_addresses import FormerAddresses

PARTITIONS, PAGES, SCRATCH = "parts", "pages", "scratch"
"""Folders below the build directory."""


@dataclass
class BuildReport:
    """Numbers of what a build did: posts of the site, rebuilt partitions and listings, changed served files."""

    posts: int = 0
    partitions: int = 0
    listings: int = 0
    files: int = 0


@dataclass(frozen=True)
class BuildContext:
    """One build in progress."""

    directory: DataDirectory
    scratch: Path
    """Temporary files of this build only: the Jekyll of a killed build may still be writing to its own."""
    state: BuildState
    theme: str
    """Digest of everything that every page depends on, see ``theme_digest``."""
    address: SiteAddress
    archive_url: str
    """URL that the footers of posts begin with, if the site has another path; else ''."""
    former: FormerAddresses
    pool: ThreadPoolExecutor
    echo: Callable[[str], None]
    report: BuildReport = field(default_factory=BuildReport)
