"""Articles and rejections in messages: what a surface gives, as JSON values of known types."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from finews_crawler.exceptions import InvalidMessage
from finews_crawler.items import Article, Rejection
from finews_crawler.sources import source_of_key
from finews_crawler.utils.timezone import BEIJING

TEXTS = (
    "title",
    "media_name",
    "digest",
    "public_url",
    "text_html",
    "content_html",
    "source_url",
    "listing_hash",
    "payload",
)
ALWAYS, SOMETIMES = frozenset(("info_code", "origins")), frozenset((*TEXTS, "published_at"))
"""Fields of an article."""
REJECTION_FIELDS = frozenset(("reason", "detail", "payload", "source_url"))
YEARS = range(1900, 9999)
"""Of any time that Python can convert to another zone."""
WORD = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


def article_fields(article: Article) -> dict[str, Any]:
    """Return the fields that surfaces give; the derived ones are derived again."""
    fields: dict[str, Any] = {name: value for name in TEXTS if (value := getattr(article, name))}
    if article.published_at is not None:
        fields["published_at"] = article.published_at.isoformat()
    return {"info_code": article.info_code, **fields, "origins": article.origins}


def read_article(value: object) -> Article:
    """Return the article of *value*. Raises InvalidMessage."""
    given = read_object(value, "article", ALWAYS, SOMETIMES)
    origins = given["origins"]
    if not isinstance(origins, dict) or not all(isinstance(part, str) for part in origins.values()):
        raise InvalidMessage("origins is not an object of texts")
    texts: dict[str, Any] = {name: read_text(given[name], name) for name in TEXTS if name in given}
    moment = read_moment(given["published_at"]) if "published_at" in given else None
    return Article(read_key(given["info_code"]), published_at=moment, origins=dict(origins), **texts)


def rejection_fields(rejection: Rejection) -> dict[str, Any]:
    return {name: getattr(rejection, name) for name in sorted(REJECTION_FIELDS)}


def read_rejection(value: object, info_code: str) -> Rejection:
    """Return a rejection that is not final, as those of a body are. Raises InvalidMessage."""
    given = read_object(value, "rejection", REJECTION_FIELDS)
    texts: dict[str, Any] = {name: read_text(given[name], name) for name in REJECTION_FIELDS}
    if not WORD.fullmatch(texts["reason"]):
        raise InvalidMessage(f"reason is not a word: {texts['reason'][:80]!r}")
    return Rejection(info_code, is_final=False, **texts)


def read_object(
    value: object, what: str, needed: frozenset[str], optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return an object that has the *needed* fields, and perhaps *optional* ones. Raises InvalidMessage."""
    if not isinstance(value, dict):
        raise InvalidMessage(f"{what} is not an object")
    odd = (needed - value.keys()) | (value.keys() - needed - optional)
    if odd:
        raise InvalidMessage(f"{what} lacks, or should not have, {sorted(odd)[0][:80]!r}")
    return value


def read_key(value: object) -> str:
    """Return an infoCode that a source has. Raises InvalidMessage."""
    info_code = read_text(value, "info_code")
    if source_of_key(info_code) is None:
        raise InvalidMessage(f"no source has keys such as {info_code[:80]!r}")
    return info_code


def read_text(value: object, name: str) -> str:
    """Return text. Raises InvalidMessage. It can be written as UTF-8: orjson reads no half of a surrogate pair."""
    if not isinstance(value, str):
        raise InvalidMessage(f"{name} is not text")
    return value


def read_moment(value: object) -> datetime:
    """Return an aware time, in Beijing. Raises InvalidMessage."""
    try:
        moment = datetime.fromisoformat(read_text(value, "published_at"))
    except ValueError:
        raise InvalidMessage("published_at is not a time") from None
    if moment.tzinfo is None or moment.year not in YEARS:
        raise InvalidMessage("published_at has no zone, or is out of range")
    return moment.astimezone(BEIJING)


def read_flag(value: object, name: str) -> bool:
    """Return true or false. Raises InvalidMessage."""
    if not isinstance(value, bool):
        raise InvalidMessage(f"{name} is not true or false")
    return value
