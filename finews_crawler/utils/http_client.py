"""aiohttp, imported without reading the certificates of the system.

It makes two TLS contexts when it is imported, and both read all of them: half of its import, and a tenth of a run that
finds nothing new. Whoever imports aiohttp from here gets contexts that read them when they are first used.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["AbstractResolver", "ResolveResult", "aiohttp"]


class ContextWithoutCertificates(ssl.SSLContext):
    """Reads the system's certificates, and becomes an ordinary context, when it is first used."""

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        return self._completed().wrap_bio(*arguments, **options)

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return self._completed().wrap_socket(*arguments, **options)

    def _completed(self) -> ssl.SSLContext:
        self.__class__ = ssl.SSLContext  # type: ignore[assignment]
        self.set_default_verify_paths()
        return self


@contextmanager
def certificates_read_on_use() -> Iterator[None]:
    """Let the contexts that are made in the block read certificates later. For imports: other threads would see it."""

    def postpone(context: ssl.SSLContext) -> None:
        context.__class__ = ContextWithoutCertificates

    ssl.SSLContext.set_default_verify_paths = postpone  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        del ssl.SSLContext.set_default_verify_paths  # the method of its C class is found again


with certificates_read_on_use():
    import aiohttp
    from aiohttp.abc import AbstractResolver, ResolveResult
