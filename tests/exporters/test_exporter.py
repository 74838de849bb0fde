"""The registry of export formats."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from finews_crawler.articles.links import PostUrls
from finews_crawler.commands.export import export_formats
from finews_crawler.exporters.exporter import Exporter, Requirement, Snapshot, find_exporters
from finews_crawler.exporters.jsonl import JsonlExporter

FORMAT = """
from finews_crawler.exporters.exporter import Exporter

class ToyExporter(Exporter):
    name = "a toy"
    files = ("toy.txt",)

    def write(self, snapshot, folder):
        (folder / "toy.txt").write_text("toy")
        return {"toy.txt": 1}
"""


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register all formats, and remove after each test what it registers."""
    export_formats()
    monkeypatch.setattr(Exporter, "formats", dict(Exporter.formats))


def test_a_module_with_a_subclass_is_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toy_formats").mkdir()
    (tmp_path / "toy_formats/toy.py").write_text(FORMAT)
    monkeypatch.syspath_prepend(tmp_path)
    found = find_exporters("toy_formats", "finews_crawler.exporters")
    monkeypatch.delitem(sys.modules, "toy_formats.toy")
    assert list(found) == ["a toy", "atom", "jsonl", "parquet", "sqlite", "warc"]


def test_two_formats_of_one_name_are_an_error() -> None:
    with pytest.raises(TypeError, match="two export formats are named 'jsonl'"):

        class _Second(Exporter):
            name = "jsonl"

            def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
                return {}


def test_options_that_are_not_given_take_their_default() -> None:
    assert JsonlExporter(PostUrls()).file_name == "articles.jsonl.gz"
    assert JsonlExporter(PostUrls(), {"compress": "none"}).file_name == "articles.jsonl"


def test_a_requirement_is_missing_if_it_cannot_be_imported() -> None:
    assert Requirement("finews_no_such_package", extra="x").is_missing
    assert not Requirement("json", extra="x").is_missing
