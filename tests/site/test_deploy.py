"""The two trees: what is served is what is built, whatever happened to the builds before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.deploy import Releases
from tests.support.kill_points import survives


class Workshop:
    """A state, the files that it says are built, and the trees."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "site-build"
        self.folder.mkdir(parents=True)
        self.link = folder / "_site"
        self.state = BuildState(self.folder / "state.sqlite")
        self.trees = Releases(self.folder, self.link, self.state)
        self.built: dict[str, str] = {}

    def put(self, files: dict[str, str]) -> None:
        """Files as a build makes them: a new one in the place of the old."""
        for path, content in files.items():
            place = self.folder / "pages" / path
            if content:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.unlink(missing_ok=True)
                place.write_text(content)
                self.built[path] = content
            else:
                place.unlink(missing_ok=True)
                self.built.pop(path, None)
        self.state.put_files({path: f"pages/{path}" if content else "" for path, content in files.items()})

    def served(self) -> dict[str, str]:
        folder = self.link.resolve()
        return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path)
    yield workshop
    workshop.state.close()


PATHS = ["index.html", "a/x.html", "a/y.html", "b/c/z.html"]
CHANGES = st.lists(st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["", "1", "2"])), min_size=1, max_size=6)


@settings(max_examples=25)
@given(CHANGES)
def test_what_is_served_is_what_was_built_last(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    workshop = Workshop(tmp_path_factory.mktemp("trees"))
    for files in changes:
        workshop.put(files)
        workshop.trees.serve()
        assert workshop.served() == workshop.built
        assert workshop.trees.is_current()
        folders = [path for path in workshop.link.resolve().rglob("*") if path.is_dir()]
        assert all(any(folder.iterdir()) for folder in folders)
    workshop.state.close()


def test_a_build_costs_what_has_changed(workshop: Workshop) -> None:
    workshop.put({f"{n}.html": "1" for n in range(50)})
    assert workshop.trees.serve() == 50
    for n in range(3):
        workshop.put({"1.html": str(n)})
        assert workshop.trees.serve() == 1


def test_a_killed_switch_leaves_the_served_release_and_the_next_one_completes(tmp_path: Path) -> None:
    """Killed before each of its operations on disk in turn."""

    def serve(folder: Path) -> None:
        with closing(BuildState(folder / "state.sqlite")) as state:
            Releases(folder, folder.parent / "_site", state).serve()

    workshop = Workshop(tmp_path)
    workshop.put({"index.html": "1", "a/x.html": "1", "b/c/z.html": "1"})
    workshop.trees.serve()
    before = workshop.served()
    workshop.put({"index.html": "2", "a/x.html": "", "a/y.html": "2"})
    workshop.state.close()
    operations = 0
    while not survives(serve, workshop.folder, operations):
        served = workshop.served()
        assert served in (before, workshop.built)
        operations += 1
    assert operations > 10
    assert workshop.served() == workshop.built


def test_a_link_or_a_tree_that_was_removed_is_made_again(workshop: Workshop) -> None:
    workshop.put({"index.html": "1"})
    workshop.trees.serve()
    workshop.link.unlink()
    assert not workshop.trees.is_current()
    workshop.trees.serve()
    assert workshop.served() == {"index.html": "1"}
    (workshop.link.resolve() / "index.html").unlink()
    workshop.link.resolve().rmdir()
    assert not workshop.trees.is_current()
    workshop.trees.serve()
    assert workshop.served() == {"index.html": "1"}


def test_a_folder_in_the_links_place_is_somebody_elses(workshop: Workshop) -> None:
    workshop.link.mkdir()
    (workshop.link / "mine.html").write_text("mine")
    workshop.put({"index.html": "1"})
    with pytest.raises(OSError, match="directory"):
        workshop.trees.serve()
    assert (workshop.link / "mine.html").read_text() == "mine"
