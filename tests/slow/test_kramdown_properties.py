"""The rendering of any ordinary body equals the real kramdown's, and does not change the lines after it."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings

from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.kramdown import render_body
from tests.support.bodies import ordinary_bodies

Kramdown = Callable[[str], str]
RELAXED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@RELAXED
@given(body=ordinary_bodies())
def test_render_body_equals_kramdown_for_any_ordinary_body(body: str, kramdown: Kramdown) -> None:
    assert is_ordinary(body)
    assert render_body(body) == kramdown(body)


@RELAXED
@given(body=ordinary_bodies())
def test_an_ordinary_body_does_not_change_the_lines_after_it(body: str, kramdown: Kramdown) -> None:
    after = "<http://a.cn/?infoCode=NW202205180000000001>\n\n[返回甲新闻](//b.cn/)｜[返回首页](//b.cn/)"
    assert kramdown(f"{body}\n\n{after}") == f"{render_body(body)}\n{kramdown(after)}"
