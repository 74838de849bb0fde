"""Cleaned bodies with the most markup, in a real browser; the same bodies in every run."""

from __future__ import annotations

from hypothesis import given, settings

from tests.fuzz.in_browser import what_runs
from tests.fuzz.mutations import inputs
from tests.fuzz.payloads import seeds
from tests.fuzz.surfaces import check_body
from tests.fuzz.watch import LONGEST_IN_SAMPLE, MARKUP

EXAMPLES = 150
OPENED = 100


def test_cleaned_bodies_run_nothing_in_a_browser() -> None:
    cleaned = [check_body(data) for data in seeds("body")]

    @settings(max_examples=EXAMPLES)
    @given(inputs("body"))
    def clean(data: bytes) -> None:
        cleaned.append(check_body(data))

    clean()
    bodies = [body for body in dict.fromkeys(cleaned) if len(body) <= LONGEST_IN_SAMPLE]
    bodies.sort(key=lambda body: len(set(MARKUP.findall(body))), reverse=True)
    assert what_runs(bodies[:OPENED]) == {}


def test_the_browser_check_sees_a_running_script() -> None:
    """The check detects each of these, by its effect or by its presence."""
    live = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p onclick=alert(1)>甲</p>",
        '<a href="javascript:alert(1)">甲</a>',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data='http://a.cn/x'></object>",
        "<details ontoggle=x() open>甲</details>",
    ]
    assert set(what_runs(["<p>甲</p>", *live, "<p>乙</p>"])) == set(live)
