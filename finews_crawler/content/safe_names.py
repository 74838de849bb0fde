"""Names of files, folders and URLs made of text that upstream chooses: outlets and ticker symbols.

A name that every system accepts stays as it is, because addresses of the archive depend on it. In any other name, each
character that must not stand there becomes a hyphen. Sources of the rules: Jekyll 4.3 (``URL.sanitize_url``,
``EntryFilter``, ``Page#process``), RFC 3986, Windows ("Naming Files, Paths, and Namespaces"), and the file systems that
fold names: NTFS, APFS, HFS+ and ext4 with casefold.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

# Separators and delimiters of paths, URLs, Liquid and Windows; a colon fails Jekyll's build. At the start, what marks a
# file that Jekyll ignores. Jekyll takes ".." for "/", Windows drops dots and spaces at the end, and jekyll-sitemap
# drops "index.html" behind a slash.
UNSAFE = re.compile(
    r"""[/\\<>:"|?*%#{}\[\]^`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|^[._~]+|\.(?=\.)|(?<=\.)\.|[. ](?=[. ]*\Z)"""
    r"|(?i:(?<=\Aindex)\.(?=html))"
)
# Files at the root of a site: posts are below a folder that has the name of their category, such as /robots.txt/2022/.
ROOT_FILE = re.compile(
    r"cname|.*\.(?:html?|xml|txt|json|webmanifest|css|js|mjs|map|md|svg|ico|png|jpe?g|gif|webp|pdf|php)", re.DOTALL
)
WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|\Z))")
# Default_Ignorable_Code_Point of Unicode 15: HFS+ and ext4 do not distinguish names by them.
IGNORABLE = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Characters to escape in a folder name: capitals, which a case-insensitive file system does not distinguish, dots,
# which could make "..", and rare ones.
CASED_OR_RARE = re.compile(r"[^a-z0-9 _()-]")
LONGEST_FOLDER = 150
MAX_BYTES = 200
MAX_LOWER_CASE_BYTES = 250


def safe_name(text: str) -> str:
    """Return *text* as a valid name everywhere: of a folder, also in lower case, and of a file before ``.html``.

    A safe name is at most 201 bytes long, not empty, and returned unchanged.

    >>> safe_name("TechWeb"), safe_name("Career In touxingPEVC"), safe_name("Web3.0")
    ('TechWeb', 'Career In touxingPEVC', 'Web3.0')
    >>> safe_name("robots.txt"), safe_name("meiti."), safe_name("NUL"), safe_name("../etc"), safe_name("a/b")
    ('robots-txt', 'meiti-', 'NUL-', '--etc', 'a-b')
    """
    name = UNSAFE.sub("-", text) or "-"
    name = UNSAFE.sub("-", _shortened(name))  # it may end with a dot or a space now
    if names_root_file(name):
        head, dot, tail = name.rpartition(".")
        name = f"{head}-{tail}" if dot else f"{name}-"
    if device := WINDOWS_DEVICE.match(name.casefold()):
        name = f"{name[: device.end()]}-{name[device.end() :]}"
    return name


@lru_cache(maxsize=1024)
def names_root_file(name: str) -> bool:
    """Return True if *name* may be the name of a file at the root of a site, so that no folder can have it.

    >>> names_root_file("Robots.TXT"), names_root_file("Web3.0")
    (True, False)
    """
    return ROOT_FILE.fullmatch(fold(name)) is not None


def fold(name: str) -> str:
    """Return a key that names share if some file system takes them for the same name.

    >>> fold("TechWeb") == fold("techweb"), fold("e\\u0301") == fold("É"), fold("a\\u200b") == fold("a")
    (True, True, True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", IGNORABLE.sub("", name)).casefold())


def folder_of(slug: str) -> str:
    """Return a folder name for a slug: unique even on a case-insensitive file system, and without dots.

    >>> folder_of("TechWeb"), folder_of("Techweb"), folder_of("hualongwang")
    ('!tech!web', '!techweb', 'hualongwang')
    >>> folder_of("中a.b")
    '!!4e2d!a!!2e!b'
    """
    folder = CASED_OR_RARE.sub(_escape, slug)
    if len(folder) <= LONGEST_FOLDER:
        return folder
    return f"{folder[:100]}!!!{hashlib.sha256(slug.encode()).hexdigest()[:16]}"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"!{character.lower()}" if character.isascii() and character.isalpha() else f"!!{ord(character):x}!"


def outlet_folder(slug: str, tag: str) -> str:
    """Return the folder of an outlet whose slug is another outlet's as well; no ``folder_of`` has its ``~``.

    >>> outlet_folder("zhongqingzaixian", "重庆在线新闻")
    'zhongqingzaixian~d56195014a7b4885'
    """
    return f"{folder_of(slug)[:100]}~{hashlib.sha256(f'{slug} {tag}'.encode()).hexdigest()[:16]}"


def _shortened(name: str) -> str:
    """Return the start of *name* that fits a file name, also in lower case ("İ" becomes longer)."""
    name = _first_bytes(name, MAX_BYTES)
    while len(name.lower().encode("utf-8", "replace")) > MAX_LOWER_CASE_BYTES:
        name = name[:-1]
    return name


def _first_bytes(text: str, size: int) -> str:
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
