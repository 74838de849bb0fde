"""Rejected articles: a line of ``rejected.jsonl`` with the payload and a row of the index, once for each response."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.index import Index
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Rejection
from finews_crawler.utils.files import append_line, cut_back, cut_half_line, last_line


class Rejections:
    """Writes the line before the row: a row without its line would claim a payload that is not stored."""

    def __init__(self, path: Path, index: Index) -> None:
        self.path = path
        self.index = index

    def add(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Store a rejection; return False if the same response is stored already. Raises OSError or sqlite3.Error."""
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
        except (OSError, sqlite3.Error, UnusableIndex):
            cut_back(self.path, size)  # the next run meets it again and would repeat the line
            raise
        return True

    def finish(self) -> None:
        """Finish the last line after a kill: truncate it if it is incomplete, else add its row if that is missing."""
        if not self.path.exists():
            return
        cut_half_line(self.path)
        try:
            record: dict[str, Any] = json.loads(last_line(self.path))
            rejected_at = decoders.time(record.pop("rejected_at")).isoformat()
            rejection = Rejection(**record)
            payload_hash = _payload_hash(rejection)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return  # not written by this class, so no row is missing
        if not self.index.has_rejection(rejection, payload_hash):
            self.index.put_rejection(rejection, payload_hash, rejected_at)


def _payload_hash(rejection: Rejection) -> str:
    """Return the SHA-256 of the payload. Raises TypeError for a rejection whose values are of another type."""
    if not all(
        isinstance(getattr(rejection, name), str) for name in ("info_code", "reason", "payload", "listing_hash")
    ):
        raise TypeError("a rejection whose values are not text")
    return hashlib.sha256(rejection.payload.encode()).hexdigest()
