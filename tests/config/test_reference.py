"""docs/configuration.md has the table that the declarations give."""

from __future__ import annotations

from finews_crawler.config.given import DEFAULTS
from finews_crawler.config.reference import settings_table
from tests.support.paths import ROOT

BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def test_the_documented_table_of_settings_is_the_generated_one() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
    (page,) = [page for page in pages if BEGIN in page]

    documented = page.split(BEGIN)[1].split(END)[0].strip()

    assert documented == settings_table(), "run python -m finews_crawler.config.reference, and put its output there"


def test_every_setting_has_a_meaning() -> None:
    rows = settings_table().splitlines()[2:]

    assert len(rows) == len(DEFAULTS)
    assert all(len(row.split("|")[3].strip()) > 10 for row in rows)
