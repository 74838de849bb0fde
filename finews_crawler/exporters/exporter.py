"""Base class and registry of the export formats. A format is one module with one subclass of ``Exporter``.

``finews export`` takes its help, its checks and the manifest from the class; nothing else names a format.
"""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, ClassVar, NamedTuple, Protocol

from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import Columns, Record, RecordKey
from finews_crawler.items import Article

PROJECT = "finews_crawler"
WRITTEN_AT_ONCE = 1 << 17
"""Bytes. A write that ends within a block of the disk makes the kernel fill the block with zeros: a record is one."""


class Snapshot(Protocol):
    """``archive.snapshot.IndexSnapshot``, as exporters read it. Its methods raise UnusableIndex or sqlite3.Error."""

    @property
    def cursor(self) -> object:
        """Position of the newest change in the index, for the next export; ``str`` gives its text."""

    def selected(self, *, newest_first: bool = False) -> Iterator[RecordKey]:
        """Return the keys of the records by publication time, then by infoCode."""

    def pages(self, keys: Iterable[RecordKey] | None = None) -> Iterator[Columns]:
        """Return the records of *keys*, in their order, some hundreds at a time; by default all, oldest first."""

    def records(self, keys: Iterable[RecordKey] | None = None) -> Iterator[Record]:
        """Return the same one by one."""

    def articles(self) -> Iterator[Article]:
        """Return the article of each record, oldest first."""

    def describe(self) -> dict[str, Any]:
        """Return the part of a manifest that describes the selection: ``cursor``, ``records`` and its bounds."""


class Option(NamedTuple):
    """A command-line option of a format: ``--compress`` of ``jsonl``."""

    name: str
    values: tuple[str, ...]
    default: str
    help: str
    stream_default: str = ""
    """Default on standard output, where it differs."""


class Requirement(NamedTuple):
    """A package that the base installation lacks, and the extra that installs it."""

    package: str
    """Name that it is imported by."""
    extra: str

    @property
    def is_missing(self) -> bool:
        try:
            return find_spec(self.package) is None
        except ValueError:  # in sys.modules without a spec
            return True


class Exporter(ABC):
    """An export format. A subclass with a ``name`` is registered when its module is imported.

    Packages outside the base installation are imported within ``write``: the module itself must always import.
    """

    formats: ClassVar[dict[str, type[Exporter]]] = {}
    """The registry, by name."""
    name: ClassVar[str]
    files: ClassVar[tuple[str, ...]]
    """Patterns of all files that ``write`` may create, relative to the folder; a later export replaces them."""
    requires: ClassVar[Requirement | None] = None
    options: ClassVar[tuple[Option, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in vars(cls) and Exporter.formats.setdefault(cls.name, cls) is not cls:
            raise TypeError(f"two export formats are named {cls.name!r}")

    def __init__(self, urls: PostUrls, options: Mapping[str, str] | None = None) -> None:
        """*options*: values of ``self.options`` by name; the others take their defaults."""
        self.urls = urls
        self.chosen = {option.name: option.default for option in self.options} | dict(options or {})

    @abstractmethod
    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        """Write the export into an empty *folder*; return the number of records in each file. Raises OSError."""


class StreamExporter(Exporter):
    """A format of one file that is written from start to end, and so also fits standard output."""

    @property
    @abstractmethod
    def file_name(self) -> str:
        """Name of the file in an export folder."""

    @abstractmethod
    def write_stream(self, snapshot: Snapshot, stream: IO[bytes]) -> int:
        """Write the export to *stream*; return the number of records. Raises as ``write``."""

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        with (folder / self.file_name).open("wb", WRITTEN_AT_ONCE) as stream:
            return {self.file_name: self.write_stream(snapshot, stream)}


def find_exporters(*names: str) -> dict[str, type[Exporter]]:
    """Import the modules *names*, and for packages the modules in them; return the formats sorted by name."""
    for name in names:
        module = import_module(name)
        for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
            import_module(found.name)
    return dict(sorted(Exporter.formats.items()))


def generator() -> str:
    """Return the name and version of this project, for the metadata of an export."""
    try:
        return f"{PROJECT} {version(PROJECT)}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return PROJECT
