"""Error messages in one line."""

from __future__ import annotations

import logging
from typing import Any


def error_line(logger: logging.Logger | logging.LoggerAdapter[Any], message: str, *args: object) -> None:
    """Log an error that *message* explains in full, as in ``logger.error``.

    For ``except`` blocks: the traceback of a full disk or of a damaged file has no more than path and errno.
    """
    logger.error(message, *args, stacklevel=2)
