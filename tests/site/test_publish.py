"""Order and safety of a publication, whatever the place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.exceptions import DeployFailed
from finews_crawler.site.publish import Publication, Record, SiteFiles

PATHS = ("index.html", "a/x.html", "a/y.html", "assets/site.css", "search/1", "search/2")
SITE = st.dictionaries(st.sampled_from(PATHS), st.sampled_from("12"))


@dataclass
class Shelf:
    """A place in memory, which fails after some steps on request."""

    stored: dict[str, str] = field(default_factory=dict)
    record: Record | None = None
    steps_left: float = float("inf")
    steps: list[str] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    """Of the site that is published."""
    name: str = "shelf"

    def step(self, what: str) -> None:
        if self.steps_left <= 0:
            raise DeployFailed("cut off")
        self.steps_left -= 1
        self.steps.append(what)

    def read_record(self) -> Record | None:
        return None if self.record is None else dict(self.record)

    def write_record(self, record: Record) -> None:
        self.step("record")
        self.record = dict(record)

    def compare(self, files: SiteFiles, record: Record) -> tuple[list[str], list[str]]:
        new = [path for path in files.sizes if path not in self.stored]
        return new, [path for path in files.sizes if path not in new and self.stored[path] != self.contents[path]]

    def send(self, paths: list[str], files: SiteFiles) -> Record:
        for path in paths:
            self.step(f"send {path}")
            self.stored[path] = self.contents[path]
        return dict.fromkeys(paths, "")

    def remove(self, paths: list[str]) -> None:
        for path in paths:
            self.step(f"remove {path}")
            self.stored.pop(path, None)


def publish(shelf: Shelf, contents: dict[str, str], *, deletes: bool = True, overwrites: bool = False) -> None:
    shelf.contents = contents
    files = SiteFiles(Path(), dict.fromkeys(sorted(contents), 1))
    publication = Publication(files, shelf, deletes=deletes, overwrites=overwrites)
    publication.run(publication.plan())


@given(st.lists(SITE, min_size=1, max_size=4), st.dictionaries(st.sampled_from(["mine", "a/mine"]), st.just("3")))
def test_the_place_has_the_site_and_what_others_put_there(sites: list[dict[str, str]], others: dict[str, str]) -> None:
    shelf = Shelf(dict(others))
    for contents in sites:
        publish(shelf, contents)
        assert shelf.stored == others | contents
        assert (shelf.record or {}).keys() == contents.keys()
        shelf.steps.clear()
        publish(shelf, contents)
        assert shelf.steps == []


@given(SITE, SITE, st.integers(0, 12))
def test_a_publication_that_was_cut_off_is_completed_by_the_next(
    before: dict[str, str], after: dict[str, str], steps: int
) -> None:
    shelf = Shelf({"mine": "3"})
    publish(shelf, before)
    shelf.steps_left = steps
    try:
        publish(shelf, after)
    except DeployFailed:
        assert shelf.stored.keys() - {"mine"} <= (shelf.record or {}).keys()  # nothing there would stay for ever
    shelf.steps_left = float("inf")
    publish(shelf, after)
    assert shelf.stored == {"mine": "3", **after}


def test_files_come_before_the_pages_that_name_them_and_go_after_them() -> None:
    shelf = Shelf()
    publish(shelf, {"index.html": "1", "old.html": "1", "search/1": "1", "assets/site.css": "1"})
    shelf.steps.clear()
    publish(shelf, {"index.html": "2", "new.html": "1", "search/2": "1", "assets/site.css": "2"})
    assert shelf.steps == [
        "record",
        "send search/2",
        "send new.html",
        "send assets/site.css",
        "send index.html",
        "remove old.html",
        "remove search/1",
        "record",
    ]


def test_what_others_put_there_is_replaced_on_request_only() -> None:
    shelf = Shelf({"index.html": "3", "a/x.html": "1"})
    with pytest.raises(DeployFailed, match=r"already has 1 file of the site that .* \(index.html\)"):
        publish(shelf, {"index.html": "1", "a/x.html": "1"})
    assert (shelf.stored, shelf.steps) == ({"index.html": "3", "a/x.html": "1"}, [])
    publish(shelf, {"index.html": "1", "a/x.html": "1"}, overwrites=True)
    assert shelf.stored == {"index.html": "1", "a/x.html": "1"}


def test_without_delete_the_record_keeps_what_is_left() -> None:
    shelf = Shelf()
    publish(shelf, {"index.html": "1", "a/x.html": "1"})
    publish(shelf, {"index.html": "1"}, deletes=False)
    assert shelf.stored.keys() == {"index.html", "a/x.html"}
    publish(shelf, {"index.html": "1"})
    assert shelf.stored.keys() == {"index.html"}


def test_links_and_the_record_are_no_files_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.html").write_text("12")
    (tmp_path / ".finews-deployed.json").write_text("{}")
    (tmp_path / "link.html").symlink_to("/etc/hostname")
    assert SiteFiles.below(tmp_path).sizes == {"a/x.html": 2}
