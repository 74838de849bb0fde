"""What was rejected: a line of ``rejected.jsonl`` with the payload, and a row of the index, once for each answer."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from finews_crawler.archive.index import Index
from finews_crawler.items import Rejection
from finews_crawler.utils.files import append_line, cut_back, cut_half_line, last_line


class Rejections:
    """The line comes first: a row alone would say that a payload is kept which is not."""

    def __init__(self, path: Path, index: Index) -> None:
        self.path = path
        self.index = index

    def add(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Keep what was rejected. False when this answer of upstream is kept already."""
        payload_hash = _payload_hash(rejection)
        if self.index.has_rejection(rejection, payload_hash):
            return False
        record = {
            "info_code": rejection.info_code,
            "reason": rejection.reason,
            "detail": rejection.detail,
            "rejected_at": rejected_at.isoformat(),
            "source_url": rejection.source_url,
            "is_final": rejection.is_final,
            "listing_hash": rejection.listing_hash,
            "payload": rejection.payload,
        }
        size = append_line(self.path, json.dumps(record, ensure_ascii=False).encode())
        try:
            self.index.put_rejection(rejection, payload_hash, rejected_at.isoformat())
        except (OSError, sqlite3.Error):
            cut_back(self.path, size)  # the next run is told of it again, and would repeat the line
            raise
        return True

    def finish(self) -> None:
        """Give the last line its row, or cut it off, where a run was killed between the two, or within the line."""
        if not self.path.exists():
            return
        cut_half_line(self.path)
        try:
            record: dict[str, Any] = json.loads(last_line(self.path))
            rejected_at = record.pop("rejected_at")
            rejection = Rejection(**record)
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # no line, or one that somebody else wrote: none of ours lacks its row
        if not self.index.has_rejection(rejection, _payload_hash(rejection)):
            self.index.put_rejection(rejection, _payload_hash(rejection), rejected_at)


def _payload_hash(rejection: Rejection) -> str:
    return hashlib.sha256(rejection.payload.encode()).hexdigest()
