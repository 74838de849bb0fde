"""What Jekyll 4.3 will make of a post: the day and the address it is published under, or why it is not.

For ``timezone: Asia/Shanghai``, ``strict_front_matter``, ``future: false`` and ``permalink: date``. Without
``strict_front_matter`` a post whose front matter is no YAML is published under the day of the build. Not foreseen: what
kramdown cannot render, such as thousands of blocks within each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import PurePosixPath

from finews_crawler.operate.audit.jekyll_yaml import Refused, Scalar, Value, read_front_matter, split
from finews_crawler.utils.timezone import BEIJING

DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d(?:\.\d*)?)?"
    r"(?:\s*(?P<zone>Z|[-+]\d\d?(?::?\d\d)?))?)?",
    re.ASCII,
)
OFFSET = re.compile(r"[-+]\d\d(?::?\d\d)?", re.ASCII)
# Before, the clocks of Asia/Shanghai were not always eight hours ahead.
FIRST_YEAR = 1992


def read_date(value: Scalar) -> datetime:
    """The moment of a ``date``, in Beijing; raises Refused for one that Jekyll stops at.

    Ruby guesses at many more spellings. Those are refused here: no archive should hang on its guess.

    >>> read_date(Scalar("2022-05-18 16:48:06 +0800", is_plain=True)).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> read_date(Scalar("2022-05-18 16:48:06", is_plain=True)).isoformat()
    '2022-05-19T00:48:06+08:00'
    >>> read_date(Scalar("2022-05-18 16:48:06")).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> read_date(Scalar("2022-02-30", is_plain=True)).isoformat()
    '2022-03-02T00:00:00+08:00'
    >>> read_date(Scalar("yesterday"))
    Traceback (most recent call last):
    ...
    finews_crawler.operate.audit.jekyll_yaml.Refused: its date 'yesterday' is none, or Jekyll takes another day from it
    """
    if not value.text or value.is_null:
        raise Refused("its date is empty")
    match = DATE.fullmatch(value.text.strip())
    moment = _moment(match, is_plain=value.is_plain) if match else None
    if moment is None:
        raise Refused(f"its date {value.text[:40]!r} is none, or Jekyll takes another day from it")
    return moment.astimezone(BEIJING)


def _moment(match: re.Match[str], *, is_plain: bool) -> datetime | None:
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute = (int(match[name] or 0) for name in ("hour", "minute"))
    second = int((match["second"] or ":0")[1:3])
    is_of_yaml = is_plain and match["mark"] == "-" and match["second"] is not None
    zone = _zone(match["zone"] or ("Z" if is_of_yaml else "+08"), is_of_yaml=is_of_yaml)
    if zone is None or year < FIRST_YEAR or not 1 <= day <= 31:
        return None
    try:
        # Ruby counts on from the end of a short month: 30 February is 2 March, or near it.
        return datetime(year, month, 1, hour, minute, second, tzinfo=zone) + timedelta(days=day - 1)
    except (ValueError, OverflowError):
        return None


def _zone(text: str, *, is_of_yaml: bool) -> timezone | None:
    """The zone, or None for what is none to its reader: Ruby passes over an offset of one digit, Psych does not.

    >>> _zone("+0530", is_of_yaml=False), _zone("+9", is_of_yaml=True)
    (datetime.timezone(datetime.timedelta(seconds=19800)), datetime.timezone(datetime.timedelta(seconds=32400)))
    >>> _zone("+9", is_of_yaml=False), _zone("+2400", is_of_yaml=True)
    (None, None)
    """
    if text == "Z":
        return UTC
    if not (is_of_yaml or OFFSET.fullmatch(text)):
        return None
    hours, _, minutes = text[1:].partition(":") if ":" in text else (text[1:3], "", text[3:])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if text[0] == "+" else -offset) if offset < timedelta(days=1) else None


# Document::DATE_FILENAME_MATCHER, for a name without folders.
POST_NAME = re.compile(r"^(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)(\.[^.]+)$", re.MULTILINE | re.ASCII)
# EntryFilter: hidden, special or backup files.
LEFT_OUT = re.compile(r"[._#~].*|.*[.~]", re.DOTALL)
LIQUID = re.compile(r"\{[{%]")
WORDS = re.compile(r"[^ \t\n\v\f\r\0]+")
MARKDOWN = (".markdown", ".mkdown", ".mkdn", ".mkd", ".md")
KEPT_IN_ADDRESSES = frozenset("._~!$&'()+,;=@")
MAX_NAME_BYTES = 255
ABSENT = Scalar("", is_plain=True)


class Outcome(StrEnum):
    PUBLISHED = "published"
    IGNORED = "ignored"
    """The site is built without it."""
    REFUSED = "refused"
    """The site is not built."""


class _Ignored(Exception):
    """Jekyll leaves the post out."""


@dataclass(frozen=True)
class JekyllView:
    """What becomes of one post."""

    outcome: Outcome
    why: str = ""
    """Of a post that is not published: a phrase."""
    moment: datetime | None = None
    """When it was published, as the site has it; in Beijing."""
    categories: tuple[str, ...] = ()
    address: str = ""
    """The page, below the built site."""

    @property
    def day(self) -> date | None:
        return self.moment.date() if self.moment else None


def foresee(name: str, content: bytes, now: datetime) -> JekyllView:
    r"""What Jekyll, started at *now*, makes of a post: *name* is the file's name in ``_posts``.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> now = datetime(2022, 6, 1, tzinfo=BEIJING)
    >>> post = b"---\ndate: 2022-05-18 16:48:06 +0800\ncategories: TechWeb\n---\n"
    >>> foresee("2022-05-18-NW202205182383638060.md", post, now).address
    '/techweb/2022/05/18/NW202205182383638060.html'
    >>> foresee("-202205262391921712.md", post, now).why
    'its name does not begin with a day'
    >>> foresee("2022-05-18-NW202205182383638060.md", post + b"{%", now).why
    "Jekyll runs its body as Liquid: '{%'"
    """
    try:
        return _published(name, content, now)
    except _Ignored as reason:
        return JekyllView(Outcome.IGNORED, str(reason))
    except Refused as reason:
        return JekyllView(Outcome.REFUSED, str(reason))


def _published(name: str, content: bytes, now: datetime) -> JekyllView:
    """The steps in Jekyll's order: the file, its front matter, whether it is wanted, its body, its address."""
    day_of_name, stem, extension = _parts_of(name)
    head, body = split(_decode(content))
    values = read_front_matter(head) if head else {}
    moment = read_date(_date(values) or Scalar(day_of_name))
    categories = _categories(values)
    _check_wanted(values, moment, now)
    _check_liquid(values, body)
    title = _text("slug", values) or stem.rstrip(".")
    address = _permalink(values) or _address(categories, moment, _slugify(title) + _output_extension(extension))
    if "\0" in address or any(len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in address.split("/")):
        raise Refused("no file can have the name of its page")
    return JekyllView(Outcome.PUBLISHED, "", moment, categories, address)


def _parts_of(name: str) -> tuple[str, str, str]:
    """Day, stem and extension."""
    if any("\ud800" <= character <= "\udfff" for character in name):
        raise Refused("its name is not UTF-8")
    if LEFT_OUT.fullmatch(name):
        raise _Ignored("its name begins or ends like that of a file to leave out")
    match = POST_NAME.search(name)
    if match is None:
        raise _Ignored("its name does not begin with a day")
    return match[1], match[2], match[3]


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"it is not UTF-8 (byte {error.start + 1})") from error


def _date(values: Mapping[str, Value]) -> Scalar | None:
    """The front matter's date; one that is no scalar goes on as text that is no date."""
    if "date" not in values:
        return None
    value = values["date"]
    return value if isinstance(value, Scalar) else Scalar("[…]")


def _check_wanted(values: Mapping[str, Value], moment: datetime, now: datetime) -> None:
    published = values.get("published")
    if isinstance(published, Scalar) and (published.is_false or published.is_null):
        raise _Ignored("its front matter says that it is not published")
    if moment > now:
        raise _Ignored(f"its date {moment:%Y-%m-%d %H:%M:%S} is in the future")


def _check_liquid(values: Mapping[str, Value], body: str) -> None:
    """Some Liquid runs well. What an article holds is no programme, so all of it counts."""
    liquid = LIQUID.search(body)
    setting = values.get("render_with_liquid")
    if liquid and not (isinstance(setting, Scalar) and setting.is_false):
        raise Refused(f"Jekyll runs its body as Liquid: {body[liquid.start() : liquid.start() + 30]!r}")


def _categories(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Those of ``categories``, the words of a text or the elements of a list; then ``category``, which is not split."""
    many, single = values.get("categories", ABSENT), _text("category", values)
    found = WORDS.findall(_text("categories", values)) if isinstance(many, Scalar) else _elements(many)
    return tuple(dict.fromkeys([*found, single] if single else found))


def _elements(many: list[Scalar] | None) -> list[str]:
    if many is None:
        raise Refused("its categories are no list of words")
    odd = next((element for element in many if not (element.is_text or element.text.isdigit())), None)
    if odd is not None:
        raise Refused(f"its category {odd.text[:40]!r} is no text: put it in quotes")
    return [element.text for element in many]


def _text(key: str, values: Mapping[str, Value]) -> str:
    """A text, empty when there is none; of a number or a date, Ruby makes an error."""
    value = values.get(key, ABSENT)
    if not isinstance(value, Scalar) or not (value.is_text or value.is_null):
        raise Refused(f"the value of its {key} is no text: put it in quotes")
    return "" if value.is_null else value.text


def _permalink(values: Mapping[str, Value]) -> str:
    text = _text("permalink", values)
    if ":" in text:
        raise Refused("its permalink has a colon: Jekyll makes the address from parts of the post")
    if not text:
        return ""
    path = _sanitize(text)
    if path.endswith("/"):
        return f"{path}index.html"
    return path if PurePosixPath(path).suffix else f"{path}.html"


def _address(categories: Sequence[str], moment: datetime, page: str) -> str:
    folders = "/".join(dict.fromkeys(category.lower() for category in categories))
    if ":" in folders:
        raise Refused("a category with a colon is no part of an address")
    return _sanitize(f"/{folders}/{moment:%Y/%m/%d}/{page}")


def _sanitize(path: str) -> str:
    """As Jekyll's URL does.

    >>> _sanitize("/../a./b//c.html")
    '/ab/c.html'
    """
    return re.sub("/+", "/", f"/{path}".replace("..", "/").replace("./", ""))


def _output_extension(extension: str) -> str:
    return ".html" if extension.lower() in MARKDOWN else extension


def _slugify(title: str) -> str:
    """A title as a part of an address: ``Utils.slugify`` in its mode ``pretty``.

    >>> _slugify("NW202205182383638060"), _slugify("公告：a b")
    ('NW202205182383638060', '公告-a-b')
    """
    words = "".join(character if _is_kept(character) else " " for character in title).split(" ")
    return "-".join(filter(None, words))


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return character in KEPT_IN_ADDRESSES or category[0] in "LM" or category == "Nd"
