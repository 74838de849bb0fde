"""`utils.log`: errors in one line."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from finews_crawler.utils.log import error_line


def test_error_line_has_no_traceback_and_names_its_caller(caplog: pytest.LogCaptureFixture) -> None:
    try:
        Path("/").write_bytes(b"")
    except OSError as error:
        error_line(logging.getLogger("finews"), "/: %s", error.strerror)
    (record,) = caplog.records
    assert (record.getMessage(), record.exc_info, record.filename) == (
        "/: Is a directory",
        None,
        "test_log.py",
    )
