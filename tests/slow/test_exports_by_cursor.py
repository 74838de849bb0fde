"""Exports by cursor add up to a full export, whatever is stored, pruned and retired between them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.retire import retire
from tests.exporters.export_archives import Reader, archive_in, article, code, records, store

STEPS = st.lists(
    st.tuples(st.sampled_from(["new", "merge", "revise", "same", "read", "prune", "retire"]), st.integers(0, 5)),
    max_size=30,
)
CHANGES = {
    "new": lambda step: {},
    "same": lambda step: {},
    "merge": lambda step: {"origin": "media", "media_name": f"证券时报{step % 3}", "text_html": ""},
    "revise": lambda step: {"text_html": f"<p>乙{step}</p>"},
}


@given(STEPS)
def test_incremental_exports_add_up_to_a_full_one(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:  # type: ignore[type-arg]
    archive = archive_in(tmp_path_factory.mktemp("along") / "data")
    readers = [Reader(), Reader(with_revisions=True)]
    store(archive, article(0))
    for step, (what, number) in enumerate(steps):
        if what == "read":
            for reader in readers:
                reader.read(archive)
        elif what == "prune":
            with archive.index.writing() as connection:
                connection.execute("DELETE FROM revision WHERE info_code = ?", (code(number),))
        elif what == "retire":
            list(retire(archive, date(2022, 5, 19), dry_run=False))
        else:
            store(archive, article(number, **CHANGES[what](step)))
    for reader in readers:
        reader.read(archive)
    ended, ended_with_revisions = records(archive), records(archive, ExportQuery(with_revisions=True))
    archive.close()
    assert len(readers[0].table) == len(ended) > 0
    assert [readers[0].table[record["info_code"], 0] for record in ended] == ended
    # Exports contain no deletions: a reader keeps revisions that were pruned later.
    assert [readers[1].table[record["info_code"], record["revision"]] for record in ended_with_revisions] == (
        ended_with_revisions
    )
