"""Bodies for the tests of content: mark-up as in real news with invented text, and random variants."""

from __future__ import annotations

from hypothesis import strategies as st

HIDDEN = '<p style="display:none;height:1px;overflow:hidden;"> </p>'
K_LINE = (
    '<!-- EM_StockImg_Start --><p style="text-align:center;"><a href="http://quote.eastmoney.com/unify/r/1.600999"'
    ' data-code="600999|1|1" data-code2="600999|1|2|" class="EmImageRemark" target="_blank">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600999&imageType=k&token=0f&at=1" border="0"'
    ' alt="K图 600999_0]" data-code="K 600999|1|1" data-code2="K 600999|1|2|" style="border:#d1d1d1 1px solid;"'
    ' width="578" height="276" /></a></p><!-- EM_StockImg_End -->'
)
EM_MEDIA = '<p class="em_media">（文章来源：江城财经观察）</p>'
TICKER = (
    '<span id="stock_1.600999"><a href="http://quote.eastmoney.com/unify/r/1.600999" class="keytip"'
    ' data-code="1,600999">江城重工</a></span><span id="quote_1.600999"></span>'
)
NEWER_TICKER = (
    '<span web="1" href="http://quote.eastmoney.com/unify/r/1.600999" class="em_stock_key_common"'
    ' data-code="1,600999">江城重工</span>'
)
TABLE = (
    '<table border="1" cellspacing="0" width="100%"><tbody><tr><td colspan="2">项目|金额</td></tr>'
    "<tr><td>营业收入</td><td>12.6&nbsp;亿元</td></tr></tbody></table>"
)
IMAGE = (
    '<center><img src="https://dfscdn.dfcfw.com/download/D24000000000000000000_w800h555.jpg" alt="Image"'
    ' width="580" height="402" style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>'
)

# The shape of the source document, and of its neighbours.
SEEN: dict[str, str] = {
    "k-line": f"{HIDDEN}{K_LINE}<p> 今(17)日，江城重工宣布扩产。<br /></p>\n <p>据悉，产线已投用。</p>{EM_MEDIA}",
    "no-k-line": f"{HIDDEN}<p>江城重工：一季度净利润同比增长12.6%。</p>\n <p>公司称订单饱满。</p>{EM_MEDIA}",
    "tickers": f"{HIDDEN}<p>{TICKER}与{NEWER_TICKER}双双走强。</p>{EM_MEDIA}",
    "table": f"{HIDDEN}<p>主要数据如下：</p>\n {TABLE}\n <p>以上未经审计。</p>{EM_MEDIA}",
    "crlf": f"{HIDDEN}{K_LINE}<p>江城重工公告扩产。</p>\r\n <p>产线年内\r\n投用。</p>\r\n {TABLE}{EM_MEDIA}",
    "side-by-side": f"{HIDDEN}<p>江城重工公告扩产。</p><p>产线年内投用。</p>{EM_MEDIA}",
    "image": f"{HIDDEN}<p>现场：</p>\n {IMAGE}\n <p><strong>江城重工</strong>供图。</p>{EM_MEDIA}",
}
# Ordinary, but spelt in a way that the page of a post no longer shows, and that is rare.
NOT_RESTORABLE: dict[str, str] = {
    "bare-ampersand": "<p>A&B</p>",
    "ampersand-in-attribute": '<p><a href="http://a.cn/?b=1&amp;c=2">甲</a></p>',
    "newline-only": "<p>甲</p>\n<p>乙</p>",
    "bare-less-than": "<p>市盈率<15倍</p>",
}

CHARACTERS = "江城重工股份，。（）“”％%+-*_:：;/#~|`$^=!?@.,'\"&\\{}[]()<> 0123456789abcXYZ\n\t\u3000\u00a0\u2028😀&"
LITTLE = ["&", "&amp;", "&nbsp;", "&#40;", "&foo", "&foo;", "&copy=1", "{", "}}", "%}"]
LITTLE += ["\r\n", "{:.x}", "**", "--", "`", "$$", "> "]


def is_text(text: str) -> bool:
    """Return True if the grammar allows *text* inside an element: no Liquid, and < only before a digit, space or =."""
    liquid = "{{" in text or "{%" in text
    return not liquid and all(part[:1] in set("0123456789 =") - {""} for part in text.split("<")[1:])


texts = st.lists(st.text(CHARACTERS, max_size=8) | st.sampled_from(LITTLE), max_size=5).map("".join).filter(is_text)
values = (
    st.text(CHARACTERS.translate({ord(c): None for c in '<>"\n\t\u2028'}), max_size=10)
    | st.sampled_from([little for little in LITTLE[:-1] if little != "\r\n"])
).filter(lambda value: "{{" not in value and "{%" not in value)
attributes = st.lists(
    st.one_of(
        values.map(lambda value: f' class="{value}"'),
        values.map(lambda value: f' title="{value}"'),
        values.map(lambda value: f' data-code="{value}"'),
        st.sampled_from([' style="text-align:center;"', ' align="center"', ' id="stock_1.600999"']),
    ),
    max_size=3,
    unique_by=lambda attribute: attribute.split("=")[0],
).map("".join)
comments = st.sampled_from(["<!-- EM_StockImg_Start -->", "<!--甲&乙-->", "<!---->"])
void_elements = st.tuples(st.sampled_from(["br", "img", "hr"]), attributes).map(lambda tag: f"<{tag[0]}{tag[1]} />")


def _element(names: list[str], content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    whole = st.tuples(st.sampled_from(names), attributes, st.lists(content, max_size=3).map("".join))
    return whole.map(lambda element: f"<{element[0]}{element[1]}>{element[2]}</{element[0]}>")


def _tables(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = _element(["tr"], _element(["td", "th"], content))
    return _element(["table"], rows | _element(["tbody"], rows))


# No link inside a link, and only rows and cells in a table: a browser would close anything else.
links = _element(["a"], texts | void_elements)
inner = st.recursive(
    texts | void_elements | comments | links,
    lambda content: _element(["strong", "span", "font", "u", "code", "p", "div", "pre"], content) | _tables(content),
    max_leaves=8,
)
blocks = _tables(inner) | _element(
    ["p", "center", "div", "section", "article", "blockquote", "figure", "ul", "ol", "dl", "pre", "h1", "h6"], inner
)


@st.composite
def ordinary_bodies(draw: st.DrawFn) -> str:
    """Generate one to six blocks and comments with allowed separators."""
    body = ""
    for item in draw(st.lists(blocks | comments | st.sampled_from([HIDDEN, K_LINE, EM_MEDIA]), min_size=1, max_size=6)):
        separators = ["", "\n", "\r\n"] if item.startswith("<!--") else ["", "\n", "\n ", "\r\n", "\r\n "]
        body += (draw(st.sampled_from(separators)) if body else "") + item
    return body.replace("{{", "{").replace("{%", "%")
