"""Recorded GetNewsText responses, served byte for byte beside the generated articles.

A recording may be malformed in any way: attacks are recordings too. Each one with an infoCode is served, and listed
unless it is JSON without a title or time; the others are skipped with a message that names the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finews_crawler.exceptions import InvalidInfoCode, PayloadFolderError
from finews_crawler.sources.eastmoney.fields import info_code as info_code_of
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.body_generator import Bodies
from finews_crawler.testing.origin.json_encoding import read_object
from finews_crawler.testing.origin.timestamps import NEWEST, SHOWTIME, is_showtime


@dataclass(slots=True)
class Payloads:
    """Contents of a folder of recordings: bytes by infoCode, articles to list, and messages about skipped files."""

    answers: dict[str, bytes] = field(default_factory=dict)
    articles: list[OriginArticle] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Add one file, or a message why it was skipped."""
        try:
            recording = path.read_bytes()
        except OSError as error:
            self.complaints.append(f"payload {path} skipped: {error.strerror}")
            return
        fields = read_object(recording)
        info_code = code_of(fields, path.stem)
        if info_code is None:
            self.complaints.append(f"payload {path} skipped: neither its JSON nor its name has an infoCode")
        elif info_code in self.answers:
            self.complaints.append(f"payload {path} skipped: an earlier file has the same infoCode {info_code}")
        else:
            self.answers[info_code] = recording
            self.articles.extend(listed_as(info_code, fields))

    def beside(self, generated: Iterable[OriginArticle]) -> list[OriginArticle]:
        """Return the recorded articles and then the *generated* ones.

        The recorded ones come first in each list regardless of their dates, so that ``count`` cannot cut them off.
        """
        return self.articles + [article for article in generated if article.info_code not in self.answers]


def load_payloads(folder: Path) -> Payloads:
    """Read every ``*.json`` and ``*.bin`` of *folder*, in order of name. Raises PayloadFolderError."""
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise PayloadFolderError(f"cannot read payload folder {folder}: {error.strerror}") from error
    payloads = Payloads()
    for path in files:
        if path.suffix in {".json", ".bin"}:
            payloads.add(path)
    return payloads


def code_of(fields: dict[str, Any] | None, stem: str) -> str | None:
    """Return the infoCode in a recording, otherwise the one in its file name.

    >>> code_of({"infoCode": "../etc"}, "NW202205182383638060"), code_of(None, "truncated")
    ('NW202205182383638060', None)
    """
    for row in (fields or {}, {"infoCode": stem}):
        with suppress(InvalidInfoCode):
            return info_code_of(row)
    return None


def listed_as(info_code: str, fields: dict[str, Any] | None) -> list[OriginArticle]:
    """Return the article to list; nothing for a recording that is valid but has no title or time."""
    if fields is None:
        return [recorded_article(info_code, "(payload)", NEWEST.strftime(SHOWTIME), {})]
    title, showtime = value_of(fields, "title"), value_of(fields, "showtime", "datetime")
    return [recorded_article(info_code, title, showtime, fields)] if title and showtime else []


def recorded_article(info_code: str, title: str, showtime: str, fields: dict[str, Any]) -> OriginArticle:
    """Return the article of one recording; without an outlet it is in ``rolling`` as well."""
    media_name = value_of(fields, "from", "medianame")
    text, content = (value if isinstance(value, str) else "" for value in map(fields.get, ("text", "content")))
    return OriginArticle(
        info_code=info_code,
        title=title,
        showtime=showtime,
        media_name=media_name,
        channels=frozenset({"media"} if media_name else {"media", "rolling"}),
        digest=value_of(fields, "digest", "simdigest"),
        simtitle=title,
        simdigest=value_of(fields, "simdigest", "digest"),
        body=Bodies(text or content, content or text),
        on_archive=is_showtime(showtime) and bool((text or content).strip()),
    )


def value_of(fields: dict[str, Any], *keys: str) -> str:
    """Return the first non-empty value of *keys* as a string, whatever its type.

    >>> value_of({"from": "", "medianame": ["a", 1]}, "from", "medianame")
    "['a', 1]"
    """
    try:
        return str(next((fields[key] for key in keys if fields.get(key)), ""))
    except RecursionError:  # nested too deep for str(), though not for json.loads()
        return ""
