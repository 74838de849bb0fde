"""Originals from two surfaces: the archived body stays unless the article itself differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import is_revision, merge
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.body.clean import CleanBody, clean_body, remove_indentation
from finews_crawler.content.body.dressing import is_same_body
from finews_crawler.content.body.source_line import with_source_line
from finews_crawler.content.body.ticker_markup import unwrap_tickers
from finews_crawler.content.dates import parse_published_at
from finews_crawler.exporters.jekyll_post import render_post
from finews_crawler.items import Article, article_from
from finews_crawler.testing.origin.articles import OriginArticle, generate
from tests.support.bodies import EM_MEDIA, NEWER_TICKER
from tests.support.source_document import payload_of
from tests.support.today_bodies import ADVERT, LINE_ADVERT

URLS = PostUrls()
CODE = "NW202205262391921712"
ORIGINALS = ("news_text", "web_article")
BODY_FIELDS = ("text_html", "content_html", "source_url")

Given = Callable[[OriginArticle], Article]


def of_2022(origin: OriginArticle) -> Article:
    """Return an article as GetNewsText gives it."""
    return article_from(
        "news_text",
        origin.info_code,
        title=origin.title,
        published_at=parse_published_at(origin.showtime),
        media_name=origin.media_name,
        text_html=origin.text_html,
        content_html=origin.content_html,
        source_url="http://127.0.0.1/2022",
    )


def of_today(origin: OriginArticle) -> Article:
    """Return an article as today's JSON gives it: with adverts, and a source line that was put back."""
    without_line, *_ = origin.content_html.split('<p class="em_media">')
    content = with_source_line(f"{LINE_ADVERT}{without_line}{ADVERT}", origin.media_name)
    return article_from(
        "web_article",
        origin.info_code,
        title=origin.title,
        published_at=parse_published_at(origin.showtime),
        media_name=origin.media_name,
        text_html=unwrap_tickers(content),
        content_html=content,
        source_url="http://127.0.0.1/today",
    )


def body(origin: str, html: str) -> Article:
    return article_from(origin, CODE, text_html=html, source_url=f"http://127.0.0.1/{origin}")


@pytest.mark.parametrize(("first", "second"), [(of_2022, of_today), (of_today, of_2022)])
def test_dressing_is_neither_a_revision_nor_a_new_post(first: Given, second: Given, tmp_path: Path) -> None:
    archive = Archive(DataDirectory(tmp_path / "data"), URLS)
    for origin in generate(200, 11):
        held, later = derive(first(origin), URLS)[0], second(origin)
        merged = derive(merge(held, later), URLS)[0]
        assert [getattr(merged, name) for name in BODY_FIELDS] == [getattr(held, name) for name in BODY_FIELDS]
        assert {merged.origins[name] for name in BODY_FIELDS} == {held.origins["text_html"]}
        assert not is_revision(held, merged)
        assert [bool(change.staged) for each in (held, merged) for change in archive.store([each])] == [True, False]
    archive.close()


@pytest.mark.parametrize("adverts", [(), (ADVERT,)])
@pytest.mark.parametrize(("held", "later"), [ORIGINALS, ORIGINALS[::-1]])
def test_the_later_of_two_different_originals_wins(held: str, later: str, adverts: tuple[str, ...]) -> None:
    archived, correction = body(held, "<p>甲</p>"), body(later, "".join(("<p>更正：乙</p>", *adverts)))
    merged = merge(archived, correction)
    assert (merged.text_html, merged.source_url) == (correction.text_html, correction.source_url)
    assert {merged.origins[name] for name in ("text_html", "source_url")} == {later}
    assert is_revision(archived, merged)
    assert not is_revision(merged, merge(merged, correction))


def test_a_different_content_is_a_revision_though_the_text_is_the_same() -> None:
    held = article_from("news_text", CODE, text_html="<p>甲</p>", content_html="<p>甲</p>")
    later = article_from("web_article", CODE, text_html="<p>甲</p>", content_html="<p>乙</p>")
    assert is_revision(held, merge(held, later))


@pytest.mark.parametrize(("held", "later"), [ORIGINALS, ORIGINALS[::-1]])
def test_no_body_is_emptied_and_a_missing_one_is_taken(held: str, later: str) -> None:
    text = article_from(held, CODE, text_html="<p>江城重工</p>")
    content = article_from(later, CODE, content_html=f"<p>{NEWER_TICKER}</p>{ADVERT}")
    merged = merge(text, content)
    assert (merged.text_html, merged.content_html) == (text.text_html, content.content_html)
    assert (merged.origins["text_html"], merged.origins["content_html"]) == (held, later)
    assert not is_revision(text, merged)
    other_text = article_from(later, CODE, text_html="<p>更正</p>")
    assert merge(merged, other_text).content_html == content.content_html


def test_within_one_surface_the_later_body_wins() -> None:
    for origin in ORIGINALS:
        held, later = body(origin, "<p>甲</p><p>乙</p>"), body(origin, "<p>甲</p>\n <p>乙</p>")
        assert merge(held, later).text_html == later.text_html
        assert is_revision(held, merge(held, later))


def test_another_advert_in_the_same_surface_is_no_revision() -> None:
    held, later = body("web_article", f"<p>甲</p>{ADVERT}"), body("web_article", f"<p>甲</p>{LINE_ADVERT}")
    assert merge(held, later).text_html == later.text_html
    assert not is_revision(held, merge(held, later))


@pytest.mark.parametrize("original", ORIGINALS)
def test_an_original_replaces_a_copy_and_never_the_other_way_round(original: str) -> None:
    copied, true_body = body("archive_page", "<p>甲</p>"), body(original, f"<p>甲</p>{ADVERT}")
    for merged in (merge(copied, true_body), merge(true_body, copied)):
        assert merged.text_html == true_body.text_html
        assert merged.origins["source_url"] == original


@pytest.mark.parametrize("original", ORIGINALS)
def test_an_original_of_a_body_read_from_a_post_is_no_revision(original: str) -> None:
    held = article_from("post", CODE, text_html=f"<p>甲</p>\n <p>乙</p>{EM_MEDIA}")
    assert not is_revision(held, merge(held, body(original, f"<p>\u3000\u3000甲</p><p>乙</p>{ADVERT}{EM_MEDIA}")))
    assert is_revision(held, merge(held, body(original, f"<p>\u3000\u3000甲</p>{ADVERT}{EM_MEDIA}")))


def test_a_field_that_a_better_list_gives_again_changes_only_its_origin(tmp_path: Path) -> None:
    """Read back from a post first, then by today's lists, then by those of 2022."""
    archive = Archive(DataDirectory(tmp_path / "data"), URLS)
    given = {"title": "题", "published_at": parse_published_at("2022-05-26 09:30:00"), "digest": "【题】摘要"}
    held = derive(article_from("post", CODE, text_html="<p>甲</p>", content_html="<p>甲</p>", **given), URLS)[0]
    assert archive.store([held])[0].staged
    for origin in ("web_article", "columns:344", "rolling"):
        later = derive(merge(held, article_from(origin, CODE, **given)), URLS)[0]
        assert later.origins["title"] == origin
        assert not is_revision(held, later)
        assert not archive.store([later])[0].staged
        held = later
    archive.close()


SAME = {
    "adverts": f"{LINE_ADVERT}<p>\u3000\u3000江城重工</p>\r\n <p>乙</p>{ADVERT}",
    "source line": f"<p>\u3000\u3000江城重工</p><p>乙</p>{EM_MEDIA}",
    "ticker": f"<p>\u3000\u3000{NEWER_TICKER}</p><p>乙</p>",
    "line ends": "<p>\u3000\u3000江城重工</p>\r\n<p>乙</p>\r\n",
    "indentation": "<p>江城重工</p><p>乙</p>",
    "spelling": "<P>江城重工</P><p>乙",
}
DIFFERENT = {
    "a word": "<p>江城重工</p><p>丙</p>",
    "a paragraph": "<p>江城重工</p><p>乙</p><p>丙</p>",
    "emphasis": "<p>江城重工</p><p><b>乙</b></p>",
    "an image": '<p>江城重工</p><p>乙<img src="//a.cn/1.jpg" /></p>',
    "a space": "<p>江城 重工</p><p>乙</p>",
    "one block": "<p>江城重工<br />乙</p>",
    "nothing": "",
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME.keys())
def test_dressing(other: str) -> None:
    assert is_same_body("<p>\u3000\u3000江城重工</p><p>乙</p>", other)
    assert is_same_body(other, "<p>\u3000\u3000江城重工</p><p>乙</p>")


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_is_no_dressing(other: str) -> None:
    assert not is_same_body("<p>\u3000\u3000江城重工</p><p>乙</p>", other)


def test_the_text_of_today_is_the_archives_own_byte_for_byte() -> None:
    for origin in generate(200, 12):
        cleaned = clean_body(of_today(origin).text_html)
        assert cleaned == CleanBody(remove_indentation(origin.text_html), rebuilt=False, adverts=("line", "image_link"))


@pytest.mark.parametrize("separator", ["", "\n ", "\r\n"])
def test_the_source_document_served_by_todays_surface(source_document: bytes, separator: str) -> None:
    payload = payload_of(source_document)
    without_line, *_ = payload["text"].split('<p class="em_media">')
    content = with_source_line(f"{without_line}{separator}{ADVERT}{separator}", payload["medianame"])
    article = article_from(
        "web_article",
        payload["infoCode"],
        title=payload["title"],
        published_at=parse_published_at(payload["showtime"]),
        media_name=payload["medianame"],
        text_html=unwrap_tickers(content),
        content_html=content,
    )
    assert render_post(derive(article, URLS)[0], URLS) == source_document
