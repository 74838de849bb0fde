"""A bucket of S3, or of a server that speaks its protocol. boto3 finds the credentials, see docs/deployment.md."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from finews_crawler.config.deploy_targets import S3Place
from finews_crawler.exceptions import DeployFailed
from finews_crawler.site.file_headers import cache_control, content_type
from finews_crawler.site.publish import RECORD, Record, SiteFiles, record_from_bytes, record_to_bytes

AT_A_TIME = 16
"""Requests under way: each waits for the server most of its time."""
NO_CACHE = "no-cache"
MISSING = ("NoSuchKey", "404")
CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_SHARED_CREDENTIALS_FILE or AWS_PROFILE"
HINTS = {
    "NoSuchBucket": "create it, or name another",
    "AccessDenied": "give the key permission to list the bucket, and to get, put and delete its objects",
    "InvalidAccessKeyId": CREDENTIALS,
    "SignatureDoesNotMatch": "check AWS_SECRET_ACCESS_KEY and AWS_REGION",
    "AuthorizationHeaderMalformed": "check AWS_REGION",
    "PermanentRedirect": "the bucket is in another region: check AWS_REGION",
}
CONFIG = Config(
    connect_timeout=20,
    read_timeout=60,
    max_pool_connections=AT_A_TIME,
    retries={"mode": "standard", "max_attempts": 5},
    # Many servers that are not Amazon's refuse boto3's newer checksums; each upload has an MD5.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    user_agent_extra="finews_crawler",
)


@dataclass
class Bucket:
    """Implements ``publish.Place``. The record has MD5 and ETag of each file: with some encryption they differ."""

    place: S3Place
    endpoint: str = ""
    """URL of a server that is not Amazon's."""
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        with s3_errors(self.name):
            self.client = boto3.Session().client("s3", endpoint_url=self.endpoint or None, config=CONFIG)

    @property
    def name(self) -> str:
        return str(self.place)

    def read_record(self) -> Record | None:
        with s3_errors(self.name):
            try:
                response = self.client.get_object(**self._key(RECORD))
                content = response["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] in MISSING:
                    return None
                raise
        return record_from_bytes(content, self.name)

    def write_record(self, record: Record) -> None:
        with s3_errors(self.name):
            self._put(RECORD, record_to_bytes(record), NO_CACHE)

    def compare(self, files: SiteFiles, record: Record) -> tuple[list[str], list[str]]:
        new, changed = [], []
        with s3_errors(self.name):
            listed = dict(self._list())
        for path, size in files.sizes.items():
            if path not in listed:
                new.append(path)
                continue
            there, etag = listed[path]
            if there != size or not is_same(etag, hash_of(files.read(path)).hex(), record.get(path, "")):
                changed.append(path)
        return new, changed

    def send(self, paths: list[str], files: SiteFiles) -> Record:
        sent: Record = {}

        def send(path: str) -> None:
            content = files.read(path)
            etag = self._put(path, content, cache_control(path))
            sent[path] = f"{hash_of(content).hex()} {etag}"

        self._each(send, paths)
        return sent

    def remove(self, paths: list[str]) -> None:
        # One by one: servers differ in the checksum that they want for a list of keys.
        self._each(lambda path: self.client.delete_object(**self._key(path)), paths)

    def _list(self) -> Iterator[tuple[str, tuple[int, str]]]:
        """Yield path, size and ETag of each object."""
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix):
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self.place.prefix), (found["Size"], found["ETag"].strip('"'))

    def _put(self, path: str, content: bytes, caching: str) -> str:
        """Store an object; return its ETag."""
        headers = {"ContentType": content_type(path), "CacheControl": caching}
        digest = b64encode(hash_of(content)).decode()
        response = self.client.put_object(**self._key(path), Body=content, ContentMD5=digest, **headers)
        return str(response["ETag"]).strip('"')

    def _key(self, path: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": f"{self.place.prefix}{path}"}

    def _each(self, action: Callable[[str], object], paths: list[str]) -> None:
        """Call *action* for each path, in threads. The first error ends it, when what is under way has ended."""
        with s3_errors(self.name), ThreadPoolExecutor(AT_A_TIME) as pool:
            try:
                for done in as_completed([pool.submit(action, path) for path in paths]):
                    done.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def hash_of(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


def is_same(etag: str, digest: str, recorded: str) -> bool:
    """Return True if an object with this ETag has the content with this MD5.

    >>> is_same("8a2", "8a2", ""), is_same("kms-1", "8a2", "8a2 kms-1"), is_same("kms-2", "8a2", "8a2 kms-1")
    (True, True, False)
    """
    return etag == digest or recorded == f"{digest} {etag}"


@contextmanager
def s3_errors(place: str) -> Iterator[None]:
    """Raise DeployFailed for an error of boto3, which names what happened and what to do."""
    try:
        yield
    except NoCredentialsError as error:
        raise DeployFailed(f"{place}: no credentials: {CREDENTIALS}") from error
    except ClientError as error:
        code, message = (str(error.response["Error"].get(name, "")) for name in ("Code", "Message"))
        hint = f": {HINTS[code]}" if code in HINTS else ""
        raise DeployFailed(f"{place}: {code}: {message.rstrip('.')}{hint}") from error
    except BotoCoreError as error:
        raise DeployFailed(f"{place}: {error}") from error
