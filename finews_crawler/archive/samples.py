"""``samples/``: the newest answers in a shape that no parser knows, byte for byte, for whoever mends the parser."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.files import write_whole

MOST = 20
"""Files; each has at most DOWNLOAD_MAXSIZE, or LARGEST_MONTH, and the oldest go first."""
NO_NAME = re.compile(r"[^a-z0-9]+")
DIGEST_LENGTH = 12


class Samples:
    """Keeps such answers, each once."""

    def __init__(self, directory: DataDirectory) -> None:
        self.folder = directory.samples

    def keep(self, surface: str, body: bytes) -> Path:
        """The file that holds *body*, an answer of *surface*. As text, so that nothing runs what it holds. Raises
        OSError."""
        digest = hashlib.sha256(body).hexdigest()[:DIGEST_LENGTH]
        path = self.folder / f"{NO_NAME.sub('-', surface.lower())}-{digest}.txt"
        write_whole(path, body)
        files = sorted(self.folder.glob("*.txt"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST:]:
            if file != path:
                file.unlink()
        return path
