"""Built files take the places of those of earlier builds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from finews_crawler.site.build_state import BuildState


def take_over(state: BuildState, folder: Path, store: str, files: Iterable[str], removed: Collection[str] = ()) -> None:
    """Replace files below *store*, a folder of the build directory, by those in *folder*.

    Changes are recorded before files move: a build killed in between builds them again, and may find them in place.
    Removals come first: on a case-insensitive file system, a new file may have the name of a removed one.
    """
    kept = state.build_directory / store
    # Another store may have the URL of a removed file now: that one stays.
    gone = [file for file in removed if state.source_of(file) in ("", f"{store}/{file}")]
    changed = [file for file in files if _is_changed(state, folder / file, kept, f"{store}/{file}", file)]
    state.put_files({**dict.fromkeys(gone, ""), **{file: f"{store}/{file}" for file in changed}})
    for file in removed:
        remove_built(kept, file)
    for file in changed:
        (kept / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).replace(kept / file)


def remove_built(store: Path, file: str) -> None:
    """Remove a file below *store*, and the folders that it leaves empty."""
    path = store / file
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == store or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def _is_changed(state: BuildState, new: Path, kept: Path, source: str, file: str) -> bool:
    old = kept / file
    return not (state.source_of(file) == source and old.is_file() and _are_equal(new, old))


def _are_equal(one: Path, other: Path) -> bool:
    # Sizes first: most pages of a large month have grown, and are megabytes.
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
