"""The two bodies of an article from the one body that today's surfaces have."""

from __future__ import annotations


def both_bodies(html: str, media_name: str) -> tuple[str, str]:
    """Return ``text_html`` and ``content_html``, as GetNewsText has them; adverts stay in both.

    A body that shows nothing gets no source line, which would make a post of it.

    >>> both_bodies('<p><a class="keytip" data-code="1,600160">甲</a></p>', "长江商报")[0]
    '<p>甲</p><p class="em_media">（文章来源：长江商报）</p>'
    """
    from finews_crawler.content.body.dressing import is_dressing_only
    from finews_crawler.content.body.source_line import with_source_line
    from finews_crawler.content.body.ticker_markup import unwrap_tickers

    media_name = "" if is_dressing_only(html) else media_name
    return with_source_line(unwrap_tickers(html), media_name), with_source_line(html, media_name)
