"""`politeness.robots_rules`: files that servers really send as robots.txt."""

from __future__ import annotations

import codecs
import time

import pytest

from finews_crawler.politeness.robots_rules import RobotsRules

FORBIDDING = "User-agent: *\nDisallow: /\n"
LIST = "http://127.0.0.1/web/webapi?type=45"


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + FORBIDDING.encode(),
        codecs.BOM_UTF16_LE + FORBIDDING.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + FORBIDDING.encode("utf-16-be"),
        f"# 爬虫\n{FORBIDDING}".encode("gb18030"),
        FORBIDDING.replace("\n", "\r").encode(),
        FORBIDDING.replace(":", " ").encode(),
    ],
)
def test_rules_are_read_in_every_encoding(body: bytes) -> None:
    assert not RobotsRules(body, "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("delay", ["5s", " 5 sec. # slow", "\t0.0833333min", " 5000ms", "0.00138889 h"])
@pytest.mark.parametrize("name", ["Crawl-delay:", "crawl-delay :", "Crawl delay:", "Crawl-delay "])
def test_delays_with_a_unit_are_applied(name: str, delay: str) -> None:
    rules = RobotsRules(f"User-agent: *\n{name}{delay}\n".encode(), "finews_crawler/0.1")
    assert rules.delay == pytest.approx(5, rel=1e-3)


@pytest.mark.parametrize(
    "record", ["Sitemap: http://a/x", "Noindex: /b", "Clean-param: ref", "Unknown-Line: unknown", "text", "x:", ""]
)
def test_other_records_do_not_end_the_names_of_a_group(record: str) -> None:
    body = f"User-agent: finews_crawler\n{record}\nUser-agent: other\nDisallow: /\n"
    assert not RobotsRules(body.encode(), "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("record", ["Allow: /a", "Disallow:", "Disallow", "Allow /a"])
def test_rules_end_the_names_of_a_group(record: str) -> None:
    body = f"User-agent: finews_crawler\n{record}\nUser-agent: other\nDisallow: /\n"
    assert RobotsRules(body.encode(), "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("record", ["Crawl-delay: 2", "crawl delay 2s", "Request-rate: 1/2"])
def test_a_delay_is_for_the_names_above_it_and_does_not_part_the_rules(record: str) -> None:
    body = f"User-agent: finews_crawler\n{record}\nUser-agent: other\nCrawl-delay: 60\nDisallow: /\n"
    rules = RobotsRules(body.encode(), "finews_crawler/0.1")
    assert rules.delay == 2
    assert not rules.allows(LIST)


@pytest.mark.parametrize("blank", ["\xa0", "\u3000", "\t"])
@pytest.mark.parametrize("line", ["{}Disallow: /", "Disallow{}: /", "Disallow:{}/", "Disallow: /{}"])
def test_blanks_of_any_script_around_a_rule_are_ignored(line: str, blank: str) -> None:
    body = f"{blank}User-agent: *\n{line.format(blank)}\n{blank}Crawl-delay: 5s\n"
    rules = RobotsRules(body.encode(), "finews_crawler/0.1")
    assert not rules.allows(LIST)
    assert rules.delay == 5


@pytest.mark.parametrize("line_break", ["\v", "\f", "\x1c", "\x85", "\u2028"])
@pytest.mark.parametrize("line", ["# see{}Allow: /web", "Allow: /web{}/x", "Sitemap: http://a/{}User-agent: other"])
def test_line_breaks_that_rfc_9309_does_not_have_divide_no_line(line: str, line_break: str) -> None:
    body = f"User-agent: *\n{line.format(line_break)}\nDisallow: /\n"
    assert not RobotsRules(body.encode(), "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("name", ["*", "* # all", "* bots"])
def test_names_that_are_all_crawlers(name: str) -> None:
    body = f"User-agent: {name}\nDisallow: /\n"
    assert not RobotsRules(body.encode(), "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("prose", ["User-agent must match exactly: see below", "Disallow it or not: as you like # it"])
def test_prose_is_no_record(prose: str) -> None:
    body = f"User-agent: *\nDisallow: /\n{prose}\nAllow: /web/\n"
    assert RobotsRules(body.encode(), "finews_crawler/0.1").allows(LIST)


@pytest.mark.parametrize("part", [" \n", " ", "1", "User-agent: a\n", "User-agent ", "Crawl-delay: 5", "Disallow: /*a"])
def test_no_file_takes_quadratic_time(part: str) -> None:
    for before in ("", "Crawl-delay:", "User-agent", "User-agent a:"):
        start = time.process_time()
        rules = RobotsRules(f"{before}{part * 100_000}x: y\n{FORBIDDING}".encode(), "finews_crawler/0.1")
        assert not rules.allows(LIST)
        assert time.process_time() - start < 5
