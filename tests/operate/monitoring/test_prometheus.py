"""The metrics file conforms to the text format, whatever labels it has."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive.runs import Run
from finews_crawler.operate.monitoring.alerts import Alert
from finews_crawler.operate.monitoring.prometheus import (
    Gauge,
    alert_gauge,
    archive_gauges,
    run_gauges,
    write_metrics,
)
from finews_crawler.utils.timezone import BEIJING
from tests.support.prometheus_format import Family, read_exposition, unescape

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)


def written(gauges: Iterable[Gauge]) -> dict[str, Family]:
    """Return the metrics of the file after it is written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "finews.prom"
        write_metrics(path, gauges)
        assert list(Path(folder).iterdir()) == [path]
        return read_exposition(path.read_bytes().decode())


@given(st.dictionaries(st.text(), st.integers(-(2**63), 2**63) | st.floats(allow_nan=False), min_size=1), st.text())
def test_any_label_value_and_help_text_is_escaped(samples: dict[str, float], help_text: str) -> None:
    gauge = Gauge("finews_alarm", help_text, labels=["name"])
    for name, value in samples.items():
        gauge.add(value, name)
    family = written([gauge])["finews_alarm"]
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
def test_read_exposition_rejects_what_the_collector_rejects(text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        read_exposition(text)


def test_infinity_is_written_as_go_parses_it() -> None:
    gauge = Gauge("a", "b")
    gauge.add(math.inf)
    assert written([gauge])["a"].samples == {frozenset(): math.inf}


def test_gauges_of_runs_archive_and_alerts() -> None:
    counts = {"found": 9, "new": 8, "held": 1}
    runs = [Run("channel", {}, 7, NOON, NOON.replace(minute=1), "finished", 3, counts, 12, 3456, 2)]
    alerts = {
        "channel": {
            "slow": Alert("slow", "9 s", NOON),
            "quiet:media": Alert("quiet:media", "-", NOON, resolved_at=NOON),
        }
    }
    gauge = alert_gauge([("", "disk"), ("channel", "slow"), ("channel", "quiet:media")], alerts)
    read = written([*run_gauges(runs), *archive_gauges(41, NOON), gauge])
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


def test_unknown_values_have_no_metric() -> None:
    assert written([*run_gauges([]), *archive_gauges(0, None)]).keys() == {"finews_articles_held"}


def test_file_is_replaced_and_readable_by_other_users(tmp_path: Path) -> None:
    path = tmp_path / "finews.prom"
    path.write_text("old")
    path.chmod(0o600)
    write_metrics(path, archive_gauges(0, None))
    assert read_exposition(path.read_text(encoding="utf-8")).keys() == {"finews_articles_held"}
    assert path.stat().st_mode & 0o777 == 0o644


def test_label_that_is_not_unicode_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "finews.prom"
    path.write_text("old")
    with pytest.raises(ValueError, match="surrogates"):
        write_metrics(path, [alert_gauge([("", "\udcff")], {})])
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_the_duration_of_a_run_is_never_negative() -> None:
    ended = NOON - timedelta(days=365)
    runs = [Run("channel", {}, 7, NOON, ended), Run("share", {}, 7, NOON, ended, measured_seconds=42)]
    durations = written(run_gauges(runs))["finews_run_duration_seconds"].samples
    assert durations == {frozenset({("spider", "share")}): 42}
