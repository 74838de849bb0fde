from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from finews_crawler.exceptions import UsageError
from finews_crawler.sources import CHANNELS
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.faults.registry import FAULTS, describe_faults, parse_fault
from finews_crawler.testing.origin.server import running_origin
from tests.support.http_client import Answer, asked, fetch, received, text_path

LIST = "/web/webapi?type=45&count=100&newsid=1"
SHARE = "/html_News/NewsShare.html?infoCode=NW202205182383638060"
ARTICLES = generate(12, 1)


ARTICLE = text_path(ARTICLES[0])
DIGITS = ARTICLES[0].info_code[2:]
PATHS = {
    **{"list": LIST, "article": ARTICLE, "share": SHARE, "archive": "/", "robots": "/robots.txt"},
    **{"column": CHANNELS["columns:345"].url("", 5), "fast_js": CHANNELS["fast_js"].url("", 5)},
    **{"web_article": f"/kuaixun/v2/api/article/{DIGITS}?guid=1", "web_page": f"/a/{DIGITS}.html"},
}


def answers(fault: str, *paths: str) -> list[Answer]:
    with running_origin(articles=ARTICLES, faults=[fault]) as origin:
        return [fetch(origin.url + path) for path in paths]


@pytest.mark.parametrize(
    ("fault", "down"),
    [
        ("share-down", {"article", "share"}),
        ("archive-down", {"archive"}),
        ("channels-down", {"list", "column", "fast_js"}),
    ],
)
def test_a_site_is_down_and_the_others_are_not(fault: str, down: set[str]) -> None:
    statuses = [answer.status for answer in answers(fault, *PATHS.values())]
    assert {name for name, status in zip(PATHS, statuses, strict=True) if status == 503} == down
    assert set(statuses) == {200, 503}


def test_5xx_once() -> None:
    assert [answer.status for answer in answers("5xx-once", LIST, LIST, "/", "/")] == [503, 200, 503, 200]


@pytest.mark.parametrize("path", [LIST, ARTICLE])
def test_gbk_is_declared_utf_8(path: str) -> None:
    (plain,), (faulty,) = answers("missing=100", path), answers("gbk", path)
    assert faulty.headers["Content-Type"] == "application/json; charset=utf-8"
    assert faulty.body.decode("gb18030") == plain.text
    with pytest.raises(UnicodeDecodeError):
        faulty.body.decode("utf-8")


@pytest.mark.parametrize("path", [LIST, ARTICLE])
def test_bom_jsonp_and_truncation(path: str) -> None:
    (plain,) = answers("missing=100", path)
    assert answers("bom", path)[0].body == b"\xef\xbb\xbf" + plain.body
    assert answers("jsonp", path)[0].body == b"jQuery18307(" + plain.body + b");"
    assert answers("truncated", path)[0].body == plain.body[: len(plain.body) // 2]


def test_lists_change_shape_run_dry_or_become_a_page() -> None:
    (plain,) = answers("missing=100", LIST)
    assert answers("changed-shape", LIST)[0].json == {"items": plain.json["nodeList"]}
    assert answers("no-news", LIST)[0].json == {"nodeList": []}
    (page,) = answers("html-list", LIST)
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert page.text.startswith("<html>")


@pytest.mark.parametrize("fault", ["changed-shape", "no-news", "html-list"])
def test_list_faults_leave_articles_alone(fault: str) -> None:
    assert answers(fault, ARTICLE)[0].json["text"] == ARTICLES[0].text_html


def test_every_nth_article_is_missing() -> None:
    got = [answer.json for answer in answers("missing=4", *map(text_path, ARTICLES))]
    assert [index for index, article in enumerate(got, start=1) if not article["text"]] == [4, 8, 12]
    assert got[3]["title"] == ARTICLES[3].title
    assert got[3]["content"] == ""


def test_changed_articles_have_one_more_paragraph() -> None:
    (changed,) = answers("changed-article", ARTICLE)
    for key, before in (("text", ARTICLES[0].text_html), ("content", ARTICLES[0].content_html)):
        assert changed.json[key].startswith(before)
        assert changed.json[key].count("<p") == before.count("<p") + 1


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_accept_recordings_that_are_not_json(fault: str, tmp_path: Path) -> None:
    (tmp_path / "NW202205182383638060.json").write_bytes('[{"title": "长'.encode("gbk"))
    with running_origin(0, payloads=tmp_path, faults=[fault]) as origin:
        for path in ("/NewsData/GetNewsText.do?id=NW202205182383638060", *PATHS.values()):
            with asked(origin.url + path) as connection:
                assert re.match(rb"HTTP/1\.1 (200|302|403|404|429|503) ", received(connection, most=15)), path


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "crawl-delay"])
def test_robots_txt_has_no_faults(fault: str) -> None:
    assert answers(fault, "/robots.txt")[0].text == "User-agent: *\nDisallow:\n"


def test_faults_add_up_in_their_order() -> None:
    with running_origin(articles=ARTICLES, faults=["no-news", "bom"]) as origin:
        body = fetch(origin.url + LIST).body
    assert json.loads(body.removeprefix(b"\xef\xbb\xbf")) == {"nodeList": []}
    assert body.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "name",
    ["nope", "gbk=1", "missing=0", "missing=-1", "missing=", "soft-ban=x", "refused=200", "refused=600", "429=1e3", ""],
)
def test_unknown_faults_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        parse_fault(name)


def test_help_describes_each_fault_and_its_number() -> None:
    clauses = describe_faults().split("; ")
    for (name, fault), clause in zip(FAULTS.items(), clauses, strict=True):
        assert clause == f"{name} ({fault.function.__doc__})"
        assert ":" not in clause
        # The help shows how to write the number of a fault that takes one.
        assert (f"{name}=N" in clause) == (fault.number is not None)
