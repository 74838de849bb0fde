"""Every surface that takes what upstream sends: a little of the fuzzing, the same in every run, and what was found.

The long run is ``make fuzz``; it, and not this, also watches the time that an input takes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finews_crawler.content.body.clean import clean_body
from tests.fuzz.handlers import live_parts
from tests.fuzz.mutations import inputs
from tests.fuzz.payloads import CASES, kept, seeds
from tests.fuzz.surfaces import SURFACES

EXAMPLES = 25


@pytest.mark.parametrize("surface", SURFACES)
def test_some_inputs(surface: str) -> None:
    @settings(max_examples=EXAMPLES)
    @given(inputs(surface))
    def check(data: bytes) -> None:
        SURFACES[surface](data)

    check()


@pytest.mark.parametrize("surface", SURFACES)
def test_what_the_fuzzing_starts_from(surface: str) -> None:
    begun = seeds(surface)
    assert begun
    for data in begun:
        SURFACES[surface](data)


KEPT = [path for surface in SURFACES for path in kept(surface)]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_was_found(path: Path) -> None:
    SURFACES[path.parent.name](path.read_bytes())


def test_every_kept_case_is_of_a_surface() -> None:
    assert sorted(CASES.rglob("*.bin")) == sorted(KEPT)


LIVE = [data.decode("utf-8", "replace") for data in seeds("body") if live_parts(data.decode("utf-8", "replace"))]


def test_the_check_finds_what_is_live() -> None:
    """In many of the hostile bodies as they come, and in none of them once cleaned."""
    assert len(LIVE) > 80
    for body in LIVE:
        assert not live_parts(clean_body(body).html)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(LIVE))
def test_a_body_that_was_let_through_would_be_found(body: str) -> None:
    assert live_parts(f"<p>甲</p>{body}")
