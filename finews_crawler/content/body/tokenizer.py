"""Tokens of a body of any shape, as a browser reads it, except that nothing unclosed swallows the rest of the article.

The single reader of bodies that are not ordinary. A ``<`` or ``>`` in a quoted value is part of the value. A tag whose
quote is never closed ends at the next ``>``; an unclosed comment or ``<script>`` is only its tag; a ``<`` that authors
meant as text is text. Linear in the length: each attempt to read a tag ends at the next ``<`` outside quotes.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple

from finews_crawler.content.body.named_elements import BREAKOUT, FOREIGN_ROOTS, LITERAL, RAW_TEXT

SURROGATES = re.compile("[\ud800-\udfff]")
# A quoted value with angle brackets ends where a tag can go on: <p title="甲>乙<b class="丙"> was never closed.
_VALUE = r"""(?: "[^"<>]*+" | '[^'<>]*+' | "[^"]*+"(?=[\s/>]) | '[^']*+'(?=[\s/>]) | [^\s<>"'][^\s<>]*+ | (?=>) )"""
# A < that authors meant as text or as the start of a URL begins no tag: <b，c</p> and <http://a.cn>.
_NAME = r"(?!https?:)[A-Za-z][A-Za-z0-9:_.-]*+(?=[\s/>])"
_TAG = rf"""< (?P<closing> /?+) (?P<name> {_NAME} )
    (?P<attributes> (?: [\s/]++ | [^\s<>/=][^\s<>/=]*+ (?: \s*+=\s*+ {_VALUE} | (?!\s*+=) ) )*+ ) >"""
_UNCLOSED_TAG = rf"""</?{_NAME} [^<>]*+ > | </?{_NAME} [^<>]*? =\s*+["'] [^<>]*+ (?=<|\Z)"""
_EXACT_TAG = r"""< (?P<closing> /?+) (?P<name> [A-Za-z][^\s/>]*+ )
    (?P<attributes> (?: [\s/]++ | [^\s/>][^\s/>=]*+
        (?: \s*+=\s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ | (?=>) ) | (?!\s*+=) ) )*+ ) >"""


_CDATA = r"| <!\[CDATA\[ (?P<cdata> (?:(?!\]\]>).)*+ ) \]\]>"


def _token(tag: str, cdata: str = "") -> re.Pattern[str]:
    return re.compile(
        rf"""
          (?P<text> [^<]+ )
        | {tag}
        | <!-- (?P<comment> (?=-?>) | (?:(?!<!--|--!?>).)*+ (?=--!?>) ) -{{0,2}}+ !?+ >
        | (?P<unclosed> <!-- | {_UNCLOSED_TAG} )
        {cdata}
        | (?P<bogus> < (?: [!?] | /(?![A-Za-z]) ) [^>]*+ > )
        | (?P<sign> (?:<(?=<))++ | </?[A-Za-z]? )
        """,
        re.VERBOSE | re.DOTALL,
    )


FORGIVING, EXACT = _token(_TAG), _token(_EXACT_TAG)


@cache  # few bodies have SVG or MathML
def _with_cdata(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return FORGIVING or EXACT, with CDATA. Outside SVG and MathML, <![CDATA[ begins a comment, up to the next >."""
    return _token(_EXACT_TAG if pattern is EXACT else _TAG, _CDATA)


# A token as a browser reads it, of any length. Without a group: it has no end.
BROWSER = re.compile(
    rf"""
      (?P<text> [^<]+ | <(?![A-Za-z/!?]) )
    | {_EXACT_TAG}
    | <!-- (?P<comment> (?=-?>) | .*? (?=--!?>) ) -{{0,2}}+ !?+ >
    | (?P<cdata> <!\[CDATA\[ )
    | (?P<bogus> < (?: (?!!--)[!?] | /(?![A-Za-z]) ) [^>]*+ > )
    """,
    re.VERBOSE | re.DOTALL,
)
MOST_ENDLESS = 100
"""Failed searches of a body for mark-up beyond a limit; after more, the rest is text: each may read the whole body."""
PICTURE = re.compile(r"<(?:img|image)(?=[\s/>])", re.IGNORECASE)
TAG_START = re.compile("</?[A-Za-z]")
UNCLOSED_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][^\s/>]*)")
ATTRIBUTE = re.compile(
    r"""([^\s/][^\s/=]*+) (?: \s*+=\s*+ (?: "([^"]*+)" | '([^']*+)' | ([^\s"'][^\s]*+) ) )?""", re.VERBOSE
)


class Kind(Enum):
    """Kind of a token."""

    TEXT = 0
    LITERAL = 1
    """Text without character references."""
    COMMENT = 2
    START = 3
    END = 4


class Token(NamedTuple):
    """A piece of text, a comment or a tag."""

    kind: Kind
    value: str
    """Text as spelt, the content of a comment, or the name of an element in lower case."""
    attributes: str = ""
    """As spelt, for ``attributes_of``."""

    @property
    def is_self_closing(self) -> bool:
        """True for ``<iframe />``, which to a browser is a start tag, but has no content for authors."""
        return self.attributes.endswith("/")


def attributes_of(token: Token) -> dict[str, str]:
    """Return the attributes of a start tag: lower-case names, values as spelt; of two with one name the first counts.

    >>> attributes_of(next(tokenize('<a HREF=/b title="甲>乙" hidden>')))
    {'href': '/b', 'title': '甲>乙', 'hidden': ''}
    """
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(token.attributes):
        found.setdefault(name.lower(), double or single or bare)
    return found


def tokenize(html: str, *, is_exact: bool = False) -> Iterator[Token]:
    """Yield the tokens of *html*, with ``\\n`` line ends. Takes any string, never raises.

    *is_exact*: read each tag that has an end as a browser does, however odd, so that its text appears in no post.

    >>> [token.value for token in tokenize("<p title='a>b'>甲<b，c</p><!--乙--><script>'</p>'</script>丙<!-- 丁")]
    ['p', '甲', '<b', '，c', 'p', '乙', 'script', '丙', ' ', ' 丁']
    """
    html = SURROGATES.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    return _Tokenizer(html, EXACT if is_exact else FORGIVING).tokens()


class _Tokenizer:
    def __init__(self, html: str, pattern: re.Pattern[str]) -> None:
        self.html = html
        self.pattern = pattern
        self._in_foreign = False
        """True from the first <svg> or <math> on: where it ends depends on the tree."""
        self._unclosed = {"plaintext"}  # which nothing closes
        self._limit = 0
        """Position of a browser after raw text that is read as mark-up (<script />): no tag goes beyond it."""
        self._endless = 0
        """Places where mark-up without an end was looked for beyond the limit."""

    @property
    def _reader(self) -> re.Pattern[str]:
        return _with_cdata(self.pattern) if self._in_foreign else self.pattern

    def tokens(self) -> Iterator[Token]:
        position, length = 0, len(self.html)
        while position < length:
            self._limit = self._limit if self._limit > position else length
            position = yield from self._tokens_from(position)

    def _tokens_from(self, position: int) -> Generator[Token, None, int]:
        """Yield tokens up to the next element with raw text, its text included; return where to go on."""
        was_foreign = self._in_foreign
        for match in self._reader.finditer(self.html, position, self._limit):
            if self._may_cross(match, self._limit):
                return (yield from self._both_readings(match.start(), self._limit))
            if (
                self.pattern is EXACT
                and self._limit == len(self.html)
                and TAG_START.match(match.group())
                and match.lastgroup != "attributes"
            ):
                # To a browser, this tag ends nowhere, and nothing after it is shown.
                self.pattern = FORGIVING
                return match.start()
            token = self._token(match)
            if token is None:
                continue
            if not _begins_raw_text(token):
                yield token
                if self._in_foreign and not was_foreign:
                    return match.end()
            elif (end := self._end_of_raw_text(token, match.end())) >= 0:
                return (yield from self._raw_text(token, match.end(), end))
        return self._limit

    def _raw_text(self, token: Token, start: int, end: int) -> Generator[Token, None, int]:
        is_literal = token.value in LITERAL
        if self._in_foreign if is_literal else token.is_self_closing:
            self._limit = min(end, self._limit)
            return start
        if self._in_foreign:
            return self._breakout(start, end)
        yield from _shown(token.value, self.html[start:end])
        return end

    def _breakout(self, start: int, end: int) -> int:
        """Return where something hidden ends that may be in SVG or MathML: there, tags in it may leave both."""
        for match in self._reader.finditer(self.html, start, end):
            token = self._token(match)
            if self._may_cross(match, end) or (token and _leaves_foreign(token)):
                self._limit = min(end, self._limit)
                return match.start()
        return end

    def _may_cross(self, match: re.Match[str], limit: int) -> bool:
        """Return True if what begins here would end after *limit* in SVG or MathML, where raw text has no end tag."""
        if not self._in_foreign or match.lastgroup not in ("sign", "unclosed", "bogus"):
            return False
        if match.string.startswith("<![CDATA[", match.start()):  # not closed, or only beyond the limit
            return True
        if limit == len(self.html):
            return False
        whole = BROWSER.match(self.html, match.start())
        if whole is None:
            self._endless += 1
            return self._endless > MOST_ENDLESS
        return whole.lastgroup == "cdata" or whole.end() > limit

    def _both_readings(self, one: int, other: int) -> Generator[Token, None, int]:
        """Yield the tokens from two positions on until they meet: a browser shows one of the two readings.

        Only a tree shows which: whether raw text is in SVG or MathML, so that its end tag may be part of a value. Where
        the readings fork again, the rest is text as spelt, and its pictures.
        """
        length = len(self.html)
        while one != other:
            one, other = sorted((one, other))
            match = BROWSER.match(self.html, one)
            token = self._token(match) if match else None
            is_fork = (match and match.lastgroup == "cdata") or (token and _begins_raw_text(token))
            if is_fork or self._endless > MOST_ENDLESS:
                yield from self._as_spelt(one)
                return length
            if match is None and other == length:
                self.pattern = FORGIVING
                return one
            if token:
                yield token
            one = match.end() if match else length
        return one

    def _as_spelt(self, position: int) -> Iterator[Token]:
        rest = self.html[position:]
        yield Token(Kind.TEXT, rest)
        if "&" in rest:  # which is no reference in a CDATA section
            yield Token(Kind.LITERAL, rest)
        for picture in PICTURE.finditer(self.html, position):
            match = FORGIVING.match(self.html, picture.start())
            if match and match.lastgroup == "attributes" and (token := self._token(match)):
                yield token

    def _token(self, match: re.Match[str]) -> Token | None:
        kind = match.lastgroup
        if kind == "attributes":
            name = match["name"].lower()
            self._in_foreign = self._in_foreign or name in FOREIGN_ROOTS
            return Token(Kind.END if match["closing"] else Kind.START, name, match["attributes"])
        if kind == "comment":
            return Token(Kind.COMMENT, match["comment"])
        if kind == "unclosed":
            return _unclosed(match.group())
        if kind == "cdata":
            return Token(Kind.LITERAL, match["cdata"])
        return None if kind == "bogus" else Token(Kind.TEXT, match.group())

    def _end_of_raw_text(self, token: Token, position: int) -> int:
        """Return where the end tag begins, or -1; remember names without one, so that the search stays linear."""
        name = token.value
        if name in self._unclosed:
            return -1
        end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self.html, position)
        if end is None:
            self._unclosed.add(name)
            return -1
        return end.start()


def _begins_raw_text(token: Token) -> bool:
    return token.kind is Kind.START and token.value in RAW_TEXT


def _leaves_foreign(token: Token) -> bool:
    return token.kind is Kind.END or (token.kind is Kind.START and token.value in BREAKOUT)


def _shown(name: str, raw: str) -> Iterator[Token]:
    if name in LITERAL:
        yield Token(Kind.TEXT if name == "textarea" else Kind.LITERAL, raw)


def _unclosed(spelling: str) -> Token:
    tag = UNCLOSED_TAG.match(spelling)
    if tag is None:  # a comment: its content is shown
        return Token(Kind.TEXT, " ")
    return Token(Kind.END if tag["closing"] else Kind.START, tag["name"].lower())
