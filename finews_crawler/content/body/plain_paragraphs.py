"""The last resort for a body that no parser makes sense of: its text, escaped, a paragraph a line."""

from __future__ import annotations

import re

from finews_crawler.content.body.repair import CONTENT_TO_REMOVE, untangle
from finews_crawler.content.liquid import escape_liquid

NOT_PROSE = re.compile(
    rf"<({'|'.join(sorted(CONTENT_TO_REMOVE))})\b.*?</\1\b[^<>]*>?" r"|<!--(?:-?>|.*?(?:--!?>|\Z))",
    re.DOTALL | re.IGNORECASE,
)
LINE_BREAKING_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|br|center|d[dlt]|div|fig\w+|footer|h[1-6r]|header|li|main|nav|ol|p|pre"
    r"|section|t[dhr]|table|ul)\b[^<>]*>?",
    re.IGNORECASE,
)
OTHER_TAG = re.compile(r"<[/!?]?[A-Za-z\[][^<>]*>?")


def rebuild_plainly(html: str) -> str:
    """Paragraphs of the text of *html*; '' when it has none. One pass a regex, whatever the nesting.

    >>> rebuild_plainly("<div><div>净利润<10亿元<script>x()</script></div>　　完</div>")
    '<p>净利润&lt;10亿元</p>\\n <p>完</p>'
    """
    text = NOT_PROSE.sub("", untangle(html))
    text = OTHER_TAG.sub("", LINE_BREAKING_TAG.sub("\n", text))
    text = text.replace("<", "&lt;").replace(">", "&gt;").replace("\u3000\u3000", "")
    lines = (line.strip() for line in text.split("\n"))
    return escape_liquid("\n ".join(f"<p>{line}</p>" for line in lines if line))
