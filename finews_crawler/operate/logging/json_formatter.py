"""Format of the log file: a JSON object per line."""

from __future__ import annotations

import json
import logging
from datetime import datetime

from finews_crawler.utils.timezone import BEIJING


class JsonFormatter(logging.Formatter):
    """Formats a record with time (ms, Beijing), level, logger, message, spider, pid and, for an error, exception.

    >>> record = logging.LogRecord("finews", logging.INFO, "", 0, "channel: found %d", (600,), None)
    >>> record.created, record.process = 1652863686.5, 4711
    >>> JsonFormatter("channel").format(record)  # doctest: +NORMALIZE_WHITESPACE
    '{"time": "2022-05-18T16:48:06.500+08:00", "level": "INFO", "logger": "finews",
      "message": "channel: found 600", "spider": "channel", "pid": 4711}'
    """

    def __init__(self, spider: str) -> None:
        super().__init__()
        self.spider = spider

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "spider": self.spider,
            "pid": record.process,
        }
        if record.exc_info:
            fields["exception"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)
