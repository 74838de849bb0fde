"""The monitors as Spidermon runs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from finews_crawler.config.alerting import AlertConfig
from finews_crawler.operate.monitoring import monitors as suite
from finews_crawler.operate.monitoring.evidence import Disk, RunData
from finews_crawler.operate.monitoring.field_coverage import Share
from finews_crawler.operate.monitoring.monitors import QUESTIONS, Judgement, judge
from finews_crawler.operate.monitoring.silence import Silence
from finews_crawler.utils.timezone import BEIJING

NOW = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
SILENT = Silence(datetime(2026, 9, 8, 9, tzinfo=BEIJING), 40, 6)


def judged(stats: Mapping[str, int], seconds: float = 10, **more: object) -> Judgement:
    return judge(RunData("channel", NOW, seconds, stats, AlertConfig(), **more))  # type: ignore[arg-type]


def raised(judgement: Judgement) -> list[str]:
    return [name for name, text in judgement.texts.items() if text]


def test_a_run_that_did_nothing_says_nothing() -> None:
    assert judged({}) == Judgement({}, {})


def test_a_run_in_which_all_is_well() -> None:
    stats = {"finews/articles/new": 20, "downloader/request_count": 30, "downloader/response_count": 30}
    more = {"disk": Disk(10**12, 10**6, 10**6), "usual": [0.4] * 20, "unread": {"media": False}}
    shares = {"digest": [Share("media", 1, 20, 40, 1000)]}
    judgement = judged(stats, shares=shares, silences={"media": SILENT._replace(expected=3)}, **more)
    assert raised(judgement) == []
    expected = "quiet:media unread:media rejected missing:digest blocked changed_shape unreachable slow disk inodes"
    assert list(judgement.texts) == expected.split()


ALARMING = {
    "rejected": {"stats": {"finews/articles/new": 20, "finews/articles/rejected": 5}},
    "blocked": {"stats": {"finews/hosts/closed/blocked": 1}},
    "changed_shape": {"stats": {"finews/faults/changed_shape": 1}},
    "unreachable": {"stats": {"finews/hosts/closed/unreachable": 1}},
    "slow": {"stats": {"downloader/request_count": 30}, "seconds": 90, "usual": [0.6] * 20},
    "disk": {"stats": {}, "disk": Disk(10**6, 0, 0)},
    "inodes": {"stats": {}, "disk": Disk(10**12, 10**6, 10)},
    "missing:digest": {"stats": {}, "shares": {"digest": [Share("media", 20, 20, 0, 1000)]}},
    "quiet:media": {"stats": {}, "silences": {"media": SILENT}},
    "unread:market:37": {"stats": {}, "unread": {"market:37": True}},
}


@pytest.mark.parametrize("name", ALARMING)
def test_each_alarm_is_raised_by_itself(name: str) -> None:
    judgement = judged(**ALARMING[name])  # type: ignore[arg-type]
    assert raised(judgement) == [name]
    assert ": " in judgement.texts[name]  # what, and what to do
    assert judgement.errors == {}


@pytest.mark.parametrize("cause", [{"unread": {"media": True}}, {"stats": {"finews/hosts/closed/blocked": 1}}])
def test_what_keeps_a_channel_quiet_is_told_and_not_that_it_is(cause: dict[str, object]) -> None:
    judgement = judged(**{"stats": {}, "silences": {"media": SILENT}, **cause})  # type: ignore[arg-type]
    assert "quiet:media" not in judgement.texts
    assert raised(judgement) in (["unread:media"], ["blocked"])


@pytest.mark.parametrize("outcome", ["failed", "rejected"])
def test_a_channel_whose_articles_are_not_archived_is_not_quiet(outcome: str) -> None:
    for number, is_quiet in ((1, True), (60, False)):
        judgement = judged(stats={f"finews/articles/{outcome}": number}, silences={"media": SILENT})
        assert ("quiet:media" in judgement.texts) == is_quiet


def test_all_kinds_of_alarms_are_tried() -> None:
    assert {name.partition(":")[0] for name in QUESTIONS} == {name.partition(":")[0] for name in ALARMING}


def test_a_monitor_that_fails_itself_hides_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def divide(evidence: RunData) -> str:
        return str(1 // evidence.number("downloader/request_count"))

    monkeypatch.setitem(suite.QUESTIONS, "slow", divide)
    judgement = judged({}, disk=Disk(10**6, 0, 0))
    assert raised(judgement) == ["disk"]
    assert "slow" not in judgement.texts
    assert "ZeroDivisionError" in judgement.errors["slow"]
