"""Time of the last successful poll of each channel, and of the last complete crawl of each category.

Stored in ``cache/``; if it is deleted, every channel is due and every category is crawled completely.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.files import write_whole

logger = logging.getLogger(__name__)

CHANNELS, CATEGORIES = "asked.json", "categories.json"
"""File names in ``cache/``."""


class PollState:
    """Times by name of channel or category. Written atomically, by the run that holds the archive lock."""

    def __init__(self, directory: DataDirectory, file: str = CHANNELS) -> None:
        self.root, self.path = directory.root, directory.cache / file

    def read(self) -> dict[str, datetime]:
        """Return the known times; log a warning and return none if the file cannot be read."""
        try:
            return parse_timestamps(self.path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("%s cannot be read (%s): every list is due", self.path, error)
            return {}

    def put(self, times: Mapping[str, datetime]) -> None:
        """Add *times* to the file, replacing entries of the same names. Raises OSError."""
        texts = {name: time.isoformat() for name, time in {**self.read(), **times}.items()}
        write_whole(self.path, json.dumps(texts, indent=1).encode(), self.root)


def parse_timestamps(content: bytes) -> dict[str, datetime]:
    """Parse a file: an object of ISO 8601 times with offset. Raises ValueError.

    >>> parse_timestamps(b'{"media": "2022-05-18T10:00:03+08:00"}')["media"].isoformat()
    '2022-05-18T10:00:03+08:00'
    """
    texts = json.loads(content)
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("not an object of times")
    times = {name: datetime.fromisoformat(text) for name, text in texts.items()}
    if any(time.tzinfo is None for time in times.values()):
        raise ValueError("a time without an offset")
    return times
