"""`spiders.share`: infoCodes, links, lists of both, and folders of posts."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.config.given import DEFAULTS
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.share import ShareSpider
from finews_crawler.spiders.share_arguments import ShareArguments
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED = 0, 3


def codes_of(scrapy: Scrapy) -> set[str]:
    return {f"NW{path.stem[-18:]}" for path in scrapy.posts.iterdir()}


def test_codes_and_bare_digits(scrapy: Scrapy, origin: RunningOrigin) -> None:
    one, other = (article.info_code for article in origin.articles[:2])
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"info_code={one},{other[2:]},{one}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {one, other}


def test_a_list_of_codes_and_links_with_comments(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    one, other, third = (article.info_code for article in origin.articles[4:7])
    listed = tmp_path / "codes.txt"
    listed.write_text(
        f"\ufeff# from the mailbox\n\n{one}  # first\n"
        f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={other}\n{third[2:]}\r\n{one}\n",
        encoding="utf-8",
    )
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={listed}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {one, other, third}
    (counts,) = run.summaries()
    assert (counts["found"], counts["new"], counts["merged"]) == (4, 3, 1)


def test_a_list_from_standard_input(scrapy: Scrapy, origin: RunningOrigin) -> None:
    code = origin.articles[0].info_code
    run = scrapy.at(origin.url)("crawl", "share", "-a", "file=-", stdin=f"{code}\n")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {code}


def test_a_folder_of_posts_is_a_list(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    codes = [article.info_code for article in origin.articles[:3]]
    posts = tmp_path / "_posts"
    posts.mkdir()
    # Names in use: by infoCode, by digits alone, and the one that an empty showtime produced.
    for name in (f"2022-05-26-{codes[0]}.md", f"2022-05-26-{codes[1][2:]}.md", f"-{codes[2][2:]}.md"):
        (posts / name).write_text("---\n---\n", encoding="utf-8")
    (posts / "2021-12-01-init.md").write_text("---\n---\n", encoding="utf-8")
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"file={posts}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == set(codes)


def test_a_page_without_an_info_code_is_rejected(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", f"url={origin.url}/robots.txt", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/rejected/no_info_code"] == 1


def test_a_missing_article_is_a_failure(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", "info_code=NW209901010000000000", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/failed/missing"] == 1
    assert not scrapy.posts.exists()


def test_days_are_checked_by_the_fetched_article(scrapy: Scrapy) -> None:
    with running_origin(300, seed=4) as running:
        days = sorted({article.showtime[:10] for article in running.articles})
        codes = ",".join(article.info_code for article in running.articles[:: len(running.articles) // 10])
        run = scrapy.at(running.url)("crawl", "share", "-a", f"info_code={codes}", "-a", f"since={days[-1]}")
    assert run.status == ALL_WELL, run.log
    assert {path.name[:10] for path in scrapy.posts.iterdir()} == {days[-1]}
    assert run.summaries()[0]["skipped"] > 0


def test_an_empty_list_is_not_an_error(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url)("crawl", "share", "-a", "file=-", stdin="# nothing today\n")
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["found"] == 0
    assert not scrapy.data.exists()


DIGITS = "202609183878840472"
CODE = f"NW{DIGITS}"
OTHER = "NW202205180000000401"
WORDS = [
    CODE,
    CODE.lower(),
    DIGITS,
    f"https://finance.eastmoney.com/a/{DIGITS}.html",
    f"http://finance.eastmoney.com/a/{DIGITS}.html?from=search#comments",
    f"https://stock.eastmoney.com/a/{DIGITS}.html",
    f"https://fund.eastmoney.com/a/{DIGITS}.html",
    f"https://hk.eastmoney.com/a/{DIGITS}.html",
    f"http://global.eastmoney.com/a/{DIGITS}.html",
    f"http://finance.eastmoney.com/news/1345,{DIGITS}.html",
    f"https://finance.eastmoney.com/news/11158,{DIGITS}.html",
    f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}",
    f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?from=app&infoCode={DIGITS}",
    f"https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{DIGITS}?guid=1",
    f"https://finews.withounder.com/haigangchenbao/2026/09/19/{CODE}.html",
]


@pytest.mark.parametrize("form", ["info_code", "url", "file"])
@pytest.mark.parametrize("word", WORDS)
def test_every_form_of_a_code_in_every_argument(word: str, form: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{OTHER}\n{word}  # a comment\n", encoding="utf-8")
    value = str(listed) if form == "file" else f"{OTHER},{word} {OTHER}"
    arguments = ShareSpider.check({form: value}, Settings(DEFAULTS))
    assert isinstance(arguments, ShareArguments)
    assert (list(arguments.info_code), arguments.url) == ([OTHER, CODE], ())


SHARE_SITE = {**DEFAULTS, "FINEWS_SHARE_URL": "http://share.example"}
NO_CODE = "url must have an infoCode, such as https://finance.eastmoney.com/a/<18 digits>.html, got 'http"
NOT_SERVED = "and no host that has it is set: export FINEWS_SHARE_URL=http://HOST"
WRONG = [
    ("url", "https://caifuhao.eastmoney.com/news/20260918120000123456780", DEFAULTS, "posts of caifuhao.eastmoney.com"),
    ("info_code", "20260918120000123456780", DEFAULTS, "info_code must be an infoCode such as NW"),
    ("info_code", "AN202609181234567890", DEFAULTS, f"AN202609181234567890 is a notice, {NOT_SERVED}"),
    ("info_code", "ap202609181234567890", DEFAULTS, f"AP202609181234567890 is a research report, {NOT_SERVED}"),
    ("url", "https://data.eastmoney.com/notices/detail/600050/AN202609181234567890.html", DEFAULTS, "is a notice, and"),
    ("url", "https://finance.eastmoney.com/a/czqyw.html", DEFAULTS, NO_CODE),
    ("url", "http://finance.eastmoney.com/news/1344,20180912944502216.html", DEFAULTS, NO_CODE),
    ("url", "http://share.example/s/x1", DEFAULTS, NO_CODE),
    (
        "url",
        "http://other.example/s/x1",
        SHARE_SITE,
        "be on the share site (http://share.example), got 'http://other",
    ),
    ("info_code", "https://finance.eastmoney.com/", DEFAULTS, NO_CODE),
    (
        "url",
        f"https://finance.eastmoney.com/a/{DIGITS}.html|https://finance.eastmoney.com/a/{OTHER[2:]}.html",
        DEFAULTS,
        f"url must have spaces or commas between {OTHER} and {CODE}, got 'https://finance",
    ),
    *(
        (
            "url",
            f"https://finance.eastmoney.com/a/{DIGITS}.html{between}finance.eastmoney.com/a/{OTHER[2:]}.html",
            DEFAULTS,
            f"url must have spaces or commas between {OTHER} and {CODE}, got 'https://finance",
        )
        for between in (",", "|")
    ),
    ("url", "NewsShare.html", DEFAULTS, "url must be a URL such as http://example.org, got 'NewsShare.html'"),
]


@pytest.mark.parametrize(("form", "word", "settings", "message"), WRONG)
def test_what_has_no_article_is_refused(form: str, word: str, settings: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError) as error:
        ShareSpider.check({form: word}, Settings(settings))
    assert message in str(error.value)
    assert "for example: finews crawl share" in str(error.value)


@pytest.mark.parametrize("word", ["AN202609181234567890", "http://share.example/s/x1"])
def test_a_share_site_serves_notices_and_pages_without_a_code(word: str) -> None:
    ShareSpider.check({"url": word}, Settings(SHARE_SITE))


def test_a_notice_in_a_list_does_not_stop_the_others(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"AN202609181234567890\n{CODE}\n", encoding="utf-8")
    assert ShareSpider.check({"file": str(listed)}, Settings(DEFAULTS))


def test_an_address_of_today_is_crawled(scrapy: Scrapy, origin: RunningOrigin) -> None:
    one, other = origin.articles[:2]
    page = f"https://finance.eastmoney.com/news/1345,{other.info_code[2:]}.html"
    run = scrapy.at_today(origin.url)("crawl", "share", "-a", f"url={one.url_w},{page}")
    assert run.status == ALL_WELL, run.log
    assert codes_of(scrapy) == {one.info_code, other.info_code}


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_a_list_in_another_encoding_says_which_it_must_have(encoding: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{CODE}  # 扩产\n", encoding=encoding)
    with pytest.raises(ArgumentError, match=r"file must be a list in UTF-8, got .*: save or convert it as such"):
        ShareArguments.parse({"file": str(listed)})


@pytest.mark.parametrize("rest", [f"finance.eastmoney.com/a/{OTHER[2:]}.html", OTHER[:-1], f"公告 {OTHER[:-1]}"])
def test_a_list_may_have_titles_behind_links_and_nothing_else(rest: str, tmp_path: Path) -> None:
    listed, link = tmp_path / "list.txt", f"https://finance.eastmoney.com/a/{DIGITS}.html"
    listed.write_text(f"{link} 江城重工：5G 项目，拟扩产（更正）\n", encoding="utf-8")
    assert tuple(ShareArguments.parse({"file": str(listed)}).info_code) == (CODE,)
    listed.write_text(f"{link} {rest}\n", encoding="utf-8")
    with pytest.raises(ArgumentError, match="line 1 must be an infoCode"):
        ShareArguments.parse({"file": str(listed)})


@pytest.mark.parametrize("form", ["url", "info_code", "file"])
@pytest.mark.parametrize("between", [",", " ", "，", "；", "、", "\u3000", "; ", ",\n"])
@pytest.mark.parametrize(
    "link",
    [
        "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW20220518000000000{}",
        "https://finance.eastmoney.com/a/20220518000000000{}.html?from=http://www.eastmoney.com/",
        "nw20220518000000000{}",
    ],
)
def test_none_of_several_links_is_lost(link: str, between: str, form: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    links = between.join(link.format(number) for number in (1, 2, 3)) + between
    listed.write_text(links, encoding="utf-8")
    arguments = ShareArguments.parse({form: str(listed) if form == "file" else links})
    assert tuple(arguments.info_code) == tuple(f"NW20220518000000000{number}" for number in (1, 2, 3))
    assert not arguments.url
