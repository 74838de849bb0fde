"""URLs of settings and arguments: their validation, and their display without passwords."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from finews_crawler.config.values import required
from finews_crawler.utils.origins import by_origin

TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
USER_INFO = re.compile(r"(?<=//)[^/?#]*@|^[^/?#]*@")

HOST_ONLY = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?"  # compiled by those who name hosts of pictures


@by_origin
def host_of(url: str) -> str | None:
    """Return the host of an http URL; None for anything else.

    >>> host_of("http://127.0.0.1:8000/x"), host_of("ftp://127.0.0.1/"), host_of("http://[bad"), host_of("http://a:99999")
    ('127.0.0.1', None, None, None)
    """
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return parts.hostname if is_http else None


def http_url(text: str) -> str:
    """Return an http or https URL. Raises ValueError.

    >>> http_url("http://me:secret@[bad")
    Traceback (most recent call last):
    ValueError: must be a URL such as http://example.org, got 'http://…@[bad'
    """
    if host_of(required(text)) is None:
        raise ValueError(f"must be a URL such as http://example.org, got {without_password(text)!r}")
    return text


def host_url(text: str) -> str:
    """Return the URL of a host as it is; a spider checks it when it needs it. Raises ValueError for a password.

    A crawl sends none, and the URL is in every log line about a request.

    >>> host_url("http://me:secret@example.org")
    Traceback (most recent call last):
    ValueError: must be a URL without user name and password, got 'http://…@example.org'
    """
    if without_password(text) != text:
        raise ValueError(f"must be a URL without user name and password, got {without_password(text)!r}")
    return text


def endpoint_url(text: str) -> str:
    """Return the URL of a server, without user name and password. Raises ValueError.

    >>> endpoint_url("s3.example.org")
    Traceback (most recent call last):
    ValueError: must be a URL such as http://example.org, got 's3.example.org'
    """
    return http_url(host_url(text))


def picture_hosts(text: str) -> tuple[str, ...]:
    """Return the URLs of hosts, with commas or spaces between them. A host without a scheme is one of HTTPS.

    >>> picture_hosts("dfscdn.dfcfw.com, http://127.0.0.1:8000/")
    ('https://dfscdn.dfcfw.com', 'http://127.0.0.1:8000')
    >>> picture_hosts("*.dfcfw.com")
    Traceback (most recent call last):
    ValueError: must be hosts such as dfscdn.dfcfw.com,http://127.0.0.1:8000, got '*.dfcfw.com'
    """
    return tuple(map(_picture_host, text.replace(",", " ").split()))


def _picture_host(word: str) -> str:
    url = word if "://" in word else f"https://{word}"
    if not re.fullmatch(HOST_ONLY, url) or host_of(url) is None:
        raise ValueError(
            f"must be hosts such as dfscdn.dfcfw.com,http://127.0.0.1:8000, got {without_password(word)!r}"
        )
    return url.rstrip("/").lower()


def public_url(text: str) -> str:
    """Return an http URL, or one without a scheme (``//finews.withounder.com``), as links of a page may have it."""
    host_url(text)
    http_url(f"http:{text}" if text.startswith("//") else text)
    return text


def secret_url(text: str) -> str:
    """Return an http URL that no message may show: the path of a webhook is its password."""
    if host_of(text) is None:
        raise ValueError("must be a URL such as https://example.org/hooks/finews")
    return text


def redis_url(text: str) -> str:
    """Return the URL of a Redis server. Raises ValueError, which shows no password.

    Of the parameters of redis-py, it may have the files of TLS: none that would switch the check of certificates off.

    >>> redis_url("rediss://queue.test:6379/1?ssl_ca_certs=/etc/ssl/ca.pem")
    'rediss://queue.test:6379/1?ssl_ca_certs=/etc/ssl/ca.pem'
    >>> redis_url("rediss://queue.test?ssl_cert_reqs=none")
    Traceback (most recent call last):
    ValueError: must have no parameter but ssl_ca_certs, ssl_certfile and ssl_keyfile, which rediss:// has
    >>> redis_url("http://queue.test")
    Traceback (most recent call last):
    ValueError: must be a URL such as redis://127.0.0.1:6379 or rediss://:PASSWORD@redis.example.org:6380
    """
    try:
        parts = urlsplit(text)
        is_redis = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_redis = False
    if not is_redis or not re.fullmatch(r"/?\d{0,3}", parts.path) or parts.fragment:
        raise ValueError("must be a URL such as redis://127.0.0.1:6379 or rediss://:PASSWORD@redis.example.org:6380")
    given = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if parts.query and (not set(given) <= {*TLS_FILES} or not given or parts.scheme != "rediss"):
        raise ValueError(
            f"must have no parameter but {', '.join(TLS_FILES[:2])} and {TLS_FILES[2]}, which rediss:// has"
        )
    return text


def tls_files(url: str) -> dict[str, str]:
    """Return the files of TLS in the URL of a Redis server, by their parameters.

    >>> tls_files("rediss://queue.test?ssl_certfile=/a&ssl_keyfile=/b%20c")
    {'ssl_certfile': '/a', 'ssl_keyfile': '/b c'}
    """
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def without_password(url: str) -> str:
    """Replace a user name and a password.

    >>> without_password("http://me:secret@example.org/a@b"), without_password("me:secret@example.org")
    ('http://…@example.org/a@b', '…@example.org')
    """
    return USER_INFO.sub("…@", url)
