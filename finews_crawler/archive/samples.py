"""``samples/``: the newest responses that no parser could read, byte for byte, for debugging the parser."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.folders import remove_file

MOST = 20
"""Maximum number of files, each of at most DOWNLOAD_MAXSIZE or LARGEST_MONTH bytes; the oldest are deleted first."""
NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
DIGEST_LENGTH = 12


class Samples:
    """Stores such responses, each once."""

    def __init__(self, directory: DataDirectory) -> None:
        self.root, self.folder = directory.root, directory.samples

    def keep(self, surface: str, body: bytes) -> Path:
        """Write *body*, a response of the endpoint *surface*; return the file. Raises OSError."""
        digest = hashlib.sha256(body).hexdigest()[:DIGEST_LENGTH]
        # Not .html: opening a sample in a browser must run no script in it.
        path = self.folder / f"{NOT_IN_NAMES.sub('-', surface.lower())}-{digest}.txt"
        write_whole(path, body, self.root)
        files = sorted(self.folder.glob("*.txt"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST:]:
            if file != path:
                remove_file(file, self.root)
        return path
