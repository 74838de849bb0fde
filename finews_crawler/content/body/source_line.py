"""The source line of a body, which today's surfaces leave out and GetNewsText has: ``（文章来源：OUTLET）``."""

from __future__ import annotations

import html as html_escaping

from finews_crawler.content.body.extract import extract_body

BLANKS = " \t\r\n"


def with_source_line(html: str, media_name: str) -> str:
    """Return *html* with the source line of *media_name* as its last paragraph, as GetNewsText has it.

    Nothing is added without an outlet, to a body that has a source line (also one that names another outlet), and to
    a blank body, which has to stay recognisable as missing. White space at the end of the body is dropped: GetNewsText
    has none before the line. The line follows whatever is last, so that a stored body does not depend on the rules for
    adverts; once these are cut, it follows the last paragraph of the article.

    >>> with_source_line("<p>甲</p>\\r\\n", "R&D周刊")
    '<p>甲</p><p class="em_media">（文章来源：R&amp;D周刊）</p>'
    """
    body = html.rstrip(BLANKS)
    if not body or not media_name or ("文章来源" in body and extract_body(body).source_line):
        return html
    return f'{body}<p class="em_media">（文章来源：{html_escaping.escape(media_name, quote=False)}）</p>'
