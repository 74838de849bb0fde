"""`utils.redaction`: log records, tracebacks and terminal lines without secrets."""

from __future__ import annotations

import io
import logging

import pytest

from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.utils import redaction


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    redaction.redact_logs()
    redaction.register_secrets(["/T0/key", "pw1", "k%y 100%"])


def logged(message: str, *args: object, formatter: logging.Formatter, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.error(message, *args, exc_info=error)
    return stream.getvalue()


@pytest.mark.parametrize("formatter", [logging.Formatter(), JsonFormatter("channel")])
def test_message_arguments_and_traceback_are_redacted(formatter: logging.Formatter) -> None:
    error = ValueError("http://me:pw@host/T0/key")
    line = logged("%s of %s is 5%%", "http://me:pw@host/a", "k%y 100%", formatter=formatter, error=error)
    assert "http://…@host/a of … is 5%" in line
    assert "ValueError: http://…@host…" in line
    assert not any(secret in line for secret in ("pw", "key", "k%y"))


def test_a_record_without_secrets_is_left_alone() -> None:
    record = logging.getLogRecordFactory()("a", logging.INFO, "", 0, "found %d", (600,), None)
    assert (record.msg, record.args) == ("found %d", (600,))


def test_a_short_secret_is_redacted_in_urls_only() -> None:
    redaction.register_secrets(["pw"])
    assert redaction.redacted("upward http://me:pw@host") == "upward http://…@host"


@pytest.mark.parametrize("text", ["a@b.example", "http://host/a@b", "http://host?a=b@c", "见 http://host/，a@b"])
def test_an_at_sign_elsewhere_stays(text: str) -> None:
    assert redaction.redacted(text) == text
