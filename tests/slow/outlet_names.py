"""Outlets with names from all of Unicode, and names that systems reserve: each is reached by the links of its site.

``.venv/bin/python -m tests.slow.outlet_names 2000`` builds one site of as many outlets, by ``finews site build`` and by
Jekyll alone, serves it, and follows the links of a reader: list of outlets, outlet, post, and back by its footer.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from lxml import html

from finews_crawler.archive.locations import locate_data_directory
from finews_crawler.articles.links import PostUrls
from finews_crawler.content.decoding import one_line
from finews_crawler.content.safe_names import fold
from finews_crawler.items import Article
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.utils import clock
from tests.support import jekyll_site
from tests.support.sites import Site, article, serving
from tests.support.valid_site import problems_of_site

SITE_FILES = "robots.txt index.html media.html search.html archive.html 404.html feed.xml sitemap.xml CNAME favicon.ico"
SITE_FOLDERS = "category emnews ticker assets sitemaps pagefind 2022 2022-05 category/a assets..site.css"
WINDOWS = "nul nul. con AUX prn com1 LPT9 con.txt COM¹ CONIN$ clock$ desktop.ini 媒体. a.. .a a:b a|b a*b a?b"
CASE_AND_UNICODE = (
    "TechWeb Techweb techweb é e\u0301 É ß ẞ ss İ i\u0307 ı ſ s K K Ａ A ﬁ fi \u200b a\u200b \u00ada \u202ea"
)
URLS = "http://a.cn //a.cn javascript:x a/b ../../etc a%20b a%00 a&b a;b a#b ?a &lt;a <a> a'b a\"b"
MARKUP = "{{a}} {%a%} [a](b) `a` *a* _a_ ~a~ a~ $a$ <!--a--> - -- a--b (a a) 1. # > : | \\ ^"
YAML = "yes no null ~ 1 1.5 1e5 0x1f 2022-01-01 12:30 :a a: &a *a !a |a >a @a `a [a {a, a,b"
SHARED = "重庆在线 中青在线 东财滚动 东财滚动新闻 新闻 emnews Emnews"
RESERVED = " ".join([SITE_FILES, SITE_FOLDERS, WINDOWS, CASE_AND_UNICODE, URLS, MARKUP, YAML, SHARED]).split(" ")
LONG = ["a b", "a  b", "İ" * 150, "Ⱥ" * 150, "报" * 120, "a" * 201, f"{'a' * 199}.", f"{'a' * 196}.html", "😀" * 80]
MARKS = "aAbB .-_/:%#?&<>\"'{}[]()~!\\|*`^$+,;=@中\u200b\u0301\x00\t\n"
ENDINGS = ["", ".", " ", "..", ".html", "\u0301", "a", "/"]
DAYS = 20
KEPT_IN_URLS = "/%!$&'()*+,;=:@-._~"


def outlet_names(number: int, seed: int = 1) -> list[str]:
    """Return *number* names as the parsers of upstream's lists would: on one line, and none twice."""
    drawn = _drawn(random.Random(seed))
    names = dict.fromkeys(filter(None, map(one_line, [*RESERVED, *LONG])))
    while len(names) < number:
        names.update(dict.fromkeys(filter(None, [one_line(next(drawn))])))
    return list(names)[:number]


def _drawn(dice: random.Random) -> Iterator[str]:
    while True:
        yield "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randint(1, 6)))
        yield "".join(chr(dice.randrange(0x3000)) for _ in range(dice.randint(1, 8)))
        yield "".join(dice.choice(MARKS) for _ in range(dice.randint(1, 8)))
        yield dice.choice(RESERVED) + dice.choice(ENDINGS)


NOT_WINDOWS = re.compile(
    r"""[<>:"\\|?*\x00-\x1f]|[. ]\Z|^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|\Z)""",
    re.IGNORECASE,
)


class Reader:
    """Follows links of a served site."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = HTTPConnection(urlsplit(url).netloc)
        self._outlets: dict[str, list[str]] = {}
        for link in self._page("/media.html").xpath("//main//li/a"):
            self._outlets.setdefault(link.text, []).append(link.get("href"))

    def _page(self, path: str) -> html.HtmlElement:
        """Return a page. Raises FileNotFoundError."""
        self._connection.request("GET", quote(path, safe=KEPT_IN_URLS))  # as a browser does
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise FileNotFoundError(f"{path}: {response.status}")
        return html.document_fromstring(content.decode())

    def problem_with(self, made: Article) -> str:
        """Return what is wrong on the way to an article by the list of outlets, and back; '' if nothing is."""
        try:
            outlets = self._outlets.get(made.media_name, [])
            posts = [post for outlet in outlets for post in self._posts(outlet) if made.info_code in post]
            if not posts:
                return f"not on the pages of its outlet: {outlets}"
            post = self._page(posts[0])
            if made.title not in post.xpath("string(//article)"):
                return f"{posts[0]} is another post"
            (footer,) = post.xpath("//article//a[starts-with(., '返回')][1]/@href")
            back = urlsplit(urljoin(self.url, footer)).path
            return "" if any(made.info_code in post for post in self._posts(back)) else f"not on {back}"
        except (FileNotFoundError, ValueError) as error:
            return str(error)

    def _posts(self, path: str) -> list[str]:
        return [str(href) for href in self._page(path).xpath("//main//ul/li/a[1]/@href")]


def check(number: int, folder: Path, seed: int = 1) -> list[str]:
    """Build and serve a site of *number* outlets in *folder*. Return the problems."""
    names = outlet_names(number, seed)
    articles = [article(at, f"2022-05-{at % DAYS + 1:02}", name) for at, name in enumerate(names)]
    with closing(Site(folder / "data")) as site:
        site.store(*articles)
        site.build()
        folder_served = site.directory.built_site.resolve()
        problems = [*problems_of_site(folder_served), *_problems_of_names(folder_served)]
        with serving(site.directory.built_site) as url:
            problems += _problems("site build", Reader(url), articles)
        built = jekyll_site.build_site(site.directory.site, folder)
        with jekyll_site.serving(built) as url:
            problems += _problems("jekyll build", Reader(url), articles)
        report = audit(locate_data_directory(folder / "data"), PostUrls(), clock.now())
        # A lone surrogate in a name is a character that could not be decoded.
        findings = (found for found in report.findings if found.kind is not FindingKind.LOST_CHARACTERS)
        return problems + [f"audit: {finding}" for finding in findings]


def _problems_of_names(folder: Path) -> Iterator[str]:
    """Check that Windows accepts all names, and that no file system takes two of them for one."""
    paths = [path.relative_to(folder) for path in folder.rglob("*")]
    files = Counter(fold(path.as_posix()) for path in paths if (folder / path).is_file())
    yield from (f"{number} files are {path!r}" for path, number in files.items() if number > 1)
    folders = {fold(path.as_posix()) for path in paths if (folder / path).is_dir()}
    yield from (f"{path!r} is a file and a folder" for path in files.keys() & folders)
    yield from (f"Windows refuses {path}" for path in paths if NOT_WINDOWS.search(path.name))


def _problems(how: str, reader: Reader, articles: list[Article]) -> Iterator[str]:
    for made in articles:
        if problem := reader.problem_with(made):
            yield f"{how}: {made.media_name!r}: {problem}"


def main() -> None:
    number, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        problems = check(number, Path(folder), seed)
    print(*problems, f"{number} outlets, {len(problems)} problems, {time.monotonic() - began:.0f} s", sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
