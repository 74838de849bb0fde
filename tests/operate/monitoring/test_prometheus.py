"""The metrics file holds by the rules of its format, whatever the names in it."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.operate.monitoring.alerts import Alert
from finews_crawler.operate.monitoring.prometheus import (
    Gauge,
    MeasuredRun,
    alarm_gauge,
    archive_gauges,
    exposition,
    run_gauges,
)
from finews_crawler.utils.timezone import BEIJING
from tests.support.prometheus_format import read_exposition, unescape

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)


@given(st.dictionaries(st.text(), st.integers(-(2**63), 2**63) | st.floats(allow_nan=False), min_size=1), st.text())
def test_any_label_and_help_come_back(samples: dict[str, float], help_text: str) -> None:
    gauge = Gauge("finews_alarm", help_text)
    for name, value in samples.items():
        gauge.add(value, name=name)
    family = read_exposition(exposition([gauge]))["finews_alarm"]
    assert unescape(family.help) == help_text
    assert {dict(labels)["name"]: value for labels, value in family.samples.items()} == pytest.approx(samples)


BROKEN = [
    "finews_alarm 1\n",  # no HELP, no TYPE
    "# HELP a b\n# TYPE a gauge\na 1",
    "# HELP a b\n# TYPE a gauge\na 1 1795425345000\n",
    '# HELP a b\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n',
    '# HELP a b\n# TYPE a gauge\na{x="""} 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="\\t"} 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="1"} 1\na 2\n',
    "# HELP a b\n# TYPE a gauge\na one\n",
    "# HELP a b\na 1\n",
    "# HELP a b\n# TYPE a gauge\na 1\n\nb 2\n",
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_the_reader_of_these_tests_is_strict(text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        read_exposition(text)


def test_numbers_that_json_lacks_are_spelt_as_go_reads_them() -> None:
    gauge = Gauge("a", "b")
    gauge.add(math.inf)
    assert read_exposition(exposition([gauge]))["a"].samples == {frozenset(): math.inf}


def test_runs_archive_and_alarms() -> None:
    runs = [MeasuredRun("channel", NOON, NOON.replace(minute=1), 3, {"found": 9, "new": 8, "held": 1}, 12, 3456, 2)]
    page = {
        "channel": {"slow": Alert("slow", "9 s", NOON), "quiet:media": Alert("quiet:media", "-", NOON, over_at=NOON)}
    }
    alarms = alarm_gauge([("", "disk"), ("channel", "slow"), ("channel", "quiet:media")], page)
    read = read_exposition(exposition([*run_gauges(runs), *archive_gauges(41, NOON), alarms]))
    of_channel = frozenset({("spider", "channel")})
    single = {name: family.samples[of_channel] for name, family in read.items() if of_channel in family.samples}
    assert single == {
        "finews_run_start_timestamp_seconds": NOON.timestamp(),
        "finews_run_end_timestamp_seconds": NOON.timestamp() + 60,
        "finews_run_duration_seconds": 60,
        "finews_run_exit_status": 3,
        "finews_run_articles_found": 9,
        "finews_run_requests": 12,
        "finews_run_received_bytes": 3456,
        "finews_run_retries": 2,
    }
    assert read["finews_run_articles"].samples[of_channel | {("outcome", "new")}] == 8
    assert read["finews_articles_held"].samples == {frozenset(): 41}
    assert read["finews_newest_published_timestamp_seconds"].samples == {frozenset(): NOON.timestamp()}
    assert {dict(labels)["name"]: value for labels, value in read["finews_alarm"].samples.items()} == {
        "disk": 0,
        "slow": 1,
        "quiet:media": 0,
    }


def test_an_empty_archive_has_a_file_too() -> None:
    assert read_exposition(exposition([*run_gauges([]), *archive_gauges(0, None)])).keys() == {"finews_articles_held"}
