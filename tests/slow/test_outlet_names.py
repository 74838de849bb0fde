"""Outlets named like anything: one site, on which every outlet is reached by its links."""

from __future__ import annotations

from pathlib import Path

from tests.slow.outlet_names import check
from tests.support.jekyll_site import NEEDS_JEKYLL

pytestmark = NEEDS_JEKYLL


def test_every_outlet_is_reached_in_both_builds_whatever_its_name(tmp_path: Path) -> None:
    assert check(300, tmp_path) == []
