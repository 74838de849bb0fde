"""Context that the stages of one build share, and the report of a build."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import FinewsError
from finews_crawler.site.address import SiteAddress
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.former_addresses import FormerAddresses
from finews_crawler.site.jekyll import jekyll_version

POSTS, PAGES, BUNDLES, PICTURES, SCRATCH = "posts", "pages", "bundles", "pictures", "scratch"
"""Folders below the build directory: pages of posts, other pages, search indexes, pictures, and temporary files."""


@dataclass
class BuildReport:
    """Numbers of what a build did: posts of the site, rendered posts and listings, changed served files."""

    posts: int = 0
    rendered: int = 0
    listings: int = 0
    files: int = 0


class JekyllChanged(FinewsError):
    """Jekyll has another version than in the build before, which everything has to be rendered with."""


@dataclass(frozen=True)
class BuildContext:
    """One build in progress."""

    directory: DataDirectory
    scratch: Path
    """Temporary files of this build only: the Jekyll of a killed build may still be writing to its own."""
    state: BuildState
    jekyll: str
    """Version of Jekyll as of the build before, unless the program has been installed again since."""
    theme: str
    """Digest of everything that every page depends on, see ``theme_digest``."""
    address: SiteAddress
    archive_url: str
    """URL that the footers of posts begin with."""
    share_url: str
    """Site of the links that are the permanent ids of posts in feeds."""
    former: FormerAddresses
    pool: ThreadPoolExecutor
    echo: Callable[[str], None]
    report: BuildReport = field(default_factory=BuildReport)

    def check_jekyll(self) -> None:
        """Raise JekyllChanged before something is rendered with another version. To ask costs a start of Ruby."""
        if jekyll_version() != self.jekyll:
            raise JekyllChanged
