"""Secrets in the values of settings, and in the proxies of the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from finews_crawler.config.model import Config
from finews_crawler.utils.redaction import SHORTEST_SECRET

OF_SCRAPY = re.compile(r"(?:PASS(?:WORD|WD)?|SECRET|TOKEN|KEY|KEY_ID)$")
"""Names of Scrapy's settings with secrets, and of other packages': ``MAIL_PASS``, ``AWS_SECRET_ACCESS_KEY``."""
ANONYMOUS = "guest"
"""Scrapy's default of FTP_PASSWORD."""
URL = r"(?i:[a-z][a-z0-9+.-]*://[^\s'\"]+)"  # compiled if there is a secret


def secrets_of(config: Config) -> set[str]:
    """Return the texts that no output may contain: of the settings declared with ``is_secret``, and of the proxies."""
    values = [str(getattr(config, name)) for name, field in config.declared.items() if field.is_secret]
    return {secret for value in values for secret in secrets_in(value)} | set(proxy_passwords(getproxies().values()))


def secrets_of_scrapy(settings: Mapping[Any, Any]) -> set[str]:
    """Return the values of Scrapy's settings that no output may contain; Scrapy logs the settings of a run.

    >>> secrets_of_scrapy({"MAIL_USER": "me", "MAIL_PASS": "pw12", "FTP_PASSWORD": "guest", "AWS_SESSION_TOKEN": None})
    {'pw12'}
    """
    values = (settings[name] for name in settings if isinstance(name, str) and OF_SCRAPY.search(name))
    return {value for value in values if isinstance(value, str) and value not in ("", ANONYMOUS)}


def secrets_in(value: str) -> Iterator[str]:
    """Yield the secrets in a secret value: the value itself, and the parts of the URLs in it behind their host.

    >>> sorted(secrets_in("curl -d @- https://me:pw12@hooks.example.org/T0/key?a=1"))
    ['/T0/key?a=1', 'curl -d @- https://me:pw12@hooks.example.org/T0/key?a=1', 'me:pw12', 'pw12']
    """
    if not value:
        return
    yield value
    for url in re.findall(URL, value):
        parts = urlsplit(url)
        path = url.partition(parts.netloc)[2] if parts.netloc else ""
        yield from filter(None, [path if len(path) > 1 else "", *user_info(url)])


def user_info(url: str) -> Iterator[str]:
    """Yield user name and password of a URL, and the password alone, as it is and decoded."""
    given, at, _ = urlsplit(url).netloc.rpartition("@")
    password = given.partition(":")[2]
    if at:
        yield from dict.fromkeys(text for text in (given, password, unquote(password)) if text)


def proxy_passwords(urls: Iterable[str]) -> Iterator[str]:
    """Yield the secrets in the URLs of proxies, which may lack their scheme."""
    for url in urls:
        try:
            yield from user_info(url if "://" in url else f"http://{url}")
        except ValueError:  # not a URL: a request through it fails
            continue


def program_of(command: str) -> str:
    """Return the program of a shell command, without its arguments and environment, which may be secret.

    >>> program_of("TOKEN=abc /usr/bin/curl -H 'X-Token: abc' https://a/b"), program_of("echo 'a")
    ('curl', 'echo')
    """
    return first_word(command).rpartition("/")[2]


def first_word(command: str) -> str:
    """Return the first word of a shell command after its environment, which is its program with the path as given.

    >>> first_word("TOKEN=abc /usr/bin/curl -H 'X-Token: abc' https://a/b"), first_word("")
    ('/usr/bin/curl', '')
    """
    try:
        words = shlex.split(command)
    except ValueError:  # an open quote
        words = command.split()
    return next((word for word in words if not re.match(r"\w+=", word)), "")


def words_of(command: str) -> set[str]:
    """Return the longer words of a shell command but for its program: any of them may be a secret.

    >>> sorted(words_of("TOKEN=abcde curl -u me:pw1234 https://a/b"))
    ['//a/b', 'TOKEN=abcde', 'abcde', 'https://a/b', 'me:pw1234', 'pw1234']
    """
    words = re.split(r"[\s'\"]+", command)
    parts = [part for word in words for part in (word, word.partition("=")[2], word.rpartition(":")[2])]
    return {part for part in parts if len(part) >= SHORTEST_SECRET} - {program_of(command)}
