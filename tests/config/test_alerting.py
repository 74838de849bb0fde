"""Settings of the alarms that cannot be meant are refused, each by its name."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from finews_crawler import settings as defaults
from finews_crawler.config.alerting import AlertConfig, read_alert_config


def options(**given: object) -> AlertConfig:
    settings = Settings({name: getattr(defaults, name) for name in dir(defaults) if name.startswith("FINEWS_")})
    settings.update(given)
    return read_alert_config(settings)


def test_the_defaults_tell_nobody() -> None:
    assert options() == AlertConfig()


def test_what_is_given_is_read() -> None:
    assert options(FINEWS_QUIET_HOURS="1.5", FINEWS_DISK_FREE_MB="0").quiet_hours == 1.5
    assert options(FINEWS_ALARM_MAIL="root").mail == "root"


BAD = [
    ("FINEWS_QUIET_HOURS", "soon"),
    ("FINEWS_QUIET_HOURS", "-1"),
    ("FINEWS_DISK_FREE_MB", ""),
    ("FINEWS_DISK_FREE_MB", "inf"),
    ("FINEWS_DISK_FREE_MB", "nan"),
    ("FINEWS_ALARM_MAIL", "a@example.org\nBcc: b@example.org"),
    ("FINEWS_ALARM_MAIL", "a b"),
    ("FINEWS_ALARM_MAIL", "news@"),
    ("FINEWS_ALARM_MAIL", "a<"),
    ("FINEWS_ALARM_MAIL", "a@["),
    ("FINEWS_ALARM_WEBHOOK", "ftp://example.org/"),
    ("FINEWS_ALARM_WEBHOOK", "example.org/hook"),
    ("FINEWS_ALARM_WEBHOOK", "http://"),
    ("FINEWS_ALARM_WEBHOOK", "http://[bad"),
    ("FINEWS_METRICS_FILE", "/no/such/folder/finews.prom"),
    ("FINEWS_METRICS_FILE", "/"),
    ("FINEWS_METRICS_FILE", "/tmp/finews.txt"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_cannot_be_meant_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        options(**{name: value})


def test_a_sendmail_is_named_by_its_path() -> None:
    with pytest.raises(ValueError, match="FINEWS_SENDMAIL"):
        options(FINEWS_ALARM_MAIL="root", FINEWS_SENDMAIL="sendmail")
