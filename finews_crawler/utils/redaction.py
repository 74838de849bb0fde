"""Redaction: secrets of the settings, and user names and passwords in URLs, never reach a log, terminal, file or page.

``config.load`` registers the secrets of each configuration that it reads, once for the process.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

REDACTED = "…"
USER_INFO = re.compile(r"(?<=://)(?!(?:USER)?(?::(?:PASSWORD)?)?@)[^\s/?#@'\"<>]*@(?=[^\s])")
"""User name and password in a URL; not the words of a hint, ``redis://USER:PASSWORD@HOST``."""
SHORTEST_SECRET = 4
"""Characters. A shorter one is a part of too many words; in a URL it is redacted all the same."""
_secrets: set[str] = set()


def register_secrets(texts: Iterable[str]) -> None:
    """Add texts that ``redacted`` replaces from now on."""
    _secrets.update(text for text in texts if len(text) >= SHORTEST_SECRET)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace user names and passwords in URLs, the registered secrets, and *secrets*.

    >>> redacted("GET http://me:pw@proxy:3128/a@b failed for token-1234", ["token-1234"])
    'GET http://…@proxy:3128/a@b failed for …'
    >>> redacted("redis://me:PASSWORD@queue is wrong: write redis://USER:PASSWORD@HOST, or redis://:PASSWORD@HOST")
    'redis://…@queue is wrong: write redis://USER:PASSWORD@HOST, or redis://:PASSWORD@HOST'
    """
    text = USER_INFO.sub(f"{REDACTED}@", text)
    for secret in sorted({*_secrets, *secrets}, key=len, reverse=True):  # the longest first: one may contain another
        text = text.replace(secret, REDACTED)
    return text


def redact_logs() -> None:
    """Redact every log record of this process, with its traceback, when it is made: for all loggers and formatters."""
    make = logging.getLogRecordFactory()
    if not hasattr(make, "makes_redacted_records"):
        logging.setLogRecordFactory(_redacting(make))


def _redacting(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            return record  # its handler reports the wrong arguments
        safe = redacted(message)
        if safe != message:
            record.msg, record.args = safe, ()
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter takes this text instead of formatting the exception itself.
            record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
        return record

    make_redacted.makes_redacted_records = True  # type: ignore[attr-defined]
    return make_redacted
