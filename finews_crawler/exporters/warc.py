"""Articles as WARC/1.1, a record each: GetNewsText's answer as far as the index has it.

These are no exchanges as they were, so they are ``resource`` records: what stood at an address, without a protocol.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

from warcio.warcwriter import WARCWriter

from finews_crawler.archive.snapshot import IndexSnapshot
from finews_crawler.articles.links import PostUrls
from finews_crawler.items import Article
from finews_crawler.sources.eastmoney.news_text import news_text_url
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.records import DATE, RECORD_ID, warc_date

SHOWTIME = "%Y-%m-%d %H:%M:%S"
NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""A record has to have a date, and an export is not to have that of its writing."""


def write_warc(held: IndexSnapshot, stream: IO[bytes], addresses: PostUrls, generator: str) -> int:
    """Write what is selected into *stream*, a gzip member a record; how many articles they were."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    about = {"software": generator, "format": "WARC File Format 1.1", "description": f"articles up to {held.cursor}"}
    info = writer.create_warcinfo_record("articles.warc.gz", about)
    info.rec_headers.replace_header(RECORD_ID, _record_id(str(held.cursor)))
    info.rec_headers.replace_header(DATE, warc_date(NO_MOMENT))
    writer.write_record(info)
    number = 0
    for key in held.selected():
        _write_article(writer, held.article(key), addresses)
        number += 1
    return number


def _write_article(writer: WARCWriter, article: Article, addresses: PostUrls) -> None:
    record = writer.create_warc_record(
        news_text_url(addresses.share_url, article.info_code),
        "resource",
        payload=BytesIO(json.dumps(answer_of(article), ensure_ascii=False).encode()),
        warc_content_type="application/json",
        warc_headers_dict={
            RECORD_ID: _record_id(f"{article.info_code}/{article.revision}"),
            DATE: warc_date(article.revised_at or article.first_seen_at or NO_MOMENT),
        },
    )
    writer.write_record(record)


def answer_of(article: Article) -> dict[str, str]:
    """GetNewsText's answer, in the spellings of the lists.

    >>> answer_of(Article("NW202205182383638060", title="联通", text_html="<p>重庆</p>"))
    {'infoCode': 'NW202205182383638060', 'title': '联通', 'text': '<p>重庆</p>'}
    """
    moment = article.published_at
    told = {
        "infoCode": article.info_code,
        "title": article.title,
        "showtime": moment.astimezone(BEIJING).strftime(SHOWTIME) if moment else "",
        "medianame": article.media_name,
        "digest": article.digest,
        "url_w": article.public_url,
        "text": article.text_html,
        "content": article.content_html,
    }
    return {name: value for name, value in told.items() if value}


def _record_id(name: str) -> str:
    """The same for the same record: an export of the same index is to have the same bytes."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
