"""Crawls of sites that redirect, disallow, contradict themselves or break: every article has an outcome."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.paths import ROOT
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer, Script, code_in, scripted_site
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, PARAGRAPH, SOME_FAILED, counts, news_text
from tests.support.scripted_share_site import CODES as ALL_CODES
from tests.support.stats_dump import STATS_DUMP, stats_of

CODES = ALL_CODES[:10]


def good(path: str) -> Answer | None:
    return Answer(news_text(code_in(path))) if code_in(path) else None


def rows(channel_key: str, *given: dict[str, str]) -> Answer:
    return Answer(json.dumps({channel_key: list(given)}).encode())


def share(scrapy: Scrapy, script: Script, *arguments: str) -> tuple[Run, list[str]]:
    """Crawl CODES; return the run and the paths requested."""
    with scripted_site(script) as site:
        run = scrapy.at(site.url)("crawl", "share", "-a", f"info_code={','.join(CODES)}", *STATS_DUMP, *arguments)
    return run, site.asked


def test_redirects_to_one_page_are_one_failure_for_each_article(scrapy: Scrapy) -> None:
    def script(path: str) -> Answer | None:
        if path == "/verify":
            return Answer(b"<html>verify</html>")
        return Answer(status=302, headers={"Location": "/verify"})

    run, _ = share(scrapy, script)
    assert run.status == BLOCKED
    assert "another page, '/verify'; its first bytes: '<html>verify</html>'" in run.log
    assert counts(run)["found"] == counts(run)["failed"] == 10


def test_a_redirect_to_another_article_is_a_ban(scrapy: Scrapy) -> None:
    def script(path: str) -> Answer | None:
        if path == "/other":
            return Answer(news_text(CODES[0]))
        return Answer(status=302, headers={"Location": "/other"})

    run, _ = share(scrapy, script)
    assert run.status == BLOCKED
    assert stats_of(run)["finews/failed/blocked"] > 0
    assert not scrapy.posts.exists()


def test_a_redirect_loop_ends(scrapy: Scrapy) -> None:
    run, _ = share(scrapy, lambda path: Answer(status=302, headers={"Location": path}))
    assert run.status == BLOCKED
    assert counts(run)["failed"] == 10


@pytest.mark.parametrize("limit", [[], ["-a", "limit=3"]], ids=["without limit", "with limit"])
def test_robots_txt_is_obeyed_by_every_request(scrapy: Scrapy, limit: list[str]) -> None:
    def script(path: str) -> Answer | None:
        return Answer(b"User-agent: *\nDisallow: /\n") if path == "/robots.txt" else good(path)

    run, requested = share(scrapy, script, *limit)
    assert run.status == BLOCKED
    assert requested == ["/robots.txt"]
    assert stats_of(run)["finews/requests_failed/forbidden"] > 0


def test_a_list_row_cannot_damage_an_archived_article(scrapy: Scrapy) -> None:
    listed = [{"infocode": CODES[0], "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}]

    def script(path: str) -> Answer | None:
        return rows("nodeList", *listed) if path.startswith("/web/webapi") else good(path)

    with scripted_site(script) as site:
        crawl = scrapy.at(site.url)
        crawl("crawl", "channel", "-a", "channels=media")
        before = scrapy.snapshot()
        listed[0] |= {"showtime": "2199-01-01 00:00:00"}
        run = crawl("crawl", "channel", "-a", "channels=media", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/failed/future_date"] == 1
    after = scrapy.snapshot()
    assert {name: after[name] for name in before if name.startswith("site")} == {
        name: before[name] for name in before if name.startswith("site")
    }
    assert len(list(scrapy.posts.iterdir())) == 1


def test_a_correction_without_a_title_is_merged_with_the_archived_article(scrapy: Scrapy) -> None:
    body = [PARAGRAPH]

    def script(path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            row = {"infocode": CODES[0], "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
            return rows("nodeList", row)
        return Answer(json.dumps({"text": body[0], "content": ""}).encode()) if code_in(path) else None

    with scripted_site(script) as site:
        crawl = scrapy.at(site.url)
        crawl("crawl", "channel", "-a", "channels=media")
        body[0] = "<p>\u3000\u3000更正：港区五月吞吐量持平。</p>"
        run = crawl("crawl", "share", "-a", f"info_code={CODES[0]}", "-a", "refetch=1")
    assert run.status == ALL_WELL, run.log
    (post,) = scrapy.posts.iterdir()
    assert "更正：港区五月吞吐量持平。" in post.read_text(encoding="utf-8")
    assert 'title: "标题"' in post.read_text(encoding="utf-8")


def test_of_two_rows_of_one_list_the_newer_one_prevails(scrapy: Scrapy) -> None:
    row = {"infocode": CODES[0], "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}

    def script(path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            return rows("nodeList", {**row, "title": "更正后的题"}, {**row, "title": "原题"})
        return good(path)

    with scripted_site(script) as site:
        scrapy.at(site.url)("crawl", "channel", "-a", "channels=media")
    (post,) = scrapy.posts.iterdir()
    assert 'title: "更正后的题"' in post.read_text(encoding="utf-8")


def test_an_invalid_row_is_reported_once(scrapy: Scrapy) -> None:
    def script(path: str) -> Answer | None:
        row = {"infocode": CODES[0], "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
        return rows("nodeList", row, {"title": "没有代码"}) if path.startswith("/web/webapi") else good(path)

    with scripted_site(script) as site:
        crawl = scrapy.at(site.url)
        assert crawl("crawl", "channel", "-a", "channels=media").status == SOME_FAILED
        files = scrapy.snapshot()
        second = crawl("crawl", "channel", "-a", "channels=media")
        assert second.status == ALL_WELL, second.log
        assert scrapy.snapshot() == files


def test_an_undated_article_is_requested_again_when_its_rows_change(scrapy: Scrapy) -> None:
    row = {"infoCode": CODES[0], "infocode": CODES[0], "title": "标题", "from": "海港晨报"}

    def script(path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            return rows("records" if "type=102" in path else "nodeList", row)
        return Answer(json.dumps({"text": PARAGRAPH}).encode()) if code_in(path) else None

    with scripted_site(script) as site:
        crawl = scrapy.at(site.url)
        assert crawl("crawl", "channel", "-a", "channels=rolling,media").status == SOME_FAILED
        requests = sum(map(bool, map(code_in, site.asked)))
        run = crawl("crawl", "channel", "-a", "channels=rolling,media")
        assert run.status == ALL_WELL, run.log
        assert sum(map(bool, map(code_in, site.asked))) == requests == 1
        row["showtime"] = "2022-05-18 16:48:06"
        run = crawl("crawl", "channel", "-a", "channels=rolling,media")
        assert counts(run)["new"] == 1


def test_two_codes_with_the_same_digits_are_two_posts(scrapy: Scrapy) -> None:
    digits = CODES[0][2:]

    def script(path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            common = {"title": "标题", "showtime": "2022-05-18 16:48:06"}
            return rows("records", *({**common, "infoCode": f"{letters}{digits}"} for letters in ("NW", "AN")))
        return Answer(json.dumps({"content": PARAGRAPH}).encode()) if code_in(path) else None

    with scripted_site(script) as site:
        run = scrapy.at(site.url)("crawl", "channel", "-a", "channels=rolling")
    assert run.status == ALL_WELL, run.log
    assert {path.name for path in scrapy.posts.iterdir()} == {f"2022-05-18-{digits}.md", f"2022-05-18-AN{digits}.md"}


def test_a_post_page_about_another_article_is_not_used(scrapy: Scrapy) -> None:
    section = (
        '<h2 id="海港晨报新闻">海港晨报新闻</h2><ul>'
        + "".join(f'<li><a href="/haigangchenbao/2022/05/18/{code}.html">题</a></li>' for code in CODES[:2])
        + "</ul>"
    )
    page = (
        "<section><small>(GMT+8, Asia/Shanghai, CST) 2022-05-18 16:48:06</small><h1>别的题</h1><p>别的文</p>"
        f'<p><a href="http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODES[1]}">x</a></p>'
        '<p><a href="//finews.withounder.com/category/haigangchenbao.html">返回海港晨报新闻</a></p></section>'
    )

    def script(path: str) -> Answer | None:
        if path.startswith("/category/"):
            return Answer(f"<section>{section}</section>".encode())
        return Answer(page.encode()) if path.endswith(".html") else good(path)

    with scripted_site(script) as site:
        run = scrapy.at(site.url)("crawl", "category", "-a", "category=haigangchenbao", *STATS_DUMP)
    assert run.status == ALL_WELL, run.log
    assert {path.stem[-20:] for path in scrapy.posts.iterdir()} == set(CODES[:2])
    assert stats_of(run)["finews/category/post_page_blocked"] == 1


def test_a_copy_used_during_an_outage_is_requested_again_and_a_lost_article_is_not(scrapy: Scrapy) -> None:
    plain = scrapy.into(scrapy.data.with_name("plain"))
    with running_origin(30, seed=4) as origin:
        plain.at(origin.url)("crawl", "category", "-a", "all=1")
    with running_origin(30, seed=4, faults=["share-down"]) as origin:
        crawl = scrapy.at(origin.url)
        run = crawl("crawl", "category", "-a", "all=1", *STATS_DUMP)
        assert run.status == SOME_FAILED
        assert stats_of(run)["finews/persist/archived_copies"] > 0
    with running_origin(30, seed=4) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", "all=1")
        assert run.status == ALL_WELL, run.log
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        assert requests == len(list(scrapy.posts.iterdir()))
        scrapy.at(origin.url)("crawl", "category", "-a", "all=1")
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == requests
    posts = {path.name: path.read_bytes() for path in plain.posts.iterdir()}
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == posts


def test_an_outlet_whose_name_ends_like_a_tag(scrapy: Scrapy) -> None:
    with scripted_site(lambda path: None) as site:
        scrapy.at(site.url)("crawl", "category", "-a", "category=海港新闻")
    assert "/category/haigangxinwen.html" in site.asked


def test_a_damaged_index_is_reported_in_one_line(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    (scrapy.data / "index.sqlite").write_bytes(b"not a database, but long enough to be taken for a header" * 20)
    with scripted_site(good) as site:
        run = scrapy.at(site.url)("crawl", "share", "-a", f"info_code={CODES[0]}")
    assert run.status == 6
    assert run.log.count("\n") == 1
    assert "file is not a database" in run.log
    assert site.asked == []


def test_a_stopped_run_counts_the_remaining_articles_as_skipped(scrapy: Scrapy) -> None:
    with running_origin(80, seed=6, latency_ms=500) as origin:
        environment = scrapy.at(origin.url).environment
        command = [sys.executable, "-m", "scrapy", "crawl", "channel"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        while len(list(scrapy.posts.glob("*.md"))) < 5:
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGTERM)
        log = process.communicate(timeout=60)[1]
        stopped = Run(process.returncode, log)
        assert stopped.status == ALL_WELL, stopped.log
        assert counts(stopped)["skipped"] > 0
        run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == ALL_WELL, run.log
    assert len(list(scrapy.posts.glob("*.md"))) == 80
