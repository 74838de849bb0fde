"""Pages that are cut off: each prefix of a page of the archive or of a category is one, and no other page."""

from __future__ import annotations

import pytest

from finews_crawler.sources.eastmoney_web.category_page import parse_category_page
from finews_crawler.sources.finews_site.post_lists import parse_post_list
from finews_crawler.sources.html_response import is_cut_off_page
from finews_crawler.sources.outcome import Outcome

TITLE = '<p class="title"><a href="/a/202206142412345678.html">题</a></p>'
ROW = f'<li>{TITLE}<p class="time">06月14日 17:56</p></li>'
PAGE = f'<!DOCTYPE html>\n<html><body><section><ul id="newsListContent">{ROW}</ul></section></body></html>\n'


def test_each_part_of_a_page_is_cut_off() -> None:
    for cut in range(len("<!DOCTYPE html>"), PAGE.index("</body>") + 6):
        body = PAGE[:cut].encode()
        assert is_cut_off_page(PAGE[:cut]), cut
        assert (
            parse_category_page(body).outcome is parse_post_list("http://127.0.0.1/", body).outcome is Outcome.CUT_OFF
        )
    assert parse_category_page(PAGE.encode()).outcome is Outcome.ARTICLES


@pytest.mark.parametrize(
    "text", ["", "<ul><li>", "<section>", "{}", "<HTML><p></HTML>", "<html><body></body>", "<htmlx>"]
)
def test_other_text_is_not_cut_off(text: str) -> None:
    assert not is_cut_off_page(text)
