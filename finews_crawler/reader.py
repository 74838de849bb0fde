"""Reading an archive from Python: ``from finews_crawler import Archive``.

It opens the index read-only, makes no file, and can be used beside a running crawl. What it yields are the records of
``finews export``, from one consistent view of the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypedDict, TypeVar

from finews_crawler.archive.index import Index
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import publication_day
from finews_crawler.exceptions import NotInstalled
from finews_crawler.utils.program import install_line
from finews_crawler.utils.timezone import BEIJING

if TYPE_CHECKING:
    import os
    from types import TracebackType
    from typing import Self

    import pyarrow as pa

P = ParamSpec("P")
T = TypeVar("T")
Day = date | str
"""A day in Beijing; as text ``2022-05-18``."""
Moment = datetime | date | str
"""A time, of Beijing if it has no offset; a day is its beginning. As text ISO 8601."""


class TickerRecord(TypedDict):
    """A security or board that an article names."""

    symbol: str
    name: str | None
    source: str
    position: int | None


class ImageRecord(TypedDict):
    """An image of an article, with its size in pixels."""

    url: str
    width: int | None
    height: int | None


class ArticleRecord(NamedTuple):
    """One article, as docs/records.md describes its fields. Times are aware."""

    info_code: str
    revision: int
    change: int | None
    title: str
    published_at: datetime
    day: date
    media_name: str | None
    source_line: str | None
    slug: str
    digest: str | None
    text: str
    body_html: str
    tickers: list[TickerRecord]
    images: list[ImageRecord]
    share_url: str
    public_url: str | None
    source_url: str | None
    origins: dict[str, str]
    is_stand_in: bool
    first_seen_at: datetime | None
    revised_at: datetime | None
    known_from: datetime | None
    known_until: datetime | None


def query_of(  # noqa: PLR0913 (conditions, by name)
    *,
    since: Day | None = None,
    until: Day | None = None,
    medium: str | None = None,
    ticker: str | None = None,
    as_of: Moment | None = None,
    revisions: bool = False,
) -> ExportQuery:
    """Return the query of these conditions. Raises ValueError for one that cannot be read, or that selects nothing.

    The methods of ``Archive`` have the same arguments.
    """
    first, last = (day_of(day) for day in (since, until))
    if first and last and first > last:
        raise ValueError(f"since must not be later than until, got {first} and {last}")
    for name, text in (("medium", medium), ("ticker", ticker)):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"{name} must be a text, got {text!r}")
    if as_of is not None and revisions:
        raise ValueError("give either as_of or revisions")
    return ExportQuery(first, last, None, revisions, medium, ticker, None if as_of is None else moment_of(as_of))


def selecting(
    query_of: Callable[P, ExportQuery],
) -> Callable[[Callable[[Archive, ExportQuery], T]], Callable[Concatenate[Archive, P], T]]:
    """Let a method that gets a query take the arguments of *query_of*, also in ``help`` and in completions."""

    def decorate(method: Callable[[Archive, ExportQuery], T]) -> Callable[Concatenate[Archive, P], T]:
        takes = signature(query_of)

        @wraps(method)
        def selected(archive: Archive, /, *arguments: P.args, **conditions: P.kwargs) -> T:
            try:
                takes.bind(*arguments, **conditions)
            except TypeError as error:  # names the method that was called, and not this function or query_of()
                raise TypeError(f"{method.__name__}() {error}") from None
            return method(archive, query_of(*arguments, **conditions))

        own = signature(method)
        conditions = takes.parameters
        parameters = [own.parameters["self"], *conditions.values()]
        selected.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        annotations = {name: condition.annotation for name, condition in conditions.items()}
        selected.__annotations__ = {**annotations, "return": own.return_annotation}
        return selected

    return decorate


class Archive:
    """An archive, opened to read it. Its methods raise UnusableIndex, which names the file and what to do.

    >>> with Archive.open("data/demo") as archive:  # doctest: +SKIP
    ...     for article in archive.articles(since="2022-05-18", ticker="600050.SH"):
    ...         print(article.published_at, article.title)
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    @classmethod
    def open(cls, path: str | os.PathLike[str] = "data") -> Self:
        """Open the data directory *path*. Raises FileNotFoundError if it has no index, and UnusableIndex."""
        directory = DataDirectory(Path(path))
        directory.check_index()
        if not directory.index.exists():
            raise FileNotFoundError(f"{directory.index.absolute()} does not exist: name the data directory of a crawl")
        index = Index(directory.index, read_only=True)
        index.check()
        return cls(index)

    @selecting(query_of)
    def articles(self, query: ExportQuery) -> Iterator[ArticleRecord]:
        """Yield the articles that meet every condition, by time of publication, then by infoCode.

        *since* and *until* are days of publication, both included; *medium* is the name of an outlet, *ticker* the
        symbol of a security or board that the article names, or a code that only one has. With *as_of*, an article is
        yielded as the archive had it at that time; with *revisions*, each of its revisions. Some hundred articles are
        in memory at a time. Raises NotInArchive, a ValueError, for an outlet or a symbol that the archive never had.
        """
        with open_snapshot(self._index, query) as snapshot:
            for page in snapshot.pages():
                yield from map(ArticleRecord._make, zip(*page.values(), strict=True))

    @selecting(query_of)
    def to_arrow(self, query: ExportQuery) -> pa.Table:
        """Return the same as a table, with the columns and types of the Parquet export. Needs the extra ``parquet``.

        Raises NotInstalled without it.
        """
        from finews_crawler.exporters.parquet import ParquetExporter, table_of

        if ParquetExporter.requires.is_missing:
            raise NotInstalled(f"to_arrow needs {ParquetExporter.requires.package}: {install_line('parquet')}")
        with open_snapshot(self._index, query) as snapshot:
            return table_of(snapshot.pages())

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def day_of(day: Day | None) -> date | None:
    """Return a day; of an aware time, the day in Beijing.

    >>> day_of("2022-05-18"), day_of(datetime.fromisoformat("2022-05-18T20:00+00:00"))
    (datetime.date(2022, 5, 18), datetime.date(2022, 5, 19))
    """
    if isinstance(day, datetime):
        return publication_day(day) if day.tzinfo else day.date()
    return _read("a day such as 2022-05-18", date.fromisoformat, day) if isinstance(day, str) else day


def moment_of(moment: Moment) -> datetime:
    """Return an aware time; the beginning of a day.

    >>> moment_of("2022-05-18 16:00").isoformat()
    '2022-05-18T16:00:00+08:00'
    """
    if isinstance(moment, str):
        read = _read("a time such as 2022-05-18 16:00", datetime.fromisoformat, moment)
    else:
        read = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return read if read.tzinfo else read.replace(tzinfo=BEIJING)


def _read(what: str, parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except ValueError:
        raise ValueError(f"{text!r} is not {what}") from None
