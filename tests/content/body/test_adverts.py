"""Adverts: each known one is cut, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.adverts import cut_adverts
from finews_crawler.content.body.clean import clean_body
from finews_crawler.testing.origin.articles import generate
from tests.support.bodies import EM_MEDIA, IMAGE, ordinary_bodies
from tests.support.today_bodies import ADVERT, LINE_ADVERT, TODAY

LINKED = "https://acttg.eastmoney.com/pub/x"
AD_IMAGE = '<img class="em_handle_adv_close" src="https://np-newspic.dfcfw.com/download/D1.jpg">'

CUT = {
    ADVERT: "image_link",
    f'<P><A HREF="http://ACTTG.eastmoney.com/pub/x" target=_blank>\n{AD_IMAGE}</A> </P>': "image_link",
    f"<p>{AD_IMAGE}</p>": "image",
    f'<p>\u3000\u3000<a href="https://choice.eastmoney.com/">{AD_IMAGE}</a>&nbsp;</p>': "image",
    LINE_ADVERT: "line",
    f'<p><a href="{LINKED}"><strong>在东方财富看资讯行情, 选东方财富证券一站式开户交易>></strong></a></p>': "line",
    "<p>想炒股，先开户！选东方财富证券，行情交易一个APP搞定＞＞</p>": "line",
    "<p>炒股第一步，先开个股票账户</p>": "line",
    "<p>四大权益礼包，开户即送</p>": "line",
    f'<p style="text-align:center;"><a href="{LINKED}">点击领取行情权益&gt;&gt;</a></p>': "link",
    '<p>\u3000<a href="//acttg.eastmoney.com?x"><span>打开应用查看»»</span></a></p>': "link",
}
KEPT = {
    "text beside the image": f"<p>江城重工供图{AD_IMAGE}</p>",
    "a second image": f"<p>{AD_IMAGE}{AD_IMAGE}</p>",
    "an image in a link to the host": f'<p><a href="{LINKED}"><img src="//a.cn/1.jpg" /></a></p>',
    "another class": '<p><img class="em_handle_adv_closed" src="//a.cn/1.jpg" /></p>',
    "the class in another attribute": '<p><img alt="em_handle_adv_close" src="//a.cn/1.jpg" /></p>',
    "the class in a text": "<p>em_handle_adv_close</p>",
    "the host in a text": "<p>acttg.eastmoney.com&gt;&gt;</p>",
    "an ordinary image": IMAGE,
    "a comment": f"<p>{AD_IMAGE}<!-- EM_StockImg_Start --></p>",
    "a linked headline": f'<p><a href="{LINKED}">江城重工交付两艘货轮</a></p>',
    "text before the link": f'<p>江城重工：<a href="{LINKED}">点击查看&gt;&gt;</a></p>',
    "text after the link": f'<p><a href="{LINKED}">点击查看&gt;&gt;</a>江城重工&gt;&gt;</p>',
    "two links": f'<p><a href="{LINKED}">甲</a><a href="{LINKED}">乙&gt;&gt;</a></p>',
    "another host": '<p><a href="https://acttg.eastmoney.com.a.cn/">点击查看&gt;&gt;</a></p>',
    "the host in a query": '<p><a href="https://a.cn/?u=//acttg.eastmoney.com/">点击查看&gt;&gt;</a></p>',
    "a line within a sentence": "<p>券商推广语“炒股第一步，先开个股票账户”引发关注。</p>",
    "a line and a sentence": "<p>四大权益礼包，开户即送。江城证券一季度净利润增长。</p>",
    "a line and an image": '<p>四大权益礼包，开户即送<img src="//a.cn/1.jpg" /></p>',
    "in a table": f"<table><tbody><tr><td>{ADVERT}</td></tr></tbody></table>",
    "beside bare text": f"甲{ADVERT}",
    "before bare text": f"{ADVERT}甲",
    "in a comment": f"<!-- {AD_IMAGE} -->",
    "in an attribute": f"<p title='<p>{AD_IMAGE}</p>'>甲</p>",
    "after an attribute without end": f'<p title="甲>{AD_IMAGE}</p>',
    "in a script": f"<script>{ADVERT}</script>",
    "not closed": f"<p>{AD_IMAGE}",
    "closed twice": f"<p>甲</p>{AD_IMAGE}</p>",
}


@pytest.mark.parametrize(("advert", "rule"), CUT.items(), ids=range(len(CUT)))
@pytest.mark.parametrize("separator", ["", "\n", "\n ", "\r\n "])
def test_known_adverts_are_cut(advert: str, rule: str, separator: str) -> None:
    blocks = ("<p>甲</p>", "<p>乙</p>")
    article = separator.join(blocks)
    assert cut_adverts(separator.join((*blocks, advert))) == (article, (rule,))
    assert cut_adverts(separator.join((advert, *blocks))) == (article, (rule,))
    assert cut_adverts(separator.join((blocks[0], advert, advert, blocks[1]))) == (article, (rule, rule))
    assert cut_adverts(f"{article}{separator}{advert}{EM_MEDIA}") == (article + EM_MEDIA, (rule,))
    assert cut_adverts(f"{advert}{separator}{advert}") == ("", (rule, rule))


@pytest.mark.parametrize("html", KEPT.values(), ids=KEPT.keys())
def test_all_else_is_kept(html: str) -> None:
    assert cut_adverts(html) == (html, ())
    with_advert = f"<p>甲</p>{ADVERT}<p>乙</p>{html}"
    assert cut_adverts(with_advert) == (f"<p>甲</p><p>乙</p>{html}", ("image_link",))


@pytest.mark.parametrize("body", TODAY.values(), ids=TODAY.keys())
def test_a_body_of_today_keeps_all_but_its_adverts(body: str) -> None:
    assert cut_adverts(f"{LINE_ADVERT}{body}{ADVERT}") == (body, ("line", "image_link"))


def test_generated_articles_have_no_adverts() -> None:
    for article in generate(100, 5):
        assert cut_adverts(article.content_html) == (article.content_html, ())


def test_clean_body_cuts_adverts() -> None:
    cleaned = clean_body(f"<p>\u3000\u3000甲</p>\n {ADVERT}{EM_MEDIA}")
    assert (cleaned.html, cleaned.rebuilt, cleaned.adverts) == (f"<p>甲</p>{EM_MEDIA}", False, ("image_link",))
    cleaned = clean_body(f"<p>甲<br></p>{ADVERT}")
    assert (cleaned.html, cleaned.rebuilt, cleaned.adverts) == ("<p>甲<br /></p>", True, ("image_link",))


@given(body=ordinary_bodies(), place=st.integers(0, 2))
def test_a_body_is_ordinary_without_its_adverts(body: str, place: int) -> None:
    given_body = (ADVERT + body, body + ADVERT, ADVERT + body + LINE_ADVERT)[place]
    assert cut_adverts(given_body).html == body


PIECES = ["<p>", "</p>", AD_IMAGE, ADVERT, LINE_ADVERT, "甲", "<", " ", "\n", "<!--", "-->", '"', "<div>", "</div>"]


@given(html=st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_cut_adverts_is_idempotent(html: str) -> None:
    once = cut_adverts(html).html
    assert cut_adverts(once) == (once, ())
