"""The embedded origin on the ports 443 and 80 of a network namespace.

Run as ``python -m tests.support.namespace_origin PEM ARTICLES [HOST=OTHER …]``, it prints ``ready``, then a line of
JSON for each line of standard input: the requests since the line before, by path and by host name. HOST redirects
articles to OTHER. It ends with standard input.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from aiohttp import web
from aiohttp.typedefs import Handler

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.testing.origin.app import build_app
from finews_crawler.testing.origin.articles import generate
from tests.support.network_namespace import ADDRESS, SECONDS_TO_END, NetworkNamespace

READY = "ready"


@dataclass(frozen=True)
class NamespaceOrigin:
    """A running origin in a namespace."""

    process: Popen[str]

    def requests(self) -> dict[str, dict[str, int]]:
        """Return the requests since the last call: ``{"paths": {path: count}, "hosts": {name: count}}``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: dict[str, dict[str, int]] = json.loads(self.process.stdout.readline())
        return found


@contextmanager
def origin_in(
    namespace: NetworkNamespace, pem: Path, articles: int, redirects: Mapping[str, str] | None = None
) -> Iterator[NamespaceOrigin]:
    """Run an origin in *namespace* while the block runs.

    *pem*: its certificate and key. *redirects*: host names that redirect the requests for articles to another one.
    """
    pairs = [f"{host}={other}" for host, other in (redirects or {}).items()]
    process = namespace.start("-m", "tests.support.namespace_origin", str(pem), str(articles), *pairs)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        yield NamespaceOrigin(process)
    finally:
        process.communicate(timeout=SECONDS_TO_END)


async def serve(pem: str, articles: int, redirects: Mapping[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    paths: Counter[str] = Counter()
    hosts: Counter[str] = Counter()

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        paths[request.path] += 1
        hosts[request.host] += 1
        if request.host in redirects and info_code_in_url(request.path):
            raise web.HTTPFound(f"https://{redirects[request.host]}{request.path_qs}")
        return await handler(request)

    app = build_app(list(generate(articles, seed=1)))
    app.middlewares.append(count)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, ADDRESS, 443, ssl_context=context).start()
    await web.TCPSite(runner, ADDRESS, 80).start()
    say(READY)
    while await asyncio.to_thread(sys.stdin.readline):
        say(json.dumps({"paths": paths, "hosts": hosts}))
        paths.clear()
        hosts.clear()
    await runner.cleanup()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), dict(pair.split("=") for pair in sys.argv[3:])))
