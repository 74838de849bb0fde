"""Pre-parse repairs: keep unclosed elements, comments and quotes from swallowing the rest of the article.

This keeps text readable. It does not make a body safe: the parser and its whitelist do.
"""

from __future__ import annotations

import re
from collections import Counter

# Elements whose content is not prose or is not parsed as HTML. Without an end tag, they extend to the end of the body.
SWALLOWING = (
    "applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
)  # fmt: skip
CONTENT_TO_REMOVE = frozenset(SWALLOWING) - {"embed", "xmp"}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
EMPTY_TAG = "<wbr"  # not in the whitelist, so the parser drops it
PLAINTEXT = re.compile(r"<plaintext\b", re.IGNORECASE)
# A < that authors meant as text or as the start of a URL, but that opens a tag for a browser: <b，c</p>, <x 倍</p> and
# <http://a.cn>. A name followed by a character that names cannot have, or a tag that another < or the end cuts off.
NO_TAG = re.compile(
    r"""<(?=
        /?[A-Za-z][A-Za-z0-9:_.-]*[^\sA-Za-z0-9:_./>-]
      | /?[A-Za-z][^<>"']*(?:<|\Z)
      | https?://
    )""",
    re.VERBOSE,
)
COMMENT_END = re.compile(r"-?>|.*?--!?>", re.DOTALL)

# Beyond these limits the parser needs more than linear time. Measured: 100,000 nested <div> take 20 s, 140,000 <b></p>
# 140 s, 5,000,000 ``&`` 180 s.
MAX_OPEN = 3_000
MAX_ATTRIBUTES = 10_000
MAX_AMPERSANDS = 100_000
# The parser reopens each of these that a block left open, with its attributes, in every later block.
FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
MAX_EXPANSION = 4
ALLOWED_EXPANSION = 1_000_000
A_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*")
# Tags, except of elements whose end tag is forbidden or optional.
START_OR_END = re.compile(
    r"<(/?)(?!(?:area|br|col|d[dt]|embed|hr|img|input|li|link|meta|option|p|t[dhr]|tbody|wbr)\b)([a-z][a-z0-9]*)",
    re.IGNORECASE,
)


def repair_markup(html: str) -> str:
    """Return *html* with ``\\n`` line ends, without control characters, and with unclosed elements disarmed.

    >>> repair_markup("<p>甲\\r\\n乙</p><!-- EM_StockImg_Start <p>丙</p>")
    '<p>甲\\n乙</p>  EM_StockImg_Start <p>丙</p>'
    >>> repair_markup('<iframe src="//v.example/1" /><p>正文a<b，c</p>')
    '<wbr src="//v.example/1" /><p>正文a&lt;b，c</p>'
    """
    html = CONTROLS.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    html = PLAINTEXT.sub(EMPTY_TAG, NO_TAG.sub("&lt;", html))
    for name in SWALLOWING:
        html = _open_unclosed(html, name)
    before, *others = html.split("<!--")
    return before + "".join(("<!--" if COMMENT_END.match(part) else " ") + part for part in others)


def _open_unclosed(html: str, name: str) -> str:
    ends = re.finditer(rf"</{name}\b", html, re.IGNORECASE)
    last_end = max((match.start() for match in ends), default=0)
    # Replace it, since removing the inner <script of <scr<script>ipt> would create a new one.
    return html[:last_end] + re.sub(rf"<{name}\b", EMPTY_TAG, html[last_end:], flags=re.IGNORECASE)


def is_too_complex(html: str) -> bool:
    """Return True if nesting or a single tag exceeds what articles have and what the parser handles in linear time.

    >>> bodies = ("<div>" * 100_000, "<b></p>" * 100_000, "<p a" + "=1 a" * 100_000)
    >>> tuple(map(is_too_complex, bodies))
    (True, True, True)
    >>> is_too_complex("<div><p>军团<br></div>" * 10_000)
    False
    """
    if html.count("&") > MAX_AMPERSANDS or any(map(_has_too_many_attributes, html.split("<"))):
        return True
    return _is_too_open(html) or _expands(html)


def _has_too_many_attributes(part: str) -> bool:
    tag = part.partition(">")[0]
    return max(part.count("="), tag.count("/") + len(tag.split())) > MAX_ATTRIBUTES


def _expands(html: str) -> bool:
    """Return True if the parser's output would be much longer than its input.

    >>> _expands('<p><b title="' + "A" * 20_000 + '">' + "<p>x" * 5_000), _expands("<p><b>甲</b></p>" * 10_000)
    (True, False)
    """
    left_open: dict[str, list[int]] = {}
    length = expansion = 0
    for match in A_TAG.finditer(html):
        name = match[2].lower()
        if name not in FORMATTING:
            expansion += 0 if match[1] else length
        elif not match[1]:
            left_open.setdefault(name, []).append(len(match[0]))
            length += len(match[0])
        elif left_open.get(name):
            length -= left_open[name].pop()
        if expansion > MAX_EXPANSION * len(html) + ALLOWED_EXPANSION:
            return True
    return False


def _is_too_open(html: str) -> bool:
    open_now: Counter[str] = Counter()
    total = 0
    for end, name in START_OR_END.findall(html):
        change = (-1 if open_now[name] else 0) if end else 1
        open_now[name] += change
        total += change
        if total > MAX_OPEN:
            return True
    return False
