"""Source line: put back, a body is GetNewsText's byte for byte."""

from __future__ import annotations

import pytest

from finews_crawler.content.body.extract import extract_body
from finews_crawler.content.body.source_line import with_source_line
from finews_crawler.testing.origin.articles import generate


def test_source_line_of_generated_articles() -> None:
    for article in generate(200, 7):
        without_line, *_ = article.text_html.split('<p class="em_media">')
        assert with_source_line(without_line, article.media_name) == article.text_html
        assert with_source_line(article.text_html, article.media_name) == article.text_html


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \r\n",
        '<p>甲</p><p class="em_media">（文章来源：另一家媒体）</p>',
        "<p>甲<br />(文章来源: 江城晨报)</p>",
    ],
)
def test_a_blank_body_or_one_with_a_source_line_is_kept(html: str) -> None:
    assert with_source_line(html, "江城晨报") == html


def test_without_an_outlet_a_body_is_kept() -> None:
    assert with_source_line("<p>甲</p>\n", "") == "<p>甲</p>\n"


@pytest.mark.parametrize("media_name", ["R&D周刊", "<江城>晨报", '"江城"晨报', "21世纪经济报道  南财理财通"])
def test_the_outlet_is_escaped_and_read_back(media_name: str) -> None:
    body = with_source_line("<p>甲见《文章来源：说明》</p>", media_name)
    assert extract_body(body).source_line == media_name
