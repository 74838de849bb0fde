"""The text of a rendered post for the search."""

from __future__ import annotations

import pytest

from finews_crawler.site.search_pages import is_searchable, text_of

POST = """<!DOCTYPE html><body><h1>站名</h1>
<article class="post">
<small>(GMT+8) 10:00</small>
<h1>题目</h1>
{}
<small>tags: <em>媒体</em></small>
</article>
<p>证券</p></body>"""


def page(body: str) -> bytes:
    return POST.format(body).encode()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>甲<b>乙</b> 丙\n丁</p><p>戊</p>", "甲乙 丙 丁\n戊"),
        ("<table><tr><td>8</td><td>亿元</td></tr></table>", "8\n亿元"),
        ("甲<p>乙</p>丙", "甲\n乙\n丙"),
        ('<p>甲</p><p style="display: none">乙</p><p hidden>丙</p><!-- 丁 --><script>戊</script>己', "甲\n己"),
        ("<small>甲</small><p>乙</p>", "甲\n乙"),
        ("<p>甲</p></article></div><p>乙</p>", "甲\n乙"),
        ("<div>" * 1500 + "深" + "</div>" * 1500 + "<p>后</p>", "深\n后"),
        ("<p>甲</p>\n<p>（文章来源：安信国际证券(香港)）</p>", "甲"),
        ("<p>甲（文章来源：乙）</p>", "甲（文章来源：乙）"),
        ('<p>甲</p><p><a href="#">http://a.cn/?b=1</a></p><p><a>返回媒体新闻</a>｜<a>返回首页</a></p>', "甲"),
        ("<p>甲</p><p>http://a.cn/</p>", "甲\nhttp://a.cn/"),
        ("", ""),
        ("<frameset></frameset>", ""),
    ],
)
def test_text_of_a_post(body: str, text: str) -> None:
    assert text_of(page(body)) == text


def test_a_page_of_another_layout_is_not_searchable() -> None:
    assert is_searchable(page("<p>甲</p>"))
    assert not is_searchable("<article><p>甲</p></article>".encode())
