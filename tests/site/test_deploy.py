"""Releases: the served files are always the last built ones, whatever happened to earlier builds."""

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


class BuildDirectory:
    """A build directory: its state, the files built there, and the releases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "site-build"
        self.folder.mkdir(parents=True)
        self.link = folder / "_site"
        self.state = BuildState(self.folder / "state.sqlite")
        self.releases = Releases(self.folder, self.link, self.state)
        self.built: dict[str, str] = {}

    def put(self, files: dict[str, str]) -> None:
        """Replace files as a build does; '' as content removes one."""
        for path, content in files.items():
            file = self.folder / "pages" / path
            if content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.unlink(missing_ok=True)
                file.write_text(content)
                self.built[path] = content
            else:
                file.unlink(missing_ok=True)
                self.built.pop(path, None)
        self.state.put_files({path: f"pages/{path}" if content else "" for path, content in files.items()})

    def served(self) -> dict[str, str]:
        folder = self.link.resolve()
        return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def build(tmp_path: Path) -> Iterator[BuildDirectory]:
    build = BuildDirectory(tmp_path)
    yield build
    build.state.close()


PATHS = ["index.html", "a/x.html", "a/y.html", "b/c/z.html"]
CHANGES = st.lists(st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["", "1", "2"])), min_size=1, max_size=6)


@settings(max_examples=25)
@given(CHANGES)
def test_the_served_files_are_those_built_last(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    build = BuildDirectory(tmp_path_factory.mktemp("build"))
    for files in changes:
        build.put(files)
        build.releases.serve()
        assert build.served() == build.built
        assert build.releases.is_current()
        folders = [path for path in build.link.resolve().rglob("*") if path.is_dir()]
        assert all(any(folder.iterdir()) for folder in folders)
    build.state.close()


def test_a_switch_changes_only_files_that_have_changed(build: BuildDirectory) -> None:
    build.put({f"{n}.html": "1" for n in range(50)})
    assert build.releases.serve() == 50
    for n in range(3):
        build.put({"1.html": str(n)})
        assert build.releases.serve() == 1


def test_a_killed_switch_leaves_the_served_release_and_the_next_one_completes(tmp_path: Path) -> None:
    """Killed before each of its operations on disk in turn."""

    def serve(folder: Path) -> None:
        with closing(BuildState(folder / "state.sqlite")) as state:
            Releases(folder, folder.parent / "_site", state).serve()

    build = BuildDirectory(tmp_path)
    build.put({"index.html": "1", "a/x.html": "1", "b/c/z.html": "1"})
    build.releases.serve()
    before = build.served()
    build.put({"index.html": "2", "a/x.html": "", "a/y.html": "2"})
    build.state.close()
    operations = 0
    while not survives(serve, build.folder, operations):
        served = build.served()
        assert served in (before, build.built)
        operations += 1
    assert operations > 10
    assert build.served() == build.built


def test_a_removed_link_or_release_is_made_again(build: BuildDirectory) -> None:
    build.put({"index.html": "1"})
    build.releases.serve()
    build.link.unlink()
    assert not build.releases.is_current()
    build.releases.serve()
    assert build.served() == {"index.html": "1"}
    (build.link.resolve() / "index.html").unlink()
    build.link.resolve().rmdir()
    assert not build.releases.is_current()
    build.releases.serve()
    assert build.served() == {"index.html": "1"}


def test_a_folder_at_the_path_of_the_link_is_an_error(build: BuildDirectory) -> None:
    build.link.mkdir()
    (build.link / "mine.html").write_text("mine")
    build.put({"index.html": "1"})
    with pytest.raises(OSError, match="directory"):
        build.releases.serve()
    assert (build.link / "mine.html").read_text() == "mine"
