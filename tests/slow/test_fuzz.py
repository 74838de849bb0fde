"""A short, repeatable part of the fuzzing of every surface, and all kept cases.

The long run is ``make fuzz``, which also limits the time that an input may take.
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
def test_every_surface_survives_mutated_inputs(surface: str) -> None:
    survived = 0

    @settings(max_examples=EXAMPLES)
    @given(inputs(surface))
    def check(data: bytes) -> None:
        nonlocal survived
        SURFACES[surface](data)
        survived += 1

    check()
    assert survived >= EXAMPLES


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_survives_its_seeds(surface: str) -> None:
    begun = seeds(surface)
    assert begun
    for data in begun:
        SURFACES[surface](data)


KEPT = [path for surface in SURFACES for path in kept(surface)]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_surface_survives_its_kept_cases(path: Path) -> None:
    SURFACES[path.parent.name](path.read_bytes())


def test_every_kept_case_is_of_a_surface() -> None:
    assert sorted(CASES.rglob("*.bin")) == sorted(KEPT)


LIVE = [data.decode("utf-8", "replace") for data in seeds("body") if live_parts(data.decode("utf-8", "replace"))]


def test_the_check_finds_live_markup() -> None:
    """Many hostile bodies contain live markup, and none of the cleaned ones."""
    assert len(LIVE) > 80
    for body in LIVE:
        assert not live_parts(clean_body(body).html)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(LIVE))
def test_the_check_finds_a_body_that_was_not_cleaned(body: str) -> None:
    assert live_parts(f"<p>甲</p>{body}")
