"""Arguments of the share spider: infoCodes, URLs, and lists of both."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finews_crawler.config.urls import host_of
from finews_crawler.content.info_code import InfoCodes, info_code_in_url, normalise_info_code
from finews_crawler.exceptions import ArgumentError, InvalidInfoCode
from finews_crawler.spiders.arguments import SpiderArguments

POST_FILE = re.compile(r"-(?P<code>(?:[A-Z]{2})?\d{18})\.(?:md|markdown|html)", re.ASCII)
SEPARATOR = r"[\s,;，；、]"
BETWEEN_WORDS = re.compile(rf"{SEPARATOR}+")
# Between URLs a comma is a part of one, as in /news/1345,202609183878840472.html, unless a word follows it.
BETWEEN_URLS = re.compile(
    rf"{SEPARATOR}+(?=https?://|(?:[A-Z]{{2}})?[0-9]{{18}}(?:{SEPARATOR}|\Z))|\s+|{SEPARATOR}+\Z", re.IGNORECASE
)
# Between what may be two links in one word. A URL in a parameter of another one (?from=http://…) is a part of it.
BETWEEN_LINKS = re.compile(rf"(?<!=)(?=https?://)|{SEPARATOR}|\|", re.IGNORECASE)
# A word of a title behind a link: neither a link without scheme nor a number that may be a misspelt infoCode.
OF_A_TITLE = re.compile(r"(?!.*(?:/|[0-9]{8})).*", re.DOTALL)
STDIN = "-"
CAIFUHAO = "caifuhao.eastmoney.com"
"""Host of posts by account holders, whose numbers of 23 digits are no infoCodes."""


@dataclass(frozen=True)
class ShareArguments(SpiderArguments):
    """``info_code`` and ``url``: infoCodes and URLs, one or several; ``file``: a list of both, in addition."""

    EXAMPLE = "finews crawl share -a info_code=NW202205182383638060 (or -a url=…, -a file=PATH, -a file=-)"

    info_code: InfoCodes = field(default_factory=InfoCodes)
    url: tuple[str, ...] = ()
    """URLs without an infoCode, whose pages have to be fetched; after ``read``, all others are in ``info_code``."""
    file: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        given_words = ((name, word) for name in ("info_code", "url") for word in split_words(given.get(name, "")))
        words = list(dict.fromkeys(read_word(word, name) for name, word in given_words))
        file = given.get("file", "").strip()
        # An empty list is valid: a script may have found nothing.
        words.extend(read_list(file) if file else ())
        if not (words or file):
            raise ArgumentError("give info_code=…, url=… or file=…")
        codes = InfoCodes(word for word in words if "://" not in word)
        return {
            **super().read(given),
            "info_code": codes,
            "url": tuple(word for word in words if "://" in word),
            "file": file,
        }

    def without_files(self, given: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in given.items() if name != "file"}
        return {**kept, "info_code": ",".join(self.info_code), "url": " ".join(self.url)}


def split_words(text: str) -> list[str]:
    """Split infoCodes and URLs at white space, commas and semicolons, also full-width ones.

    >>> split_words("https://finance.eastmoney.com/news/1345,202609183878840472.html,202205182383638060, http://a/")
    ['https://finance.eastmoney.com/news/1345,202609183878840472.html', '202205182383638060', 'http://a/']
    >>> split_words("https://finance.eastmoney.com/a/202609183878840472.html；http://a/、http://b/，")
    ['https://finance.eastmoney.com/a/202609183878840472.html', 'http://a/', 'http://b/']
    """
    between = BETWEEN_URLS if "://" in text else BETWEEN_WORDS
    return [word for word in between.split(text.strip()) if word]


def read_word(word: str, where: str) -> str:
    """Return the infoCode that a word is or contains, or a URL whose page has to be fetched. Raises ArgumentError.

    >>> [read_word(word, "url")[:4] for word in ("202609183878840472", "nw202609183878840472", "http://a/s/x1")]
    ['NW20', 'NW20', 'http']
    """
    if "://" in word:
        return read_url(word, where)
    try:
        return normalise_info_code(word)
    except InvalidInfoCode:
        expected = "a URL such as http://example.org" if where == "url" else "an infoCode such as NW202205182383638060"
        raise ArgumentError(f"{where} must be {expected}, got {word[:80]!r}") from None


def read_url(word: str, where: str) -> str:
    """Return the infoCode in a URL, or the URL itself if its page has to be fetched. Raises ArgumentError.

    >>> read_url("http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060", "url")
    'NW202205182383638060'
    >>> read_url("https://finance.eastmoney.com/a/202609183878840472.html", "url")
    'NW202609183878840472'
    """
    host = host_of(word)
    if host is None:
        raise ArgumentError(f"{where} must be a URL such as http://example.org, got {word[:80]!r}")
    info_code = info_code_in_url(word)
    if len(codes := set(filter(None, map(info_code_in_url, BETWEEN_LINKS.split(word))))) > 1:
        raise ArgumentError(
            f"{where} must have spaces or commas between {' and '.join(sorted(codes))}, got {word[:80]!r}"
        )
    if info_code is None and host == CAIFUHAO:
        raise ArgumentError(f"{where} must have an infoCode, which posts of {CAIFUHAO} lack, got {word[:80]!r}")
    return info_code or word


def read_list(name: str) -> Iterable[str]:
    """Read infoCodes and URLs from a file, standard input (``-``) or a folder of posts. Raises ArgumentError."""
    path = Path(name)
    try:
        if name == STDIN:
            if sys.stdin is None:  # it was closed before Python began
                raise ArgumentError("file=-: standard input is closed")
            return list(read_lines(sys.stdin, "standard input"))
        if path.is_dir():
            posts = (POST_FILE.search(file.name) for file in sorted(path.rglob("*")) if file.is_file())
            return [normalise_info_code(match["code"]) for match in posts if match]
        with path.open(encoding="utf-8-sig") as lines:
            return list(read_lines(lines, name))
    except UnicodeDecodeError as error:
        raise ArgumentError(
            f"file must be a list in UTF-8, got {name!r} ({error}): save or convert it as such"
        ) from error
    except OSError as error:
        raise ArgumentError(f"file must be a readable list or folder, got {name!r} ({error})") from error


def read_lines(lines: Iterable[str], where: str) -> Iterator[str]:
    """Yield the infoCodes and URLs of each line, without blank lines and comments. Raises ArgumentError.

    >>> list(read_lines(["# today", "", "NW202205182383638060 NW202205182383638061  # Unicom"], "codes.txt"))
    ['NW202205182383638060', 'NW202205182383638061']
    >>> list(read_lines(["https://finance.eastmoney.com/a/202205182383638060.html 重庆联通 5G"], "links.txt"))
    ['NW202205182383638060']
    """
    for number, line in enumerate(lines, 1):
        words = split_words(re.split(r"(?:^|\s)#", line, maxsplit=1)[0])
        for place, word in enumerate(words):
            if not (place and "://" in words[0] and OF_A_TITLE.fullmatch(word)):
                yield read_word(word, f"{where}, line {number}")
