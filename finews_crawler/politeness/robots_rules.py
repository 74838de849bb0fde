"""Rules of a robots.txt for this crawler (RFC 9309), with Crawl-delay and Request-rate.

Protego parses them. It compares every word of a User-Agent with the names in the file, and takes a delay only as a bare
number, so both are brought into its form first. It ends a group of names at any record, also one that it does not know;
by RFC 9309, 2.2.4, other records must not interfere, so they are removed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.exceptions import RobotsUnreadable

if TYPE_CHECKING:
    from protego import Protego

PRODUCT_TOKEN = re.compile(r"[A-Za-z_-]+")
"""RFC 9309, 2.2.1. ``User-agent: finews_crawler/0.1`` names it too, as for other crawlers."""
RECORD = re.compile(
    r"\s*(?:user[- ]?agent|allow|di\w*l[ao]w|crawl[- ]delay|request[- ]rate)(?=[\s:]|$)"
    r"(?!\s+[^\s:#][^#]*:(?:\s|#|$))",  # prose: "User-agent must match exactly: see below"
    re.IGNORECASE | re.ASCII,
)
"""A line that says something to crawlers, also misspelt or without its colon. A delay ends the names of a group, unlike
other records that RFC 9309 does not have: it is mostly meant for the names above it alone."""
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
        self._rules = None if self.is_empty else self._parse(body)

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
        if self._rules is None:
            return 0.0
        rate = self._rules.request_rate(self.token)
        per_request = rate.seconds / rate.requests if rate and rate.requests else 0
        return float(max(self._rules.crawl_delay(self.token) or 0, per_request))

    def _parse(self, body: bytes) -> Protego:
        from protego import Protego  # not for hosts without rules

        records = filter(RECORD.match, decode_bytes(body).splitlines())
        return Protego.parse("\n".join(map(self._normalized, records)))

    def _normalized(self, line: str) -> str:
        """Return a line in the form that Protego understands."""
        named = GROUP_NAME.sub(lambda found: f"{found[1]} {self._group_name(found[2])}", line)
        return DELAY.sub(lambda found: f"{found[1]}{float(found[2]) * SECONDS[found[3].lower()]:g}", named)

    def _group_name(self, name: str) -> str:
        """Return the name of a group as Protego shall compare it: exactly this crawler's, ``*``, or another one's.

        Protego would also take a prefix of the name (``finews``) for it.
        """
        if name.strip() == "*":
            return "*"
        token = PRODUCT_TOKEN.match(name.strip())
        return self.token if token and token[0].lower() == self.token else OTHER_CRAWLER


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
