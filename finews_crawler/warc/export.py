"""Export format ``warc``: one WARC/1.1 record an article, with the JSON that the share site sends for an article.

They are ``resource`` records, not ``response`` records: the payload is made from the index, no exchange is recorded.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING

from finews_crawler.articles.links import PostUrls
from finews_crawler.exporters.exporter import Requirement, Snapshot, StreamExporter, generator
from finews_crawler.items import Article
from finews_crawler.sources.eastmoney import news_text
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.records import DATE, RECORD_ID, WITHOUT_PAYLOAD_DIGEST, warc_date

if TYPE_CHECKING:
    from warcio.warcwriter import WARCWriter

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""A record must have a date; the time of the export would make two exports of the same index differ."""


class WarcExporter(StreamExporter):
    """``articles.warc.gz``, a gzip member a record; ``FINEWS_REPLAY`` reads it."""

    name = "warc"
    files = ("articles.warc.gz",)
    file_name = files[0]
    requires = Requirement("warcio", extra="warc")

    def write_stream(self, snapshot: Snapshot, stream: IO[bytes]) -> int:
        from warcio.warcwriter import WARCWriter  # an extra

        writer, number = WARCWriter(stream, gzip=True, warc_version="1.1"), 0
        writer.NO_PAYLOAD_DIGEST_TYPES = WITHOUT_PAYLOAD_DIGEST
        write_warcinfo(writer, str(snapshot.cursor))
        for article in snapshot.articles():
            write_article(writer, article, self.urls)
            number += 1
        return number


def write_warcinfo(writer: WARCWriter, cursor: str) -> None:
    """Write the first record. The same cursor gives the same bytes: it has no time of its own."""
    about = {"software": generator(), "format": "WARC File Format 1.1", "description": f"articles up to {cursor}"}
    info = writer.create_warcinfo_record(WarcExporter.file_name, about)
    info.rec_headers.replace_header(RECORD_ID, _record_id(cursor))
    info.rec_headers.replace_header(DATE, warc_date(NO_DATE))
    writer.write_record(info)


def write_article(writer: WARCWriter, article: Article, urls: PostUrls) -> None:
    """Write a ``resource`` record with the article as GetNewsText returns it; its date is that of the revision."""
    record = writer.create_warc_record(
        news_text.SURFACE.url(urls.share_url, article.info_code),
        "resource",
        payload=BytesIO(json.dumps(news_text_json(article), ensure_ascii=False).encode()),
        warc_content_type="application/json",
        warc_headers_dict={
            RECORD_ID: _record_id(f"{article.info_code}/{article.revision}"),
            DATE: warc_date(article.revised_at or article.first_seen_at or NO_DATE),
        },
    )
    writer.write_record(record)


def news_text_json(article: Article) -> dict[str, str]:
    """Return the body of a GetNewsText response, with the field names of the lists; empty fields are omitted.

    >>> news_text_json(Article("NW202205182383638060", title="联通", text_html="<p>重庆</p>"))
    {'infoCode': 'NW202205182383638060', 'title': '联通', 'text': '<p>重庆</p>'}
    """
    published_at = article.published_at
    fields = {
        "infoCode": article.info_code,
        "title": article.title,
        "showtime": published_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if published_at else "",
        "medianame": article.media_name,
        "digest": article.digest,
        "url_w": article.public_url,
        "text": article.text_html,
        "content": article.content_html,
    }
    return {name: value for name, value in fields.items() if value}


def _record_id(name: str) -> str:
    """Return an id that depends on *name* alone, so that the same index exports to the same bytes."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
