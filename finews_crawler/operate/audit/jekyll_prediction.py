"""Prediction of how Jekyll 4.3 treats a post: the date and URL of its page, or why it is not published.

Assumes ``timezone: Asia/Shanghai``, ``strict_front_matter``, ``future: false`` and ``permalink: date``. Without
``strict_front_matter``, Jekyll publishes a post with invalid front matter under the date of the build. Failures of
kramdown, for example on thousands of nested blocks, are not predicted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

from finews_crawler.content.safe_names import names_root_file
from finews_crawler.operate.audit.jekyll_dates import parse_jekyll_date
from finews_crawler.operate.audit.jekyll_yaml import (
    JekyllRefusal,
    Scalar,
    Value,
    load_front_matter,
    split_front_matter,
    usual_values,
)
from finews_crawler.posts.usual_front_matter import UsualFrontMatter

# Document::DATE_FILENAME_MATCHER, for a name without folders.
POST_NAME = re.compile(r"^(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)(\.[^.]+)$", re.MULTILINE | re.ASCII)
# EntryFilter: hidden, special or backup files.
EXCLUDED_STARTS = (".", "_", "#", "~")
EXCLUDED_ENDS = (".", "~")
LIQUID = re.compile(r"\{[{%]")
LIQUID_IN_BYTES = re.compile(rb"\{[{%]")
WORDS = re.compile(r"[^ \t\n\v\f\r\0]+")
SLASHES = re.compile("/+")
MARKDOWN = (".markdown", ".mkdown", ".mkdn", ".mkd", ".md")
KEPT_IN_URLS = frozenset("._~!$&'()+,;=@")
MAX_NAME_BYTES = 255
ABSENT = Scalar("", is_plain=True)
NOT_A_DATE = Scalar("[…]")


class JekyllOutcome(StrEnum):
    """What Jekyll makes of a file in ``_posts``."""

    PUBLISHED = "published"
    IGNORED = "ignored"
    """Jekyll builds the site without the post."""
    REFUSED = "refused"
    """Jekyll aborts the build."""


class _Ignored(Exception):
    """Reason for which Jekyll skips the post."""


class JekyllPrediction(NamedTuple):
    """Predicted outcome of one post."""

    outcome: JekyllOutcome
    why: str = ""
    """Reason as a phrase, if the post is not published."""
    published_at: datetime | None = None
    """Publication time as the site shows it, in Beijing time."""
    categories: tuple[str, ...] = ()
    url: str = ""
    """Path of the page in the built site."""

    @property
    def day(self) -> date | None:
        return self.published_at.date() if self.published_at else None


def predict(
    name: str, content: bytes, now: datetime, *, has_own_theme: bool = False, usual: UsualFrontMatter | None = None
) -> JekyllPrediction:
    r"""Predict the outcome of a Jekyll build, started at *now*, for the post with file name *name* in ``_posts``.

    *has_own_theme*: see ``parse_jekyll_date``; *usual*: the front matter, if it is known to be the usual one.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> now = datetime(2022, 6, 1, tzinfo=BEIJING)
    >>> post = b"---\ndate: 2022-05-18 16:48:06 +0800\ncategories: TechWeb\n---\n"
    >>> predict("2022-05-18-NW202205182383638060.md", post, now).url
    '/techweb/2022/05/18/NW202205182383638060.html'
    >>> predict("-202205262391921712.md", post, now).why
    'its name does not begin with a date'
    >>> predict("2022-05-18-NW202205182383638060.md", post + b"{%", now).why
    "Jekyll runs its body as Liquid: '{%'"
    """
    try:
        return _predict_published(name, content, now, usual, has_own_theme=has_own_theme)
    except _Ignored as reason:
        return JekyllPrediction(JekyllOutcome.IGNORED, str(reason))
    except JekyllRefusal as reason:
        return JekyllPrediction(JekyllOutcome.REFUSED, str(reason))


def _predict_published(
    name: str, content: bytes, now: datetime, usual: UsualFrontMatter | None, *, has_own_theme: bool
) -> JekyllPrediction:
    """Follow Jekyll's order: file name, front matter, publication, body, URL."""
    day_in_name, stem, extension = _split_name(name)
    if usual and not LIQUID_IN_BYTES.search(content):  # of the body, nothing else matters
        values, body = usual_values(usual), ""
    else:
        values, body = _read(content)
    date_value = values.get("date", Scalar(day_in_name))
    scalar = date_value if isinstance(date_value, Scalar) else NOT_A_DATE
    published_at = parse_jekyll_date(scalar, has_own_theme=has_own_theme)
    categories = _categories(values)
    _check_published(values, published_at, now)
    _check_liquid(values, body)
    title = _text("slug", values) or stem.rstrip(".")
    page = _slugify(title) + (".html" if extension.lower() in MARKDOWN else extension)
    url = _permalink(values) or _url(categories, published_at, page)
    if "\0" in url or _has_long_part(url):
        raise JekyllRefusal("the name of its page is not a valid file name")
    return JekyllPrediction(JekyllOutcome.PUBLISHED, "", published_at, categories, url)


def _read(content: bytes) -> tuple[Mapping[str, Value], str]:
    """Return the values of the front matter, and the rest of the post."""
    try:
        head, body = split_front_matter(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise JekyllRefusal(f"it is not UTF-8 (byte {error.start + 1})") from error
    return load_front_matter(head) if head else {}, body


def _has_long_part(url: str) -> bool:
    # A character has at most four bytes.
    return len(url) * 4 > MAX_NAME_BYTES and any(
        len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in url.split("/")
    )


def _split_name(name: str) -> tuple[str, str, str]:
    if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
        raise JekyllRefusal("its name is not UTF-8")
    if name.startswith(EXCLUDED_STARTS) or name.endswith(EXCLUDED_ENDS):
        raise _Ignored("its name marks a hidden, special or backup file")
    match = POST_NAME.search(name)
    if match is None:
        raise _Ignored("its name does not begin with a date")
    return match[1], match[2], match[3]


def _check_published(values: Mapping[str, Value], published_at: datetime, now: datetime) -> None:
    published = values.get("published")
    if isinstance(published, Scalar) and (published.is_false or published.is_null):
        raise _Ignored("its front matter sets published: false")
    if published_at > now:
        raise _Ignored(f"its date {published_at:%Y-%m-%d %H:%M:%S} is in the future")


def _check_liquid(values: Mapping[str, Value], body: str) -> None:
    """Refuse any Liquid, even if it would run: an article is not meant to be a template."""
    liquid = LIQUID.search(body)
    setting = values.get("render_with_liquid")
    if liquid and not (isinstance(setting, Scalar) and setting.is_false):
        raise JekyllRefusal(f"Jekyll runs its body as Liquid: {body[liquid.start() : liquid.start() + 30]!r}")


def _categories(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return ``categories`` (words of a string or elements of a list), then ``category``, which is not split."""
    many, single = values.get("categories", ABSENT), _text("category", values)
    found = WORDS.findall(_text("categories", values)) if isinstance(many, Scalar) else _elements(many)
    return tuple(dict.fromkeys([*found, single] if single else found))


def _elements(many: list[Scalar] | None) -> list[str]:
    if many is None:
        raise JekyllRefusal("its categories are not a list of strings")
    odd = next((element for element in many if not (element.is_text or element.text.isdigit())), None)
    if odd is not None:
        raise JekyllRefusal(f"its category {odd.text[:40]!r} is not a string: put it in quotes")
    return [element.text for element in many]


def _text(key: str, values: Mapping[str, Value]) -> str:
    """Return the string of a key, '' without one. Raises JekyllRefusal for a number or a date: Ruby fails on them."""
    if key not in values:
        return ""
    value = values[key]
    if not isinstance(value, Scalar) or not (value.is_text or value.is_null):
        raise JekyllRefusal(f"the value of its {key} is not a string: put it in quotes")
    return "" if value.is_null else value.text


def _permalink(values: Mapping[str, Value]) -> str:
    text = _text("permalink", values)
    if ":" in text:
        raise JekyllRefusal("its permalink has a colon: Jekyll builds the URL from placeholders")
    if not text:
        return ""
    path = _sanitize(text)
    if path.endswith("/"):
        return f"{path}index.html"
    return path if PurePosixPath(path).suffix else f"{path}.html"


def _url(categories: Sequence[str], published_at: datetime, page: str) -> str:
    folders = "/".join(dict.fromkeys(category.lower() for category in categories))
    if ":" in folders:
        raise JekyllRefusal("a category with a colon cannot be part of a URL")
    if names_root_file(folders.partition("/")[0]):
        raise JekyllRefusal(f"its pages are in a folder {folders[:40]!r}, which may be a file of the site")
    day = published_at.date().isoformat().replace("-", "/")  # strftime() takes four times as long
    return _sanitize(f"/{folders}/{day}/{page}")


def _sanitize(path: str) -> str:
    """Return the path as ``Jekyll::URL`` sanitizes it.

    >>> _sanitize("/../a./b//c.html")
    '/ab/c.html'
    """
    return SLASHES.sub("/", f"/{path}".replace("..", "/").replace("./", ""))


def _slugify(title: str) -> str:
    """Return a title as a segment of a URL, as ``Utils.slugify`` does in its mode ``pretty``.

    >>> _slugify("NW202205182383638060"), _slugify("公告：a b")
    ('NW202205182383638060', '公告-a-b')
    """
    if title.isascii() and title.isalnum():
        return title
    words = "".join(character if _is_kept(character) else " " for character in title).split(" ")
    return "-".join(filter(None, words))


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return character in KEPT_IN_URLS or category[0] in "LM" or category == "Nd"
