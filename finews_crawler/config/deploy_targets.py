"""Where ``finews deploy`` publishes the site: texts of settings and arguments."""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.config.values import required

# Not compiled before they are needed, and so at the start of no other command.
BUCKET = r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?"
REMOTE = r"rsync://[^/\s]+/\S.*|(?:[\w.-]+@)?(?:[\w.-]+|\[[\da-fA-F:]+\])::?.*"
"""A daemon, or ``[USER@]HOST:PATH``."""


class S3Place(NamedTuple):
    """A bucket, and the beginning of the keys in it: '' or one that ends with ``/``."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def s3_place(text: str) -> S3Place:
    """Parse the URL of a bucket, or of a folder in it. Raises ValueError.

    >>> s3_place("s3://news/site"), str(s3_place("s3://news"))
    (S3Place(bucket='news', prefix='site/'), 's3://news/')
    >>> s3_place("https://news.example.org")
    Traceback (most recent call last):
    ValueError: must be a bucket such as s3://news or s3://news/folder, got 'https://news.example.org'
    """
    match = re.fullmatch(BUCKET, required(text))
    folders = [part for part in (match[2] or "").split("/") if part] if match else []
    if not match or any(part in (".", "..") or not part.isprintable() for part in folders):
        raise ValueError(f"must be a bucket such as s3://news or s3://news/folder, got {text!r}")
    return S3Place(match[1], "".join(f"{part}/" for part in folders))


def rsync_destination(text: str) -> str:
    """Parse a destination of rsync; it ends with ``/`` or ``:``. Raises ValueError.

    A folder of this machine is an absolute path: cron and a shell run in different folders.

    >>> rsync_destination("news@www.example.org:site"), rsync_destination("/srv/www")
    ('news@www.example.org:site/', '/srv/www/')
    >>> rsync_destination("site")
    Traceback (most recent call last):
    ValueError: must be HOST:FOLDER, rsync://HOST/MODULE or an absolute path, got 'site'
    """
    word = required(text)
    if not word.isprintable() or not (word.startswith("/") or re.fullmatch(REMOTE, word)) or word.startswith("-"):
        raise ValueError(f"must be HOST:FOLDER, rsync://HOST/MODULE or an absolute path, got {text!r}")
    return word if word.endswith((":", "/")) else f"{word}/"
