"""Jobs and results: what is written is read, and nothing else is."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.cluster.messages import (
    LARGEST_JOB,
    Fetched,
    Job,
    Result,
    Unfetched,
    decode_job,
    decode_result,
    encode_job,
    encode_result,
    stats_to_send,
)
from finews_crawler.exceptions import InvalidMessage
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205182383638060"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 (the bounds have no zone)
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(BEIJING),
)
ARTICLES = st.builds(
    Article,
    info_code=st.just(CODE),
    title=TEXT,
    published_at=st.none() | MOMENTS,
    media_name=TEXT,
    digest=TEXT,
    public_url=TEXT,
    text_html=TEXT,
    content_html=TEXT,
    source_url=TEXT,
    origins=st.dictionaries(TEXT, TEXT, max_size=3),
    payload=TEXT,
    listing_hash=TEXT,
)
REJECTIONS = st.builds(
    Rejection, st.just(CODE), st.just("missing"), TEXT, payload=TEXT, source_url=TEXT, is_final=st.just(False)
)
OUTCOMES = st.builds(Fetched, ARTICLES, st.booleans()) | st.builds(
    Unfetched, ARTICLES, st.text("ab", max_size=9), st.none() | REJECTIONS, st.booleans(), st.booleans()
)


def same(one: Article, other: Article) -> bool:
    """Compare also the fields that ``==`` leaves out."""
    return vars(one) == vars(other)


@given(ARTICLES, st.booleans(), st.integers(0, 2**40))
def test_a_job_is_read_as_it_was_written(known: Article, refetch: bool, run: int) -> None:
    job = decode_job(encode_job(Job(known, refetch, run)))
    assert (job.refetch, job.run, same(job.known, known)) == (refetch, run, True)


@given(OUTCOMES)
def test_a_result_is_read_as_it_was_written(outcome: Fetched | Unfetched) -> None:
    result = Result(outcome, "host:1", {"downloader/request_count": 2})
    assert decode_result(encode_result(result)) == result


JOB = {"v": 1, "source": "eastmoney", "refetch": False, "run": 1, "known": {"info_code": CODE, "origins": {}}}
RESULT = {"v": 1, "worker": "", "stats": {}, "article": {"info_code": CODE, "origins": {}}, "refetch": False}


def with_known(**fields: Any) -> dict[str, Any]:
    return {**JOB, "known": {"info_code": CODE, "origins": {}, **fields}}


def test_the_smallest_messages_are_read() -> None:
    assert decode_job(json.dumps(JOB).encode()).known == Article(CODE)
    assert isinstance(decode_result(json.dumps(RESULT).encode()).outcome, Fetched)


@pytest.mark.parametrize(
    "value",
    [
        {**JOB, "url": "http://192.0.2.1/"},
        {**JOB, "callback": "parse"},
        {**JOB, "source": "unknown"},
        {**JOB, "v": 2},
        {**JOB, "run": -1},
        {**JOB, "run": True},
        {**JOB, "run": 10**30},
        {**JOB, "refetch": "yes"},
        {name: part for name, part in JOB.items() if name != "run"},
        with_known(info_code="../../etc/passwd"),
        with_known(info_code="ZZ202205182383638060"),
        with_known(info_code=202205182383638060),
        with_known(title=["a"]),
        with_known(title="\ud800"),
        with_known(origins={"title": 1}),
        with_known(published_at="2022-05-18T16:48:06"),
        with_known(published_at="0001-01-01T00:00:00+14:00"),
        with_known(published_at="soon"),
        with_known(body_html="<script>"),
        with_known(archived={}),
        [JOB],
        None,
        {},
    ],
    ids=str,
)
def test_a_job_of_another_schema_is_refused(value: object) -> None:
    with pytest.raises(InvalidMessage):
        decode_job(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        pickle.dumps(JOB),
        json.dumps(JOB).encode() + b" " * LARGEST_JOB,
        json.dumps({**JOB, "run": float("nan")}).encode(),
        b'{"v":1,"run":' + b"1" * 5000 + b"}",
    ],
    ids=["empty", "cut off", "not UTF-8", "nested", "pickle", "large", "NaN", "long number"],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    for decode in (decode_job, decode_result):
        with pytest.raises(InvalidMessage):
            decode(data)


@pytest.mark.parametrize(
    "change",
    [
        {"stats": {"finews/articles/new": 1}},
        {"stats": {"finews/faults/unaccounted": 1}},
        {"stats": {"downloader/request_count": -1}},
        {"stats": {"downloader/request_count": "1"}},
        {"stats": []},
        {"known": {"info_code": CODE, "origins": {}}},
        {"refetch": 1},
        {"worker": 5},
    ],
    ids=str,
)
def test_a_result_of_another_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        decode_result(json.dumps({**RESULT, **change}).encode())


def test_stats_are_sent_by_how_much_they_grew() -> None:
    stats = {"downloader/request_count": 5, "retry/count": 2, "finews/articles/failed": 3, "start_time": "now"}
    assert stats_to_send(stats, {"downloader/request_count": 3, "retry/count": 2}) == {"downloader/request_count": 2}
