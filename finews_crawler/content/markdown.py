"""Escaping of plain text and URLs for Liquid and kramdown: a digest after ``> ``, an outlet's name in a link.

Each rule names what kramdown 2.4 would do without it. Ordinary text contains nothing to escape and stays as the archive
wrote it. kramdown turns ``--``, ``...`` and straight quotes into typographic ones; that is accepted.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from finews_crawler.content.body.html_tokens import REFERENCE

# With a lookahead, since the first two braces of ``{{{`` both begin a tag. ``}}`` and ``%}`` alone have no meaning.
LIQUID_BRACE = re.compile(r"\{(?=[{%])")


def escape_liquid(text: str) -> str:
    """Replace the brace of each ``{{`` and ``{%`` by a character reference, which HTML renders the same.

    >>> escape_liquid("{{ page.title }} {% raw %} {1}")
    '&#123;{ page.title }} &#123;% raw %} {1}'
    """
    return LIQUID_BRACE.sub("&#123;", text)


# Line breaks for Python, browsers or editors. A paragraph of a post is one line.
LINE_BREAKS = re.compile(r"(?:\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029])+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Part of whatever is escaped anywhere in a line, by one of the rules below.
SPECIAL = re.compile(r"[&\\`\[\]<|$~>{_*]")

# Anywhere in a line: code, links, footnotes, definitions, tags, tables; and the escape itself.
ALWAYS = re.compile(r"[\\`\[\]<|]")
# An escaped ] with a colon still ends a link definition: [返回甲\]: 乙新闻](…) became one, and the footer vanished.
DEFINITION = re.compile(r"\\]:")
# $$ begins mathematics, ~~ strikes out, >> is a guillemet.
DOUBLED = re.compile(r"\${2,}|~{2,}|>{2,}")
# {{ and {% begin Liquid code, {: an attribute list or an extension. A backslash does not escape {%.
BRACE = re.compile(r"\{(?=[{%:])")
# Not after a letter: kramdown has no emphasis inside a word, so a_b_c needs no escape.
UNDERSCORE = re.compile(r"(?<![A-Za-z\u4e00-\u9fff])_")

# At the start of a line: list, heading, quotation, definition, horizontal rule.
LIST_OR_HEADING = re.compile(r"([+*-](?=[\t ])|#(?=#{0,5}[\t ])|>|:(?=[\t ])|-(?=[\t -]*$))")
NUMBERED_LIST = re.compile(r"([0-9]+)(\.[\t ])")
END_OF_BLOCK = re.compile(r"\^")

# Characters that kramdown replaces by typographic ones.
TYPOGRAPHY = re.compile(r"""["']|-(?=-)|\.(?=\.\.)""")

# Inverse of the escapes. kramdown allows a backslash before a few more characters than are escaped here, and a
# handwritten post may use them.
SPELT_AS_REFERENCE = {"&amp;": "&", "&#93;": "]", "&#94;": "^", "&#123;": "{"}
ESCAPED = re.compile(r"""\\(?P<character>[\\.*_+`<>()\[\]{}#!:|"'$=~-])|(?P<reference>&(?:amp|#93|#94|#123);)""")

UNFIT_FOR_URL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff<>\"'`{}|\\*]|^ +| +$")
PARENTHESIS = re.compile(r"[()]")


def escape_inline(text: str) -> str:
    """Escape *text* for a line of a post; ordinary text is unchanged.

    Line breaks become one space; control characters, and white space at both ends, are removed.

    >>> escape_inline("1. {{ x }} [甲](//乙) *ST海川、*ST江城 <b> a|b")
    '1\\\\. &#123;{ x }} \\\\[甲\\\\](//乙) \\\\*ST海川、\\\\*ST江城 \\\\<b> a\\\\|b'
    """
    return _escape_start(_escape_within(plain_line(text)))


def plain_line(text: str) -> str:
    """Return *text* as one line, the form that ``escape_inline`` escapes and ``unescape_inline`` returns."""
    return CONTROLS.sub("", LINE_BREAKS.sub(" ", text)).strip(" \t")


def unescape_inline(spelt: str) -> str:
    r"""Return the line that ``escape_inline`` or ``escape_exactly`` escaped.

    >>> unescape_inline(r"1\. &#123;{ x }} \[甲\](//乙) \*ST海川、\*ST江城 A&amp;lt;")
    '1. {{ x }} [甲](//乙) *ST海川、*ST江城 A&lt;'
    """
    return ESCAPED.sub(_unescape, spelt)


def _unescape(match: re.Match[str]) -> str:
    return match["character"] or SPELT_AS_REFERENCE[match["reference"]]


def escape_exactly(text: str) -> str:
    """Escape like ``escape_inline``, and also straight quotes, ``--`` and ``...``: a name must survive rendering.

    >>> escape_exactly("e公司"), escape_exactly('"投行"--PEVC')
    ('e公司', '\\\\"投行\\\\"\\\\--PEVC')
    """
    return TYPOGRAPHY.sub(r"\\\g<0>", escape_inline(text))


def _escape_references(text: str) -> str:
    return REFERENCE.sub(lambda match: f"&amp;{match.group()[1:]}", text)


def _escape_within(line: str) -> str:
    if not SPECIAL.search(line):
        return line
    line = _escape_references(line)  # first, since later steps add references of their own
    line = DEFINITION.sub("&#93;:", ALWAYS.sub(r"\\\g<0>", line))
    line = DOUBLED.sub(lambda match: "".join(f"\\{character}" for character in match.group()), line)
    line = BRACE.sub("&#123;", line)
    line = UNDERSCORE.sub(r"\\_", line)
    # A single asterisk has no meaning, and shares under special treatment have names like *ST海川.
    return line.replace("*", r"\*") if line.count("*") > 1 else line


def _escape_start(line: str) -> str:
    line = LIST_OR_HEADING.sub(r"\\\1", line, count=1) if LIST_OR_HEADING.match(line) else line
    if match := NUMBERED_LIST.match(line):
        return f"{match[1]}\\{line[match.end(1) :]}"
    # A caret alone in a line ends a block, and kramdown has no escape for it.
    return f"&#94;{line[1:]}" if END_OF_BLOCK.match(line) else line


def escape_link_url(url: str) -> str:
    """Escape a URL for ``[…](url)``. Spaces and balanced parentheses stay: URLs of the archive have them.

    >>> escape_link_url("//finews.withounder.com/category/anxinguojizhengquan(xianggang).html")
    '//finews.withounder.com/category/anxinguojizhengquan(xianggang).html'
    >>> escape_link_url("//finews.withounder.com/category/a|b(.html")
    '//finews.withounder.com/category/a%7Cb%28.html'
    """
    url = escape_autolink_url(url)
    return url if _is_balanced(url) else PARENTHESIS.sub(_percent_encode, url)


def escape_autolink_url(url: str) -> str:
    """Escape a URL for ``<url>``: percent-encode characters that would end it or turn its line into a table.

    >>> escape_autolink_url("http://a.cn/?q=a>b|{{c}}&lt;")
    'http://a.cn/?q=a%3Eb%7C%7B%7Bc%7D%7D&amp;lt;'
    """
    return _escape_references(UNFIT_FOR_URL.sub(_percent_encode, url))


def unescape_autolink_url(spelt: str) -> str:
    """Return the URL in ``<spelt>``. Percent-encoding stays: it may be part of the original URL."""
    return spelt.replace("&amp;", "&")


def _percent_encode(match: re.Match[str]) -> str:
    # errors="ignore" drops surrogates, which a URL cannot contain.
    return "".join(quote(character, safe="", errors="ignore") for character in match.group())


def _is_balanced(url: str) -> bool:
    depth = 0
    for parenthesis in PARENTHESIS.findall(url):
        depth += 1 if parenthesis == "(" else -1
        if depth < 0:
            return False
    return depth == 0
