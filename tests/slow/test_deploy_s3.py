"""``finews deploy s3`` to a server of S3 on loopback (SeaweedFS)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployable_site import BUNDLE, FILES, DeployableSite, counts, files_below
from tests.support.s3_server import (
    READER_ID,
    READER_SECRET,
    SECRET,
    S3Server,
    credentials,
    running_s3,
    without_credentials,
)
from tests.support.scrapy_command import Run, Scrapy
from tests.support.sites import copy_archive

ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3
FOR_EVER = "public, max-age=31536000, immutable"
RECORD = ".finews-deployed.json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


class Bucket:
    """A bucket of a test, as its owner sees it."""

    def __init__(self, client: Any, name: str) -> None:
        self.client, self.name = client, name
        client.create_bucket(Bucket=name)

    @property
    def url(self) -> str:
        return f"s3://{self.name}"

    def texts(self) -> dict[str, str]:
        return {key: body.decode() for key, body in self.contents().items()}

    def contents(self) -> dict[str, bytes]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, PaginationConfig={})
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        return {key: self.get(key)["Body"].read() for key in keys if not key.endswith(RECORD)}

    def get(self, key: str) -> Any:
        return self.client.get_object(Bucket=self.name, Key=key)

    def put(self, key: str, text: str) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=text.encode())


@pytest.fixture
def bucket(server: S3Server, tmp_path: Path) -> Bucket:
    name = "".join(letter if letter.isalnum() else "-" for letter in tmp_path.name.lower())
    return Bucket(server.client(), name.strip("-"))


@pytest.fixture
def site(scrapy: Scrapy, server: S3Server) -> DeployableSite:
    scrapy.environment.update(server.environment)
    return DeployableSite.make(scrapy)


def test_files_have_their_types_and_caching(site: DeployableSite, bucket: Bucket) -> None:
    assert counts(site.deploy("s3", bucket.url)) == (8, 0, 0, 0)
    assert bucket.texts() == FILES
    headers = {key: (bucket.get(key)["ContentType"], bucket.get(key)["CacheControl"]) for key in FILES}
    assert headers == {
        "index.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "2022/05/18/a.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "2022/05/18/b c.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "assets/site.css": ("text/css; charset=utf-8", "public, max-age=60"),
        "assets/search.js": ("text/javascript; charset=utf-8", "public, max-age=60"),
        "feed.xml": ("application/xml; charset=utf-8", "public, max-age=60"),
        f"{BUNDLE}/tokens": ("application/octet-stream", FOR_EVER),
        "tag/中国.html": ("text/html; charset=utf-8", "public, max-age=60"),
    }
    assert bucket.get(RECORD)["CacheControl"] == "no-cache"


def test_only_what_has_changed_is_sent(site: DeployableSite, bucket: Bucket) -> None:
    site.deploy("s3", bucket.url)
    before = {key: bucket.get(key)["LastModified"] for key in [*FILES, RECORD]}
    assert counts(site.deploy("s3", bucket.url)) == (0, 0, 0, 8)
    assert {key: bucket.get(key)["LastModified"] for key in [*FILES, RECORD]} == before
    site.put({"index.html": "<h1>昨日</h1>", "2022/05/19/d.html": "d"})  # as long as before
    assert counts(site.deploy("s3", bucket.url)) == (1, 1, 0, 7)
    assert bucket.texts() == site.files()


def test_delete_removes_what_was_sent_and_nothing_else(site: DeployableSite, bucket: Bucket) -> None:
    place = f"{bucket.url}/news/"
    bucket.put("index.html", "beside the folder")
    site.deploy("s3", place)
    bucket.put("news/robots.txt", "mine")
    site.put({f"{BUNDLE}/tokens": "", "tag/中国.html": ""})

    run = site.deploy("s3", place)
    assert counts(run) == (0, 0, 0, 6)
    assert "left 2 that the site has no more" in run.log
    run = site.deploy("s3", place, "--delete", "--dry-run")
    assert [line for line in run.log.splitlines() if line.startswith("removed")] == [
        f"removed  {BUNDLE}/tokens",
        "removed  tag/中国.html",
    ]
    assert len(bucket.contents()) == 10

    assert counts(site.deploy("s3", place, "--delete")) == (0, 0, 2, 6)
    ours = {f"news/{path}": text for path, text in site.files().items()}
    assert bucket.texts() == {**ours, "index.html": "beside the folder", "news/robots.txt": "mine"}


def test_objects_of_others_are_not_replaced_unless_told(site: DeployableSite, bucket: Bucket) -> None:
    bucket.put("index.html", "another site")
    run = site.deploy("s3", bucket.url, "--delete")
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
    assert "already has 1 file of the site that finews deploy has not sent (index.html)" in run.log
    assert bucket.texts() == {"index.html": "another site"}
    assert counts(site.deploy("s3", bucket.url, "--overwrite")) == (7, 1, 0, 0)


def test_etags_that_are_no_md5_are_recorded(site: DeployableSite, bucket: Bucket) -> None:
    """As those of objects that are encrypted with a key of KMS: here the parts of an upload make them."""
    site.deploy("s3", bucket.url)
    upload = bucket.client.create_multipart_upload(Bucket=bucket.name, Key="index.html")
    where = {"Bucket": bucket.name, "Key": "index.html", "UploadId": upload["UploadId"]}
    part = bucket.client.upload_part(**where, PartNumber=1, Body=FILES["index.html"].encode())
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    bucket.client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    etag = bucket.get("index.html")["ETag"].strip('"')
    assert "-" in etag
    record = json.loads(bucket.get(RECORD)["Body"].read())
    digest = record["index.html"].partition(" ")[0]
    bucket.put(RECORD, json.dumps({**record, "index.html": f"{digest} {etag}"}))
    assert counts(site.deploy("s3", bucket.url)) == (0, 0, 0, 8)
    bucket.put(RECORD, json.dumps({**record, "index.html": f"{digest} {etag}x"}))
    assert counts(site.deploy("s3", bucket.url)) == (0, 1, 0, 7)


def test_many_objects_are_listed_completely(site: DeployableSite, bucket: Bucket) -> None:
    site.put({f"many/{number}.html": "1" for number in range(1200)})
    assert counts(site.deploy("s3", bucket.url)) == (1208, 0, 0, 0)
    assert counts(site.deploy("s3", bucket.url)) == (0, 0, 0, 1208)


def test_a_site_that_jekyll_built_arrives_as_it_is(
    scrapy: Scrapy, server: S3Server, bucket: Bucket, built_archive: Path
) -> None:
    copy_archive(built_archive, scrapy.data)
    address = "//finews.withounder.com"  # for which the archive was built
    scrapy.environment.update(
        {**server.environment, "FINEWS_DEPLOY_S3": bucket.url, "FINEWS_POST_ARCHIVE_URL": address}
    )
    run = scrapy("deploy", "s3")
    built = {
        path.relative_to(scrapy.data / "_site").as_posix(): path.read_bytes()
        for path in (scrapy.data / "_site").rglob("*")
        if path.is_file()
    }
    assert counts(run) == (len(built), 0, 0, 0)
    assert bucket.contents() == built
    bundles = [key for key in built if key.startswith("search-index/")]
    assert {bucket.get(key)["CacheControl"] for key in bundles} == {FOR_EVER}


def failed(run: Run, *words: str) -> None:
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1), run.log
    assert run.log.startswith("finews deploy: s3://")
    for word in words:
        assert word in run.log
    assert SECRET not in run.log
    assert READER_SECRET not in run.log


def test_errors_are_one_line_with_what_to_do(site: DeployableSite, bucket: Bucket) -> None:
    failed(site.deploy("s3", "s3://no-such-bucket"), "NoSuchBucket", "create it, or name another")
    failed(
        site.deploy("s3", bucket.url, "--endpoint", "http://127.0.0.1:1"), "Could not connect", "http://127.0.0.1:1/"
    )
    environment = site.scrapy.environment
    given = {name: environment.pop(name) for name in credentials("", "") if name in environment}
    environment.update(without_credentials())
    failed(site.deploy("s3", bucket.url), "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    environment.update(AWS_PROFILE="nobody")
    failed(site.deploy("s3", bucket.url), "(nobody)")
    del environment["AWS_PROFILE"]
    environment.update({**given, "AWS_SECRET_ACCESS_KEY": READER_SECRET})
    failed(site.deploy("s3", bucket.url), "SignatureDoesNotMatch", "check AWS_SECRET_ACCESS_KEY")
    environment.update(credentials(READER_ID, READER_SECRET))
    failed(site.deploy("s3", bucket.url), "AccessDenied", "give the key permission")
    assert bucket.contents() == {}


def test_credentials_can_be_in_a_file(site: DeployableSite, server: S3Server, bucket: Bucket, tmp_path: Path) -> None:
    key_id, secret = (site.scrapy.environment.pop(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    file = tmp_path / "credentials"
    file.write_text(f"[default]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n")
    site.scrapy.environment["AWS_SHARED_CREDENTIALS_FILE"] = str(file)
    assert counts(site.deploy("s3", bucket.url)) == (8, 0, 0, 0)


def test_the_same_files_as_by_rsync(site: DeployableSite, bucket: Bucket, tmp_path: Path) -> None:
    site.deploy("s3", bucket.url)
    site.deploy("rsync", str(tmp_path / "www"))
    assert bucket.texts() == files_below(tmp_path / "www")
