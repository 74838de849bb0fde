"""When each channel was last asked with success, and each category read to its end.

Beside the lists in ``cache/``: without it, every channel is due, and every category is read whole.
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
"""The files in ``cache/``."""


class PollState:
    """One moment a list, by its name. Written whole, by the run that holds the lock."""

    def __init__(self, directory: DataDirectory, file: str = CHANNELS) -> None:
        self.path = directory.cache / file

    def read(self) -> dict[str, datetime]:
        """The moments known; a file that cannot be read is told of, and knows none."""
        try:
            return parse_timestamps(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("%s cannot be read (%s): every list is due", self.path, error)
            return {}

    def put(self, moments: Mapping[str, datetime]) -> None:
        """These channels were asked at these moments. Raises OSError."""
        told = {name: moment.isoformat() for name, moment in {**self.read(), **moments}.items()}
        write_whole(self.path, json.dumps(told, indent=1).encode())


def parse_timestamps(content: bytes) -> dict[str, datetime]:
    """The moments that a file tells of. Raises ValueError.

    >>> parse_timestamps(b'{"media": "2022-05-18T10:00:03+08:00"}')["media"].isoformat()
    '2022-05-18T10:00:03+08:00'
    """
    read = json.loads(content)
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise ValueError("no object of moments")
    moments = {name: datetime.fromisoformat(value) for name, value in read.items()}
    if any(moment.tzinfo is None for moment in moments.values()):
        raise ValueError("a moment without a zone")
    return moments
