"""The items that travel from the parsers to the archive: an article, or a rejection."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self


class Copied:
    """Base of the dataclasses that are copied for each article."""

    def with_fields(self, **fields: object) -> Self:
        """Return a copy with other values of some fields: ``dataclasses.replace`` takes up to ten times as long.

        >>> Article("NW202205182383638060", title="甲").with_fields(title="乙").title
        '乙'
        """
        copied = self.__new__(type(self))
        copied.__dict__.update(self.__dict__, **fields)
        return copied


class Ticker(NamedTuple):
    """A security or board that an article names."""

    symbol: str
    """``600050.SH``, ``NIO.US``, board ``BK0493``."""
    name: str
    """As written in the article; empty for a K-line image."""
    source: str
    """``kline`` or ``inline``."""
    position: int | None = None
    """Characters of the plain text before its first mention; None if the plain text does not mention it."""


class Image(NamedTuple):
    """A picture in an article."""

    url: str
    width: int | None = None
    """Pixels: of the file if its URL contains them (``_w800h555.jpg``), otherwise as displayed; None if unknown."""
    height: int | None = None


class Extract(NamedTuple):
    """Text that was read from the bodies of an article. Its tickers and images are fields of the article."""

    text: str
    """Plain text of the body that the post shows."""
    source_line: str
    """Outlet named in the last line of a body; '' without such a line."""
    bodies: tuple[str, str, str]
    """The bodies it was read from: ``text_html``, ``content_html`` and ``body_html``."""


@dataclass
class Article(Copied):
    """An article, complete or as one surface reports it. Missing fields are empty."""

    info_code: str
    """The key: two capital letters and 18 digits, ``NW202205182383638060``."""
    title: str = ""
    published_at: datetime | None = None
    """Aware, whole seconds."""
    media_name: str = ""
    """Outlet that published it; empty if only the rolling list has the article."""
    digest: str = ""
    """As the list gives it, often beginning with ``【headline】``."""
    public_url: str = ""
    """The rolling list's ``url_w``."""
    text_html: str = ""
    """GetNewsText's ``text`` as sent: the plain body."""
    content_html: str = ""
    """GetNewsText's ``content`` as sent: the body with inline tickers."""
    source_url: str = ""
    """URL from which the body was fetched."""
    origins: dict[str, str] = field(default_factory=dict)
    """Name of the surface that gave each field above, or ``hand`` or ``post`` (see ``articles.merge``)."""

    slug: str = ""
    body_html: str = ""
    """Cleaned body, as in the post."""
    share_url: str = ""
    """Public URL of the article, as in the post."""
    tickers: list[Ticker] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    extract: Extract | None = field(default=None, repr=False, compare=False)
    """None before it is read; out of date if the bodies have changed since (see ``articles.extract``)."""
    first_seen_at: datetime | None = None
    revision: int = 0
    """Number of corrections by upstream since the article was first archived. Earlier revisions stay in the index."""
    revised_at: datetime | None = None
    """Time at which the last of them was archived."""

    is_stand_in: bool = False
    """True if the body is the archived copy because the share site failed. It is fetched again at the next mention,
    unlike the copy of an article that is gone."""

    is_refetched: bool = field(default=False, compare=False)
    """True if the body was fetched by ``refetch=1``, which replaces a post that is external or was edited."""
    payload: str = field(default="", repr=False, compare=False)
    """Response of upstream as text, for ``rejected.jsonl`` if the article is rejected."""
    listing_hash: str = field(default="", repr=False, compare=False)
    """SHA-256 of the list rows that named it: a rejected article is requested again only if they change."""

    seen_at: datetime | None = field(default=None, compare=False)
    """Time of the response in a replay; None in a crawl, where it is the current time."""
    archived: object = field(default=None, repr=False, compare=False)
    """The archive's ``Lookup`` of this article, for the stages after the first one that needed it. Never stored."""

    @property
    def has_body(self) -> bool:
        return bool(self.text_html or self.content_html)


def article_from(origin: str, info_code: str, **fields: object) -> Article:
    """Return an article of the non-empty *fields*, each with *origin* as its surface.

    >>> article_from("media", "NW202205182383638060", title="标题", media_name="").origins
    {'title': 'media'}
    """
    given = {name: value for name, value in fields.items() if value}
    return Article(info_code=info_code, origins=dict.fromkeys(given, origin), **given)  # type: ignore[arg-type]


@dataclass
class Rejection:
    """An article or a list row that cannot become a post, with the reason and the payload."""

    info_code: str
    """The key; a malformed one as received, '' without one."""
    reason: str
    """One word of the stats: ``undated``, ``untitled``, ``no_body``, ``future_date``, ``body_too_long``,
    ``content_lost``, ``undecodable``, ``unknown_key``, ``unknown_origin``, ``bad_info_code``, ``bad_row``,
    ``no_info_code``, or an ``Outcome``."""
    detail: str
    payload: str = field(default="", repr=False)
    source_url: str = ""
    is_final: bool = True
    """False if the next run should try again, as for a body that is missing today."""
    listing_hash: str = field(default="", repr=False)
    seen_at: datetime | None = None
    """As in ``Article``."""
