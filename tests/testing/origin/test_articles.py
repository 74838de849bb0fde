from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.content.slug import slug
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.body_generator import SPACED, UNSPACED
from finews_crawler.testing.origin.text_generator import MEDIA
from finews_crawler.testing.origin.timestamps import is_showtime

MANY = generate(500, 1)

FINGERPRINT = """
import hashlib
from finews_crawler.testing.origin.articles import generate
digest = hashlib.sha256()
for article in generate(40, 7):
    digest.update(repr(sorted(article.channels)).encode())
    digest.update(repr((article.info_code, article.title, article.showtime, article.digest)).encode())
    digest.update((article.text_html + article.content_html).encode())
print(digest.hexdigest())
"""


def fingerprint(hash_seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run([sys.executable, "-c", FINGERPRINT], env=environment, check=True, capture_output=True).stdout


def test_two_generations_are_equal_and_fewer_are_a_prefix_of_more() -> None:
    assert generate(500, 1) == MANY
    assert generate(30, 1) == MANY[:30]
    assert generate(30, 2) != MANY[:30]
    assert [a.text_html for a in generate(20, 1)] == [a.text_html for a in MANY[:20]]


def test_processes_with_different_hash_seeds_agree() -> None:
    assert fingerprint("1") == fingerprint("2")


def test_keys_are_unique_info_codes_that_begin_with_the_date() -> None:
    assert len({a.info_code for a in MANY}) == len(MANY)
    assert all(INFO_CODE.fullmatch(a.info_code) for a in MANY)
    assert all(a.info_code[2:10] == a.showtime[:10].replace("-", "") for a in MANY)


def test_newest_first_and_days_break_near_midnight() -> None:
    times = [a.showtime for a in MANY]
    assert all(is_showtime(time) for time in times)
    assert times[0].startswith("2022-05-26 23:59:")
    assert all(later > earlier for later, earlier in pairwise(times))
    midnights = [(a, b) for a, b in pairwise(times) if a[:10] != b[:10]]
    assert midnights
    assert all(a.endswith("00:00:07") and b.endswith("23:59:51") for a, b in midnights)


def test_every_channel_has_articles() -> None:
    shares = Counter(tuple(sorted(a.channels)) for a in MANY)
    assert shares["media",] == 275
    assert shares["rolling",] == 75
    assert shares["media", "rolling"] == 100
    assert all(shares[f"market:{number}",] > 10 for number in (37, 38, 39))
    assert all(bool(a.media_name) == (a.channels != {"rolling"}) for a in MANY)
    assert [a.blank_row for a in MANY].count(True) == 1


def test_awkward_outlets_and_their_slugs() -> None:
    assert {
        "hualongwangxinzhongqingkehuduan",
        "21shijijingjibaodao  nancailicaitong",
        "21shijijingjibaodao 21caijingAPP",
        "anxinguojizhengquan(xianggang)",
        "Career In touxingPEVC",
        "TechWeb",
        "Techweb",
    } <= {slug(name) for name in MEDIA}
    assert {a.media_name for a in MANY} == {*MEDIA, ""}


@pytest.mark.parametrize("part", ['"', "\\", ": ", "#", "&", "％", "🚀", "'", "[", "|", "*"])
def test_titles_contain_text_that_has_broken_front_matter(part: str) -> None:
    assert any(part in a.title for a in MANY)


def test_digests_often_start_with_the_headline() -> None:
    headed = [a for a in MANY if a.digest.startswith(f"【{a.title}】")]
    assert len(MANY) / 2 < len(headed) < len(MANY)


@pytest.mark.parametrize(
    "shape",
    [
        '<p style="display:none;height:1px;overflow:hidden;"> </p>',
        'data-code="600050|1|1"',
        'data-code="NIO|106|7"',
        "imageType=k&token=",
        '<center><img src="https://dfscdn.dfcfw.com/download/D',
        "<strong>",
        '<table border="0">',
        "<br /></p>",
        "&nbsp;",
        "R&amp;D",
        "<p>\u3000\u3000",
    ],
)
def test_both_bodies_have_every_kind_of_markup(shape: str) -> None:
    assert any(shape in a.text_html and shape in a.content_html for a in MANY)


@pytest.mark.parametrize(
    "shape",
    [
        r'<span id="stock_1\.60\d{4}"><a href="http://quote\.eastmoney\.com/unify/r/1\.60\d{4}" class="keytip" '
        r'data-code="1,60\d{4}">[^<]+</a></span><span id="quote_1\.60\d{4}"></span>',
        r'<span web="1" href="[^"]+" class="em_stock_key_common" data-code="0,\d{6}">[^<]+</span>',
        r'data-code="90,BK0493"',
        r'data-code="106,JCAR"',
        r'data-code="\d{6}"',
        r'<p class="em_media">（文章来源：上海<span id="bk_90\.BK0473">.*</span>报）</p>$',
    ],
)
def test_only_content_has_tickers(shape: str) -> None:
    assert any(re.search(shape, a.content_html) for a in MANY)
    assert not any(re.search(shape, a.text_html) for a in MANY)


def test_content_without_its_tickers_is_text() -> None:
    def without_tickers(html: str) -> str:
        html = re.sub(r'<span id="(?:bk)?quote_[^"]*"></span>', "", html)
        html = re.sub(r'<span id="(?:stock|bk)_[^"]*"><a [^>]*>([^<]*)</a></span>', r"\1", html)
        return re.sub(r'<span web="1"[^>]*>([^<]*)</span>', r"\1", html)

    assert all(without_tickers(a.content_html) == a.text_html for a in MANY)


def test_blocks_are_separated_as_in_the_source_document_or_not_at_all() -> None:
    for index, article in enumerate(MANY):
        main = article.text_html.rpartition('<p class="em_media">')[0] or article.text_html
        assert ("\n <" in main) == (article.body.separator == SPACED)
        assert article.body.separator == (UNSPACED if index % 12 == 11 else SPACED)
        assert "\n" not in main.replace("\n <p", "").replace("\n <center", "").replace("\n <table", "")
        assert "<!-- EM_StockImg_End --><p>" in main or "<!--" not in main


def test_the_source_line_is_last_and_absent_without_an_outlet() -> None:
    for article in MANY:
        source_line = f'</p><p class="em_media">（文章来源：{article.media_name}）</p>'
        after_table = source_line.replace("</p><p", "</table><p")
        assert article.text_html.endswith((source_line, after_table)) == bool(article.media_name)
        assert article.text_html.count("em_media") == bool(article.media_name)
