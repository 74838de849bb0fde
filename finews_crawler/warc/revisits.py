"""Which lists a day's file holds: a "not modified" needs one to refer to, in the same file, once for each."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.warc.fields import (
    DATE,
    KIND,
    PAYLOAD_DIGEST,
    RECORD_ID,
    REFERS_TO,
    REFERS_TO_DATE,
    REFERS_TO_TARGET,
)
from finews_crawler.warc.fields import TARGET as TARGET_URI
from finews_crawler.warc.heads import END, without_password

if TYPE_CHECKING:
    from scrapy.http import Response

ROBOTS = "/robots.txt"
PAYLOADS = ("response", "resource")


def payload_digest(body: bytes) -> str:
    """As warcio writes it.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def is_list(url: str) -> bool:
    """Whether an address is that of a list, which may be asked for conditionally: neither an article's nor robots.txt.

    >>> is_list("http://127.0.0.1/web/webapi?type=45"), is_list("http://127.0.0.1/robots.txt")
    (True, False)
    """
    return urlsplit(url).path != ROBOTS and info_code_in_url(url) is None


class Confirmed:
    """By address and payload, the fields that refer to the record of each list."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], dict[str, str]] = {}

    def put(self, url: str, body_digest: str, record_id: str, date: str) -> None:
        url = without_password(url)
        named = {REFERS_TO: record_id, REFERS_TO_TARGET: url, REFERS_TO_DATE: date}
        self._known.setdefault((url, body_digest), named)

    def get(self, kept: Response) -> dict[str, str] | None:
        """The fields that refer to a kept list's record; None where the file has none yet."""
        return self._known.get((without_password(kept.url), payload_digest(kept.body)))

    def take(self, record: bytes) -> None:
        """Whatever a record of the file is."""
        named = dict(_named_fields(record))
        url = named.get(TARGET_URI, "")
        if named.get(KIND) in PAYLOADS and is_list(url):
            self.put(url, named.get(PAYLOAD_DIGEST, ""), named.get(RECORD_ID, ""), named.get(DATE, ""))


def _named_fields(record: bytes) -> list[tuple[str, str]]:
    """The named fields of a record; of the lines that this project writes, since it reads its own file here."""
    head = record.partition(END)[0].decode("utf-8", "replace")
    pairs = (line.partition(":") for line in head.split("\r\n")[1:])
    return [(name, value.strip()) for name, _, value in pairs]
