"""Problems of a Redis server, each with the line of redis.conf that corrects it."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from redis.exceptions import AuthenticationError, NoPermissionError, TimeoutError

LEAST_VERSION = (6, 2)
"""Of Redis: XAUTOCLAIM. Valkey calls itself Redis 7.2."""
LEAST_MEMORY = 256 * 2**20
"""Bytes: a full queue and all results that may wait, with some room."""


class Problem(NamedTuple):
    """A fault of the server, in words that follow its address."""

    text: str
    hint: str
    is_fatal: bool = False
    """True if neither a crawl nor a worker can start."""


def problems_of(info: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a server, by its INFO."""
    version = str(info.get("redis_version", "0"))
    if _version(version) < LEAST_VERSION:
        yield Problem(f"is version {version}", "Redis 6.2 or newer, or Valkey, is needed", is_fatal=True)
    if info.get("role") == "slave":
        yield Problem("is a replica", "name its primary in FINEWS_CLUSTER", is_fatal=True)
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        # The keys of hosts expire, those of articles do not: volatile policies spare the queue, but not the pace.
        keys = "keys" if policy.startswith("allkeys") else "the pace and the bans of hosts"
        text = f"removes {keys} when its memory is full (maxmemory-policy {policy})"
        yield Problem(text, to_set("maxmemory-policy noeviction"), is_fatal=policy.startswith("allkeys"))
    if 0 < int(info.get("maxmemory", 0)) < LEAST_MEMORY:
        text = f"has less memory than a full queue takes (maxmemory {info.get('maxmemory_human')})"
        yield Problem(text, to_set("maxmemory 256mb"))
    if not info.get("aof_enabled"):
        yield Problem("has no append-only file: a restart loses what is queued", to_set("appendonly yes"))
    elif info.get("aof_last_write_status", "ok") != "ok":
        yield Problem("cannot write its append-only file", "free some space on its disk, or see its log")


def problem_of_access(host: str) -> Problem | None:
    """Return what is wrong with a server that lets any client in, None if others than this machine cannot be one."""
    if _is_loopback(host):
        return None
    hint = to_set("requirepass PASSWORD") + ", then redis://:PASSWORD@HOST in FINEWS_CLUSTER"
    return Problem("needs no password: whoever reaches it can use it", hint)


def hint_of(error: Exception, url: str) -> str:
    """Return what to do about a server that has not responded to a command as it should."""
    if isinstance(error, AuthenticationError) or "NOAUTH" in str(error):
        return "correct user and password in FINEWS_CLUSTER: redis://USER:PASSWORD@HOST, or redis://:PASSWORD@HOST"
    if isinstance(error, NoPermissionError):
        return "give its user the rights of docs/cluster.md by ACL SETUSER"
    return _hint_of_tls(error, is_tls=url.startswith("rediss")) or "start it, or correct FINEWS_CLUSTER"


def _hint_of_tls(error: Exception, *, is_tls: bool) -> str:
    """Return what to do about a handshake that failed, '' if it was none."""
    cause, text = error.__cause__ or error.__context__, str(error)
    has_ended = isinstance(cause, (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)) or "closed" in text.lower()
    if not is_tls:
        return "start it, or use rediss:// if it has TLS at this port" if has_ended else ""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "name the CA of its certificate: rediss://HOST?ssl_ca_certs=/PATH/ca.pem, or SSL_CERT_FILE"
    if isinstance(error, TimeoutError) or "WRONG_VERSION_NUMBER" in text:
        # A server without TLS waits for the rest of a command.
        return "start it, or set tls-port in redis.conf; without TLS at this port it is redis://"
    if has_ended or isinstance(cause, ssl.SSLError):
        # The handshake of TLS 1.3 ends before the server has looked for the certificate of the client.
        return "it may want a certificate: rediss://HOST?ssl_certfile=/PATH/client.crt&ssl_keyfile=/PATH/client.key"
    return ""


def to_set(line: str) -> str:
    """Return how to set a line of redis.conf, with and without a restart.

    >>> to_set("appendonly yes")
    'write `appendonly yes` into redis.conf and run `redis-cli CONFIG SET appendonly yes`'
    """
    return f"write `{line}` into redis.conf and run `redis-cli CONFIG SET {line}`"


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
