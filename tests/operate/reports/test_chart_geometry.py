"""The SVG of the charts, parsed as XML."""

from __future__ import annotations

from xml.etree import ElementTree as XML

import pytest
from jinja2 import UndefinedError

from finews_crawler.operate.reports.html import environment

HOSTILE = '<script>alert("1")</script>'


def draw(call: str, **values: object) -> XML.Element:
    """Render a macro of the charts, and return it as one element."""
    template = f'{{% import "charts.html.j2" as charts %}}<div>{{{{ charts.{call} }}}}</div>'
    return XML.fromstring(environment().from_string(template).render(**values))


def texts(drawn: XML.Element, tag: str) -> list[str]:
    return ["".join(element.itertext()) for element in drawn.iter(tag)]


def boxes(drawn: XML.Element, name: str) -> list[tuple[float, float]]:
    """Return top and height of the rectangles of a class."""
    found = [element for element in drawn.iter("rect") if element.get("class") == name]
    return [(float(element.get("y", "")), float(element.get("height", ""))) for element in found]


def test_bars_have_the_height_of_their_values() -> None:
    drawn = draw("bars(points, 'articles', 'New')", points=[("05-01", 4), ("05-02", 0), ("05-03", 10)])
    assert boxes(drawn, "s0") == [(6, 4), (0, 10)]
    assert [element.get("viewBox") for element in drawn.iter("svg")] == [None, "0 0 3 10"]
    assert texts(drawn, "text") == ["10 articles", "5", "05-01", "05-02", "05-03"]
    assert texts(drawn, "title") == [
        "New",
        *(f"05-0{day}: {value} articles" for day, value in ((1, 4), (2, 0), (3, 10))),
    ]
    assert texts(drawn, "desc") == ["05-01 to 05-03: largest 10 articles (05-03), last 10 articles (05-03)"]
    assert next(drawn.iter("svg")).get("role") == "img"
    assert texts(drawn, "li") == []


def test_stacked_bars_are_stacked() -> None:
    drawn = draw(
        "stacked_bars(points, ['failed', 'rejected'], 'articles')", points=[("05-01", [6, 3]), ("05-02", [0, 2])]
    )
    assert boxes(drawn, "s0") == [(4, 6)]
    assert boxes(drawn, "s1") == [(1, 3), (8, 2)]
    assert texts(drawn, "title") == [
        "articles",
        "05-01: failed 6, rejected 3 articles",
        "05-02: failed 0, rejected 2 articles",
    ]
    assert texts(drawn, "li") == ["failed", "rejected"]


def test_lines_have_gaps_for_missing_values() -> None:
    points = [("a", [1, 4]), ("b", [None, 5]), ("c", [0, None]), ("d", [None, None])]
    drawn = draw("lines(points, ['half', 'all'], 'min')", points=points)
    assert [element.get("d") for element in drawn.iter("path")] == ["M0.5 4h0M2.5 5h0", "M0.5 1h0L1.5 0"]
    assert texts(drawn, "title")[1:] == [
        "a: half 1, all 4 min",
        "b: half –, all 5 min",
        "c: half 0, all – min",
        "d: half –, all – min",
    ]
    assert texts(drawn, "desc") == ["a to d: largest 5 min (b), last 0 min (c), 1 without a value"]


@pytest.mark.parametrize("call", ["bars([], 'x')", "stacked_bars([], ['a'], 'x')", "lines([], ['a'], 'x', 'Latency')"])
def test_a_chart_without_points_is_a_sentence(call: str) -> None:
    drawn = draw(call)
    assert list(drawn.iter("svg")) == []
    assert "no data yet." in "".join(drawn.itertext())


@pytest.mark.parametrize("value", [0, None])
def test_a_line_of_zeros_or_missing_values_is_drawn(value: int | None) -> None:
    drawn = draw("lines(points, ['a'], 'min')", points=[("05-01", [value])])
    assert texts(drawn, "text")[0] == "1 min"


def test_labels_are_escaped() -> None:
    points = [(HOSTILE, [1, 2])]
    for macro in ("stacked_bars", "lines"):
        drawn = draw(f"{macro}(points, [name, name], name, name)", points=points, name=HOSTILE)
        assert list(drawn.iter("script")) == []
        assert texts(drawn, "figcaption") == [HOSTILE]
        assert texts(drawn, "text")[-1] == HOSTILE
        assert texts(drawn, "li") == [HOSTILE] * 2


def test_an_undefined_template_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="poinst"):
        draw("bars(poinst, 'articles')", points=[])
