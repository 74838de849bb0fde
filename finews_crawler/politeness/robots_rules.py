"""Rules of a robots.txt for this crawler (RFC 9309), with Crawl-delay and Request-rate.

Protego parses them. It compares every word of a User-Agent with the names in the file, and takes a delay only as a bare
number, so both are brought into its form first. It ends a group of names at any record, also one that it does not know;
by RFC 9309, 2.2.4, other records must not interfere, so they are removed. Delays are such records, too: they are read
in a second pass, which has no say in what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.exceptions import RobotsUnreadable

if TYPE_CHECKING:
    from protego import Protego

PRODUCT_TOKEN = re.compile(r"[A-Za-z_-]+")
"""RFC 9309, 2.2.1. ``User-agent: finews_crawler/0.1`` names it too, as for other crawlers."""
LINE_END = re.compile(r"\r\n?|\n")
OTHER_BREAK = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Line breaks of Python, where Protego also divides lines, and not of RFC 9309."""
PROSE = r"(?!\s+[^\s:#][^#]*:(?:\s|#|$))"
"""Not after a name: "User-agent must match exactly: see below"."""
RULE = re.compile(rf"(?:user[- ]?agent|allow|di\w*l[ao]w)(?=[\s:]|$){PROSE}", re.IGNORECASE)
"""A line of a group, also misspelt or without its colon."""
DELAY_RECORD = re.compile(rf"(?:crawl[- ]delay|request[- ]rate)(?=[\s:]|$){PROSE}", re.IGNORECASE)
GROUP_NAME = re.compile(r"^(\s*user[- ]?agent(?:\s*:|\s))([^#]*)", re.IGNORECASE)
DELAY = re.compile(
    r"^(\s*crawl[- ]delay(?:\s*:|\s)\s*)(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*(ms|s|m|h)[a-z]*\.?\s*(?=#|$)",
    re.IGNORECASE | re.ASCII,
)
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
OTHER_CRAWLER = "0"
"""Not a product token, so that it is no crawler's name."""
FORBID_ALL = b"User-agent: *\nDisallow: /"
TOO_MANY_REQUESTS = 429


class RobotsRules:
    """The group of one crawler in a robots.txt."""

    def __init__(self, body: bytes, user_agent: str) -> None:
        """*user_agent*: a User-Agent, of which only the product token counts."""
        self.token = product_token(user_agent)
        self.is_empty = not body.strip()
        """True for "everything is allowed", as after a 404."""
        lines = [] if self.is_empty else list(lines_of(decode_bytes(body)))
        rules = [line for line in lines if RULE.match(line)]
        self._rules = None if self.is_empty else self._parse(rules)
        # Unlike in the rules, a delay ends the names of a group: it is mostly meant for the names above it alone.
        timed = [line for line in lines if RULE.match(line) or DELAY_RECORD.match(line)]
        self._delays = self._rules if len(timed) == len(rules) else self._parse(timed)

    def allows(self, url: str) -> bool:
        """Return True if *url* may be requested.

        >>> body = b"User-agent: *\\nDisallow: /\\nUser-agent: news\\nAllow: /"
        >>> RobotsRules(body, "finews_crawler/0.1 (keeps a news archive)").allows("http://a/list")
        False
        >>> RobotsRules(body + b"\\nUser-agent: FINEWS_crawler/2\\nAllow: /list", "finews_crawler/0.1").allows("http://a/list")
        True
        """
        return self._rules is None or self._rules.can_fetch(url, self.token)

    @property
    def delay(self) -> float:
        """Seconds between two requests by Crawl-delay and Request-rate; 0 without both.

        >>> lines = (b"Crawl-delay: 2", b"crawl-delay: 5s # slow", b"Crawl-delay: 1.5 min", b"Request-rate: 1/10")
        >>> [RobotsRules(b"User-agent: *\\n" + line, "finews_crawler").delay for line in lines]
        [2.0, 5.0, 90.0, 10.0]
        """
        if self._delays is None:
            return 0.0
        rate = self._delays.request_rate(self.token)
        per_request = rate.seconds / rate.requests if rate and rate.requests else 0
        return float(max(self._delays.crawl_delay(self.token) or 0, per_request))

    def _parse(self, lines: list[str]) -> Protego:
        from protego import Protego  # not for hosts without rules

        return Protego.parse("\n".join(map(self._normalized, lines)))

    def _normalized(self, line: str) -> str:
        """Return a line in the form that Protego understands."""
        named = GROUP_NAME.sub(lambda found: f"{found[1]} {self._group_name(found[2])}", line)
        return DELAY.sub(lambda found: f"{found[1]}{float(found[2]) * SECONDS[found[3].lower()]:g}", named)

    def _group_name(self, name: str) -> str:
        """Return the name of a group as Protego shall compare it: exactly this crawler's, ``*``, or another one's.

        Protego would also take a prefix of the name (``finews``) for it.
        """
        if name.split()[:1] == ["*"]:  # also with words behind it, as for Google's parser
            return "*"
        token = PRODUCT_TOKEN.match(name.strip())
        return self.token if token and token[0].lower() == self.token else OTHER_CRAWLER


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a robots.txt by RFC 9309, none of which Protego divides further.

    >>> list(lines_of("Disallow: /\\r# see\\u2028Allow: /\\r\\n\\xa0Allow: /a"))
    ['Disallow: /', '# see%E2%80%A8Allow: /', 'Allow: /a']
    """
    for line in LINE_END.split(text):
        yield OTHER_BREAK.sub(lambda found: quote(found[0]), line.strip())


def rules_in(status: int, body: bytes) -> bytes:
    """Return the rules of a response, b'' for "everything is allowed". Raises RobotsUnreadable.

    "Unavailable" (400 to 499) allows everything. 429 is a request to slow down, and as little an answer as a server
    error: both allow nothing, as does a redirect that leads nowhere.

    >>> rules_in(203, b"User-agent: *"), rules_in(404, b"User-agent: *")
    (b'User-agent: *', b'')
    """
    if status // 100 == 2:
        return body
    if status // 100 == 4 and status != TOO_MANY_REQUESTS:
        return b""
    raise RobotsUnreadable(f"HTTP status {status}")


def product_token(user_agent: str) -> str:
    """Return the name by which a robots.txt addresses this crawler, in lower case.

    >>> product_token("finews_crawler/0.1 (keeps a news archive)"), product_token("1234")
    ('finews_crawler', '')
    """
    token = PRODUCT_TOKEN.match(user_agent)
    return token[0].lower() if token else ""
