"""The post's two forms, and what keeps a strange title, medium or digest inside its line."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.content.decoding import one_line
from finews_crawler.exporters.category_file import render_category
from finews_crawler.exporters.jekyll_post import post_name, render_post, rendered_fields
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
ADDRESSES = PostUrls()
PUBLISHED = datetime(2022, 5, 26, 23, 59, 8, tzinfo=BEIJING)
LINE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).map(one_line).filter(bool)


def an_article(**fields: object) -> Article:
    given_fields = {"title": "标题", "published_at": PUBLISHED, "text_html": "<p>正文。</p>", **fields}
    return derive(article_from("rolling", CODE, **given_fields), ADDRESSES)[0]


def render(article: Article) -> str:
    return render_post(article, ADDRESSES).decode()


def test_post_of_an_outlet() -> None:
    article = an_article(media_name="安信国际证券(香港)")
    assert post_name(article) == f"2022-05-26-{CODE}.md"
    assert render(article) == (
        '---\nlayout: post\ntitle: "标题"\ndate: 2022-05-26 23:59:08 +0800\n'
        "categories: anxinguojizhengquan(xianggang)\ntags: 安信国际证券(香港)新闻\n---\n"
        "<p>正文。</p>\n\n"
        f"<http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}>\n\n"
        "[返回安信国际证券(香港)新闻](//finews.withounder.com/category/anxinguojizhengquan(xianggang).html)"
        "｜[返回首页](//finews.withounder.com/)"
    )


def test_post_of_the_rolling_list() -> None:
    article = an_article(
        digest="【标题】摘要的【第二】句",
        content_html="<p>\u3000\u3000全文。</p>",
        public_url="http://finance.eastmoney.com/a/202205262391921712.html",
    )
    assert post_name(article) == f"2022-05-26-{CODE[2:]}.md"
    assert render(article) == (
        '---\nlayout: post\ntitle: "标题"\ndate: 2022-05-26 23:59:08 +0800\n'
        "categories: emnews\ntags: 东财滚动新闻\n---\n"
        "> 句\n\n<p>全文。</p>\n\n"
        "<http://finance.eastmoney.com/a/202205262391921712.html>\n\n"
        "[返回东财滚动新闻](//finews.withounder.com/emnews/)｜[返回首页](//finews.withounder.com/)"
    )


def test_an_outlet_with_spaces_is_one_category() -> None:
    article = an_article(media_name="21世纪经济报道  南财理财通")
    front_matter = yaml.safe_load(render(article).split("---")[1])
    assert front_matter["categories"] == ["21shijijingjibaodao  nancailicaitong"]
    assert front_matter["tags"] == ["21世纪经济报道  南财理财通新闻"]
    assert "(//finews.withounder.com/category/21shijijingjibaodao  nancailicaitong.html)" in render(article)


def test_a_post_shows_the_other_body_if_its_own_is_missing() -> None:
    assert "<p>正文。</p>" in render(an_article())
    assert "<p>全文。</p>" in render(an_article(media_name="证券时报", text_html="", content_html="<p>全文。</p>"))


@given(title=LINE, media_name=LINE, digest=st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_stays_in_its_field(title: str, media_name: str, digest: str) -> None:
    for medium in (media_name, ""):
        article = an_article(title=title, media_name=medium, digest=digest)
        post = render(article)
        head, rest = re.fullmatch(r"---\n(.*?)\n---\n(.*)", post, re.DOTALL).groups()  # type: ignore[union-attr]
        assert yaml.safe_load(head)["title"] == title
        assert rest.endswith("｜[返回首页](//finews.withounder.com/)")
        quote, _, below = rest.partition("<p>正文。</p>")
        assert quote == "" or re.fullmatch(r"> [^\n]+\n\n", quote)
        assert len(below.split("\n")) == 5
        assert "{{" not in post.partition("---\n")[2].partition("---\n")[2]


@pytest.mark.parametrize("media_name", ["", "证券时报"])
@pytest.mark.parametrize("text_html", ["", "<p>正文。</p>"])
def test_posts_are_rendered_from_the_rendered_fields(media_name: str, text_html: str) -> None:
    article = an_article(media_name=media_name, text_html=text_html, digest="【标题】摘要")
    read: set[str] = set()

    class Watched(Article):
        def __getattribute__(self, name: str) -> object:
            read.add(name)
            return super().__getattribute__(name)

    watched = Watched(**vars(article))
    read.clear()
    render(watched)
    of_post = set(read)
    read.clear()
    rendered_fields(watched)
    assert of_post
    assert of_post <= read, "articles that share these fields may have other posts"


def test_render_post_needs_a_time() -> None:
    article = an_article()
    article.published_at = None
    with pytest.raises(ValueError, match=CODE):
        render_post(article, ADDRESSES)
    with pytest.raises(ValueError, match=CODE):
        post_name(article)


@given(LINE)
def test_category_file_round_trips(media_name: str) -> None:
    read = yaml.safe_load(render_category("slug", f"{media_name}新闻").decode().split("---\n")[1])
    assert read == {"layout": "category", "title": f"{media_name}新闻", "category": "slug"}
