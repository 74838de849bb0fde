"""The two trees: what is served is what is built, whatever happened to the builds before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.site import deploy as trees_module
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.deploy import Releases


class Killed(BaseException):
    """The process ends here."""


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


def test_the_served_tree_is_not_touched_until_the_other_is_whole(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each file of the second tree in turn: the first is served as it was, the next build ends well."""
    before = {"index.html": "1", "a/x.html": "1", "b/c/z.html": "1"}
    workshop.put(before)
    workshop.trees.serve()
    after = {"index.html": "2", "a/x.html": "", "a/y.html": "2"}
    workshop.put(after)
    link_file = trees_module.link_file
    for survives in range(2):
        left = [survives]

        def killed_at_last(file: Path, place: Path, left: list[int] = left) -> None:
            if not left[0]:
                raise Killed
            left[0] -= 1
            link_file(file, place)

        monkeypatch.setattr(trees_module, "link_file", killed_at_last)
        with pytest.raises(Killed):
            workshop.trees.serve()
        assert workshop.served() == before
        assert not workshop.trees.is_current()
    monkeypatch.setattr(trees_module, "link_file", link_file)
    workshop.trees.serve()
    assert workshop.served() == workshop.built


def test_killed_before_the_link_is_turned(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.put({"index.html": "1"})
    workshop.trees.serve()
    workshop.put({"index.html": "2"})

    def killed(trees: Releases, name: str) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Releases, "_point_to", killed)
        workshop.trees.serve()
    assert workshop.served() == {"index.html": "1"}
    assert not workshop.trees.is_current()
    workshop.trees.serve()
    assert workshop.served() == {"index.html": "2"}


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
