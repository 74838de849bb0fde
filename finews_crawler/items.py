"""The one record that travels from the parsers to the archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Ticker:
    """A security or board that an article names."""

    symbol: str
    """``600050.SH``, ``NIO.US``, board ``BK0493``."""
    name: str
    """As written in the article; empty for a K-line image."""
    source: str
    """``kline`` or ``inline``."""
    position: int | None = None
    """Of its first mention: characters of the article's plain text before it. None: the text shown is without it."""


@dataclass(frozen=True)
class Image:
    """A picture in an article."""

    url: str
    width: int | None = None
    """In pixels, of the file where its address tells it, else as shown; None: not told."""
    height: int | None = None


@dataclass
class Article:
    """One article, or what one surface of upstream knows of it: a field nobody gave is empty."""

    info_code: str
    """``NW`` and 18 digits: the key."""
    title: str = ""
    published_at: datetime | None = None
    """Aware, whole seconds."""
    media_name: str = ""
    """The medium that wrote it; empty for an article known from the rolling list alone."""
    digest: str = ""
    """As the list gives it, often beginning with ``【headline】``."""
    public_url: str = ""
    """The rolling list's ``url_w``."""
    text_html: str = ""
    """GetNewsText's ``text`` as sent: the plain body."""
    content_html: str = ""
    """GetNewsText's ``content`` as sent: the body with inline tickers."""
    source_url: str = ""
    """Where the body was fetched."""
    origins: dict[str, str] = field(default_factory=dict)
    """For each field above, the surface that gave it: a channel's name, ``news_text`` or ``archive_page``."""

    slug: str = ""
    body_html: str = ""
    """The body as cleaned: what the post holds."""
    share_url: str = ""
    """The address of the article that the post names."""
    tickers: list[Ticker] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    first_seen_at: datetime | None = None
    revision: int = 0
    """How often upstream has changed the article since it was first held; the earlier ones stay in the index."""
    revised_at: datetime | None = None
    """When the archive took up the last of these changes."""

    is_stand_in: bool = False
    """The body is the archive's copy, taken because the share site failed, not because it has lost the article: it is
    asked for again when it is next met."""

    is_refetched: bool = field(default=False, compare=False)
    """Its body was fetched because somebody asked for it anew: a post that was found, or changed by hand, gives way."""
    payload: str = field(default="", repr=False, compare=False)
    """What upstream answered, for ``rejected.jsonl`` should the article not pass."""
    listing_hash: str = field(default="", repr=False, compare=False)
    """Of the list rows that led to it: a rejected article is asked for again only when they change."""

    seen_at: datetime | None = field(default=None, compare=False)
    """When upstream gave it, where that is not now: in a replay."""
    archived: object = field(default=None, repr=False, compare=False)
    """The archive's ``Lookup`` of this article, for the stages after the first one that needed it. Never stored."""

    @property
    def has_body(self) -> bool:
        return bool(self.text_html or self.content_html)


def article_from(origin: str, info_code: str, **fields: object) -> Article:
    """An article as *origin* gives it: its non-empty *fields*, each marked with where it came from.

    >>> article_from("media", "NW202205182383638060", title="标题", media_name="").origins
    {'title': 'media'}
    """
    given = {name: value for name, value in fields.items() if value}
    return Article(info_code=info_code, origins=dict.fromkeys(given, origin), **given)  # type: ignore[arg-type]


@dataclass
class Rejection:
    """An article, or a list row, that could not become a post, with the reason and what upstream sent."""

    info_code: str
    """As far as known: a malformed one is quoted as it came."""
    reason: str
    """One word of the stats: ``undated``, ``untitled``, ``no_body``, ``bad_info_code`` …"""
    detail: str
    payload: str = field(default="", repr=False)
    source_url: str = ""
    is_final: bool = True
    """False: the next run asks again, as for a body that is missing today."""
    listing_hash: str = field(default="", repr=False)
    seen_at: datetime | None = None
    """As of an article."""
