"""Hypothesis strategies for possible responses: mutated payloads, JSON of odd types, HTML soup, bytes."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from tests.fuzz.payloads import seeds

LONGEST = 200_000
"""Bytes. The longest real articles have 50,000; with 200,000, code that is not linear becomes visible."""
MOST_CHANGES = 6
HTML = """
<p> </p> <p style="text-align:center;"> <b> </b> <a href="http://a.cn/"> </a> <table><tr><td> </td></tr></table>
<ul><li> <br> <br /> <hr/> <img src="https://a.cn/1.jpg" /> <img src=x onerror=alert(1)> <center>
<span data-code="1,600999"> data-<img data-" <input autofocus onfocus=alert(1)> &#0; &#xd800; &#55296; data-\x01=
<script>alert(1)</script> <script> </script> <style> </style> <svg onload=alert(1)> <svg><style> <math><mtext> <iframe>
<iframe srcdoc="<script>alert(1)</script>"> <object> <embed> <form> <base href=//a.cn>
<a href="javascript:alert(1)"> <a href="java&#9;script:alert(1)"> <a href=" data:text/html,1"> <noscript> <textarea>
<title> </title> <template> <select> <plaintext> <xmp> <!-- --> --> <!--> <!-- EM_StockImg_Start --> <![CDATA[ ]]> <?php
<!doctype <p/onclick=alert(1)> <p\x0conclick=alert(1)> <p\x00 <P <中 <1 </ <> < > " ' ` = / \\ & &amp; &lt; &#60; &#x3c
<a class="keytip"> <span id="stock_1.600999"> <a href="https://acttg.eastmoney.com/"> <img class="em_handle_adv_close"
/> &nbsp; &#106;avascript: style="position:fixed" style="background:url(//a.cn)" class=" id=" title="
{{ {% %} }} {% raw %} {::nomarkdown} {: .a} ``` ** __ [a](b) [a]: b | $$
""".split()  # noqa: SIM905 (a literal would quote every quote)
PAGES = """
<h1> </h1> <h2 id="甲">甲</h2> <section> </section> <header> </header> <small> <ul><li><a href=" "></a></li></ul>
<small>(GMT+8, </small> <nav class="months"><a rel="section" href=" /category/jia/2022-05.html /emnews/ // .. %2e%2e %00
/jia/2022/05/18/NW202205182383638060.html /2022/02/30/ http://[ <entry> </entry> <feed> </feed> <feed <link href="
xmlns="http://www.w3.org/2005/Atom" <!DOCTYPE &a; <!ENTITY xmlns: <?xml 返回 新闻 ｜ <p><a href="
<meta name="finews-body" content="sha256- infoCode= ?infoCode=NW202205182383638060 202205182383638060 ../ %
""".split()  # noqa: SIM905
JSON = """
{ } [ ] " : , \\" \\ \\u \\ud83d \\u0000 null true -1 1e999 NaN 202205262391921712 {"records":[ "nodeList" "record"
"title": "showtime": "2022-05-18\\u002016:48:06" "text":"<p> "content": "infoCode":"NW202205182383638060" "id": "from":
callback( ); /* // ''
""".split()  # noqa: SIM905
POSTS = r"""
--- ... title: date: tags: categories: layout: ? - > | & * !!python/object ! [ ]: {a: - # ~ ' \x
<http://a.cn/> <> [返回甲新闻](//b.cn/) ｜[返回首页] 】 【甲】 +0800 2022-05-18
""".split()  # noqa: SIM905
ODD = ["\n---\n", "---\n", "\n> ", "\n\n", "\n\n<http://a.cn/>\n\n[返回", "\n...\n"]
ODD += ["\n", "\r\n", "\r", "\t", " ", "\u3000\u3000", "\x00", "\x0c", "\x1b[31m", "\x85", "\u2028", "\ufeff", "\ud800"]
ODD += ["\U0001f600", "中", "é", "\u202e", "A" * 300, "9" * 5000]
TOKENS = list(dict.fromkeys([*HTML, *PAGES, *JSON, *POSTS, *ODD]))

tokens = st.sampled_from(TOKENS).map(lambda token: token.encode("utf-8", "surrogatepass"))
soup = st.lists(tokens | st.binary(max_size=4), max_size=30).map(b"".join)
# Long inputs: code that takes quadratic time becomes visible.
pumped = st.builds(
    lambda before, unit, count, after: before + unit * min(count, LONGEST // max(1, len(unit))) + after,
    soup,
    st.lists(tokens, min_size=1, max_size=4).map(b"".join),
    st.sampled_from([2, 70, 3_000, LONGEST]),
    soup,
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(TOKENS)
KEYS = ("records", "nodeList", "record", "title", "showtime", "datetime", "from", "medianame", "infoCode", "id")
KEYS += ("text", "content", "digest", "simtitle", "url_w", "infocode", "code", "\x1b[2J\n")
keys = st.sampled_from(KEYS) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=15,
)
odd_json = st.dictionaries(keys, values, max_size=8).map(lambda value: json.dumps(value).encode())
ENCODINGS = ("gb18030", "utf-16", "utf-8-sig", "utf-16-be")


def inputs(surface: str) -> st.SearchStrategy[bytes]:
    """Return the strategy for the inputs of a surface."""
    begun = seeds(surface)
    return st.one_of(_mutated(begun), _mutated(begun), odd_json, soup, pumped, st.binary(max_size=200))


@st.composite
def _mutated(draw: st.DrawFn, begun: list[bytes]) -> bytes:
    data = draw(st.sampled_from(begun))
    for _ in range(draw(st.integers(1, MOST_CHANGES))):
        data = _changed(draw, data, begun)[:LONGEST]
    return data


def _changed(draw: st.DrawFn, data: bytes, begun: list[bytes]) -> bytes:
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
    before, cut, after = data[:start], data[start : min(end, start + 60)], data[min(end, start + 60) :]
    kind = draw(st.sampled_from(("insert", "replace", "delete", "repeat", "splice", "cut off", "recode")))
    if kind == "recode":
        return data.decode("utf-8", "replace").encode(draw(st.sampled_from(ENCODINGS)), "replace")
    between = {
        "insert": lambda: draw(tokens) + cut,
        "replace": lambda: draw(tokens | st.binary(max_size=1)),
        "delete": lambda: b"",
        "repeat": lambda: cut * draw(st.sampled_from([2, 20, 2_000])),
        "splice": lambda: draw(st.sampled_from(begun))[-(end - start) :],
        "cut off": lambda: cut,
    }
    return before + between[kind]() + (b"" if kind == "cut off" else after)
