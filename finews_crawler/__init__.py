"""finews_crawler: an archive of Chinese finance news, one Jekyll post an article.

>>> from finews_crawler import Archive

opens an archive to read it, see ``finews_crawler.reader``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finews_crawler.reader import Archive, ArticleRecord

__all__ = ["Archive", "ArticleRecord"]


def __getattr__(name: str) -> Any:
    """Import what reads an archive when it is used: every command imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from finews_crawler import reader

    return getattr(reader, name)
