"""aiohttp's default TLS contexts, with which notifiers and `finews doctor` send their requests."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from finews_crawler.utils.http_client import ContextWithoutCertificates, certificates_read_on_use
from tests.support.certificates import self_signed
from tests.support.paths import ROOT

REQUEST = """
import asyncio, json, sys
from finews_crawler.utils.http_client import aiohttp
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as context
from tests.support.certificates import self_signed
from pathlib import Path

async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
    await writer.drain()
    writer.close()

async def request():
    certificate = Path(sys.argv[1])
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=self_signed(certificate))
    port = server.sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as session, session.get(f"https://127.0.0.1:{port}") as response:
            return response.status
    except aiohttp.ClientConnectorCertificateError as error:
        return type(error).__name__

before = context.cert_store_stats()["x509"]
print(json.dumps([before, asyncio.run(request()), type(context).__name__]))
"""


@pytest.mark.parametrize("is_trusted", [True, False])
def test_requests_verify_certificates_by_the_store_of_the_system(tmp_path: Path, is_trusted: bool) -> None:
    certificate = tmp_path / "certificate.pem"
    store = certificate if is_trusted else tmp_path / "none.pem"
    environment = {**os.environ, "SSL_CERT_FILE": str(store), "SSL_CERT_DIR": str(tmp_path)}
    command = [sys.executable, "-c", REQUEST, certificate]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True, timeout=60)
    expected = 200 if is_trusted else "ClientConnectorCertificateError"
    assert json.loads(done.stdout) == [0, expected, "SSLContext"]


def test_only_contexts_of_the_block_are_postponed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    self_signed(tmp_path / "store.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "store.pem"))
    with certificates_read_on_use():
        postponed = ssl.create_default_context()
    ordinary = ssl.create_default_context()
    assert type(postponed) is ContextWithoutCertificates
    assert type(ordinary) is ssl.SSLContext
    assert (certificates(postponed), certificates(ordinary)) == (0, 1)
    postponed.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="news.example")
    assert type(postponed) is ssl.SSLContext
    assert certificates(postponed) == 1
    assert (postponed.verify_mode, postponed.check_hostname) == (ssl.CERT_REQUIRED, True)


def certificates(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509"]
