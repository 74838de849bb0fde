"""Bodies of today's JSON article: mark-up as in an answer recorded on 2026-09-19, with invented text and numbers."""

from __future__ import annotations

from tests.support.bodies import HIDDEN, NEWER_TICKER, TICKER

START, END = "<!-- EM_StockImg_Start -->", "<!-- EM_StockImg_End -->"
HIDDEN_BREAK = HIDDEN.replace("> <", "><br /><")
ARTICLE_LINK = (
    '<a href="http://finance.eastmoney.com/a/202609010000000001.html" textvalue="江城重工交付">江城重工交付</a>'
)
ADVERT = (
    '<p style="text-align:center;"><a href="https://acttg.eastmoney.com/pub/xxlout_app_random_00000000">'
    '<img src="https://np-newspic.dfcfw.com/download/D20000000000000000000_w690h389.jpg"'
    ' class="em_handle_adv_close" /></a></p>'
)
LINE_ADVERT = "<p>\u3000\u3000在东方财富看资讯行情，选东方财富证券一站式开户交易&gt;&gt;</p>"


def chart(code: str, market: str, kind: str, second_kind: str) -> str:
    """Return a chart of one day, between its comments."""
    return (
        f'{START}<p style="text-align:center;"><a href="http://quote.eastmoney.com/unify/r/{market}.{code}"'
        f' data-code="{code}|{market}|{kind}" data-code2="{code}|{market}|{second_kind}|" class="EmImageRemark"'
        f' target="_blank"><img src="https://webquotepic.eastmoney.com/GetPic.aspx?nid={market}.{code}&imageType=r'
        f'&token=00000000000000000000000000000000" border="0" alt="R图 {code}_0" data-code="R {code}|{market}|{kind}"'
        f' data-code2="R {code}|{market}|{second_kind}|" style="border:#d1d1d1 1px solid;" width="578" height="276" />'
        f"</a></p>{END}"
    )


INDEX_CHART = chart("XGI", "100", "_UI", "0")
SHARE_CHART = chart("XGH", "105", "7", "1")

TODAY: dict[str, str] = {
    "charts of indexes": f"{HIDDEN_BREAK}{INDEX_CHART}{HIDDEN_BREAK}{SHARE_CHART}<p>\u3000\u3000指数小幅走低。</p>",
    # The comments of a chart begin at the end of a paragraph, and nest.
    "comments astride paragraphs": (
        f"{HIDDEN_BREAK}<p>\u3000\u3000指数小幅走低。{START}</p>{INDEX_CHART}{START}{HIDDEN_BREAK}{SHARE_CHART}{END}"
        f"<p>\u3000\u3000船舶股领跌。</p>{END}<p>\u3000\u3000完。{END}<br /></p>"
    ),
    "headings and links": (
        f'<h3 class="emh3">\u3000\u3000公司新闻</h3><p>\u3000\u3000{ARTICLE_LINK}</p>'
        '<p>\u3000\u3000<a href="http://global.eastmoney.com/a/202609010000000002.html"><strong>江城港口扩建</strong></a></p>'
        f"<p>\u3000\u3000{TICKER}与{NEWER_TICKER}交付两艘货轮。</p>"
    ),
}
