"""Cleaning loses nothing that readers see: text, pictures, tables and tickers of any body are in the post."""

from __future__ import annotations

import pytest

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.body.invariant import shown_by
from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.fuzz.generated_bodies import FOREIGN_NAMES, HTML_NAMES, UNKNOWN_NAMES, generated_bodies
from tests.support.bodies import EM_MEDIA, IMAGE, NEWER_TICKER, TABLE, TICKER

LONG = f"<p>{'江城重工一季度订单饱满。' * 60}</p>"
WITHOUT_TEXT = {"audio", "iframe", "noembed", "noframes", "script", "style", "template", "title", "video"}
SHOWN_NAMES = sorted({*HTML_NAMES, *FOREIGN_NAMES, *UNKNOWN_NAMES} - WITHOUT_TEXT)


@pytest.mark.parametrize("name", SHOWN_NAMES)
def test_text_in_any_element_is_kept_at_any_length(name: str) -> None:
    for before in ("", LONG):
        cleaned = clean_body(f"{before}<p>净利润<{name}>同比下降九成八</{name}>。</p>")
        assert shown_by(cleaned.html).text == shown_by(f"{before}净利润同比下降九成八。").text
        assert cleaned.loss == ""


@pytest.mark.parametrize("name", SHOWN_NAMES)
def test_a_tag_of_any_name_leaves_pictures_tables_and_tickers_alone(name: str) -> None:
    sent = shown_by(TICKER + IMAGE + TABLE + NEWER_TICKER)
    for tag in (f"<{name}>", f"<{name}/>", f"<{name} />", f"</{name}>", f"<{name} title='a>b'>"):
        written = shown_by(clean_body(f"<p>江城{tag}重工</p><p>{TICKER}</p>{IMAGE}{TABLE}{NEWER_TICKER}").html)
        assert written.pictures >= sent.pictures
        assert (written.tickers, written.cells) == (sent.tickers, sent.cells)


def test_angle_brackets_in_quoted_values_are_part_of_the_value() -> None:
    text, picture = "<p>今日要闻速览，三大指数集体收涨。</p>", 'src="https://dfscdn.dfcfw.com/a.jpg" width="552"'
    assert clean_body(f'{text}<p><img alt="涨幅>5%" {picture} /></p>').html == (
        f'{text}<p><img alt="涨幅&gt;5%" {picture} /></p>'
    )
    assert clean_body(f"<p><a title='a<b>c' href=\"https://a.cn/\">乙</a></p>{TABLE}").html == (
        f'<p><a title="a&lt;b&gt;c" href="https://a.cn/">乙</a></p>{TABLE}'
    )


def test_a_table_with_a_slash_in_its_tag_keeps_its_cells() -> None:
    for tag in ("<table/>", "<table border</>", "<table / >"):
        html = clean_body(f"<p>甲</p>{tag}<tr><td>乙</td><td>丙</td></tr></table>").html
        assert html == "<p>甲</p><table><tbody><tr><td>乙</td><td>丙</td></tr></tbody></table>", tag


def test_what_is_a_table_to_a_browser_keeps_its_cells() -> None:
    for tag in ("<table a<b>", "<table a<span id='c'>", '<table title=a<b title="c">'):
        html = clean_body(f"<p>甲</p>{tag}<td>乙</td></table>").html
        assert shown_by(html).cells == 1, tag
        assert "乙" in html


def test_an_unclosed_quote_swallows_nothing_that_follows() -> None:
    cleaned = clean_body(f'<p title="甲>乙</p><p class="a">丙</p>{TABLE}<p><b title="戊>丁</b></p>{EM_MEDIA}').html
    assert all(text in cleaned for text in ("乙", "丙", TABLE, "丁", EM_MEDIA))


FALLBACKS = {
    "math": "<math><mi>甲</mi></math>",
    "svg": "<svg><text>甲</text></svg>",
    "cdata in svg": "<svg><text><![CDATA[甲]]></text></svg>",
    "html in svg": "<svg><foreignObject><p>甲</p></foreignObject></svg>",
    "html that leaves svg": "<svg><style><b>甲</b></style></svg>",
    "select": "<select><optgroup><option>甲</option></optgroup></select>",
    "textarea": "<textarea>甲</textarea>",
    "object": "<object data='//a.cn/1.swf'>甲</object>",
    "canvas": "<canvas>甲</canvas>",
    "noscript": "<noscript><p>甲</p></noscript>",
    "picture in noscript": "<noscript><img src='//a.cn/1.jpg' alt='甲'></noscript>",
    "xmp": "<xmp>甲</xmp>",
    "end tag that leaves svg": "<x><svg><script></x>甲</script></svg>",
    "unclosed textarea": "<textarea><p>甲</p>",
    "unclosed script": "<script><p>甲</p>",
    "empty player": "<video src='//a.cn/1.mp4' /><p>甲</p></video>",
    "dialog": "<dialog>甲</dialog>",
    "noembed in svg": "<svg><noembed><b>甲</b></noembed></svg>",
}


@pytest.mark.parametrize("fallback", FALLBACKS.values(), ids=FALLBACKS.keys())
def test_fallback_content_is_kept(fallback: str) -> None:
    cleaned = clean_body(f"<p>乙{fallback}丙</p>")
    assert "甲" in cleaned.html
    assert cleaned.loss == ""


HIDDEN = {
    "attribute": "<p hidden>广告</p>",
    "attribute of an unknown element": "<x hidden=''>广告</x>",
    "nested": "<div hidden><p>广<b>告</b></p></div>",
    "style that posts cannot have": '<p style="display:none/**/">广告</p>',
    "player": "<video>广告</video>",
    "template": "<template><p>广告</p></template>",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_is_hidden_is_left_out_and_noted(hidden: str) -> None:
    cleaned = clean_body(f"<p>甲</p>{hidden}<p>乙</p>")
    assert (cleaned.html, cleaned.has_hidden, cleaned.loss) == ("<p>甲</p><p>乙</p>", True, "")


AMBIGUOUS = {
    "value in hidden text of svg": '<svg><style><img src="</style><img src=x on<b title="a>甲">乙',
    "value after an empty element": '<svg><style /><img alt="</style><b title="a>甲">乙',
    "comment": '<svg><style><!-- <!-- </style><img alt="-->甲">乙',
    "cdata": '<svg><script><![CDATA[</script><b title="]]>甲">乙',
    "unclosed cdata": "<svg><text><![CDATA[<b>甲&lt;</b>乙",
    "textarea after svg": '<svg></svg><textarea><b title="</textarea>甲">乙',
    "readings that fork again": '<svg><script><b title="</script>甲<script>">乙</script>',
}


@pytest.mark.parametrize("ambiguous", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_text_of_both_readings_is_kept_where_an_end_tag_may_be_part_of_a_value(ambiguous: str) -> None:
    html = clean_body(f"<p>丙</p>{ambiguous}<p>丁</p>").html
    assert all(text in html for text in "丙甲乙丁")


def test_ambiguous_raw_text_of_any_length_keeps_its_text() -> None:
    for raw in ('<style><a title="</style>', "<style><![CDATA[</style>", "<textarea><!-- "):
        cleaned = clean_body(f"<svg>{raw * 2_000}甲</script></textarea></style>")
        assert cleaned.loss or "甲" in cleaned.html


@pytest.mark.parametrize("tag", ["<xmp />", '<textarea ">', "<plaintext>", '<xmp title="a>b">'])
def test_mark_up_after_an_unclosed_element_of_source_code_is_mark_up(tag: str) -> None:
    body = f"<p>甲</p>{tag}<!--<x href='//a.cn'>><p>乙</p>--><p>丙<b>丁</b></p>{IMAGE}{TABLE}"
    cleaned = clean_body(body)
    assert cleaned.loss == ""
    assert "乙" not in cleaned.html
    assert all(kept in cleaned.html for kept in ("丙<b>丁</b>", IMAGE, TABLE))
    assert shown_by(body).lost_in(shown_by("<p>甲丙丁</p>")).endswith("characters, a picture, a table cell")


SHOWN = {
    "a style that shows": '<p hidden style="display:block">甲</p>',
    "a paragraph that ends earlier": "<p hidden><div>甲</div></p>",
    "an element without content": "<input hidden>甲</input>",
    "a style that CSS reads otherwise": "<p style='font:\"a;display:none'>甲</p>",
    "a style that is cut off": '<p style="display:none<b>甲</p>',
    "svg": "<svg hidden><text>甲</text></svg>",
    "an element that a table moves out": "<table hidden>甲<tr><td>乙</td></tr></table>",
    "a cell that closes it": "<table><tr><x hidden><td>甲</td></tr></table></x>",
    "an unclosed player": "<video><p>甲</p>",
    "an element that HTML ignores here": "<td hidden>甲</td>",
    "an element with a display of its own": "<marquee hidden>甲</marquee>",
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN.keys())
def test_what_a_browser_may_show_is_not_taken_for_hidden(shown: str) -> None:
    html = clean_body(f"<p>丙</p>{shown}<p>丁</p>").html
    assert "甲" in html
    assert "display:none" not in html


def test_indentation_makes_no_tag_or_reference_of_text() -> None:
    assert clean_body("<p>甲<\u3000\u3000b>乙</p>").html == "<p>甲&lt;b&gt;乙</p>"
    assert clean_body("<p>R&\u3000\u3000lt;D</p>").html == "<p>R&amp;lt;D</p>"


@pytest.mark.parametrize("reference", ["&#12", "&#1", "&#x85", "&#xfffe", "&#xd800"])
def test_a_reference_that_a_tag_cuts_off_gives_no_control_character(reference: str) -> None:
    for tag in ("<br>", "</svg>", "<svg>", "<x>"):
        assert is_ordinary(clean_body(f"甲{reference}{tag}288;乙").html)


def test_a_picture_that_no_way_of_cleaning_keeps_is_a_loss() -> None:
    cleaned = clean_body(f"<p>甲{'<br />' * 30_000}</p>{IMAGE}")  # Jekyll would stall on the line
    assert cleaned.loss == "a picture"
    assert is_ordinary(cleaned.html)


@pytest.mark.parametrize("name", NAMES)
def test_attacks_take_nothing_with_them_in_silence(name: str) -> None:
    for body in attack_bodies(name):
        cleaned = clean_body(body)
        assert cleaned.loss or cleaned.adverts or not shown_by(body).lost_in(shown_by(cleaned.html))


def test_more_text_than_was_sent_does_not_stand_in_for_what_is_lost() -> None:
    assert shown_by("<p>甲乙丙</p>").lost_in(shown_by("<p>丙</p><p>乙甲</p>")) == ""  # as moved out of a table
    assert shown_by("<p>甲乙丙</p>").lost_in(shown_by("<p>丁丙</p><p>乙甲</p>")) == "2 characters"


def test_damaged_bodies_are_cleaned_and_seldom_rejected() -> None:
    bodies = list(generated_bodies(600, seed=7))
    cleaned = [clean_body(body) for body in bodies]
    assert all(not body.html or is_ordinary(body.html) for body in cleaned)
    assert all(clean_body(body.html).html == body.html for body in cleaned)
    assert sum(bool(body.loss) for body in cleaned) < 12


def test_thousands_of_end_tags_without_a_start_tag_hide_nothing() -> None:
    shown = shown_by("<b>甲</p><td></i>" * 6_000)
    assert (shown.text, shown.cells) == ("甲" * 6_000, 0)
