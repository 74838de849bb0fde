"""kramdown's own test cases: as bodies of articles, and as posts of one's own beside ours."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from finews_crawler.content.body.clean import clean_body
from finews_crawler.exporters.jekyll_post import media_tag, post_name, render_post
from finews_crawler.items import Article
from tests.interop.cells import Checks, NotRun, Outcome, Result, right, wrong
from tests.interop.environments import SCRIPTS, program, run
from tests.interop.expected import records_in
from tests.interop.kramdown_cases import Case, kramdown_cases
from tests.interop.material import Material
from tests.interop.posts import BEIJING, words
from tests.interop.readers.peers import SHARE, URLS, through_a_post
from tests.interop.readers.written_by_others import FOREIGN, beside_ours

CHECKS = Checks()
VERSION = "2.5.2-1"
"""Of Debian's source package ruby-kramdown."""
OUTLET, SLUG = "证券时报", "zhengquanshibao"
FIRST = datetime(2026, 11, 19, 10, 0, tzinfo=BEIJING)
HEAD = '---\nlayout: post\ntitle: "{}"\ndate: 2026-11-18 10:00:00 +0800\n---\n'
PROBE = SCRIPTS / "posts.liquid"


@CHECKS.add(
    "peer-kramdown",
    "Test data of others",
    "our cleaning and our posts, on kramdown's own tests, built by Jekyll",
    VERSION,
)
def bodies(_: Material, version: str) -> Outcome:
    if find_spec("selectolax") is None:
        raise NotRun(".venv/bin/python -m pip install -e '.[oracle]'")
    counts: Counter[str] = Counter()
    for case in kramdown_cases(version):
        for source in filter(None, (case.html, case.text)):
            outcome, problem = through_a_post(source)
            if problem:
                return wrong(f"{case.name}: {problem}"[:200])
            counts[outcome] += 1
    articles = list(kept_articles(kramdown_cases(version)))
    with tempfile.TemporaryDirectory(prefix="finews-kramdown-") as name:
        posts = Path(name) / "_posts"
        posts.mkdir()
        for article in articles:
            (posts / post_name(article)).write_bytes(render_post(article, URLS))
        shown = {key[-18:]: html for key, html in built(posts.parent).items()}
    assert len(shown) == len(articles)
    differ = [article.info_code for article in articles if words(shown[article.info_code[2:]]) != seen_of(article)]
    if differ:
        code = differ[0]
        return wrong(f"{len(differ)} of {len(articles)} posts differ: {words(shown[code[2:]])[:60]}")
    return right(
        f"{counts['kept']} bodies kept with all that is seen, {counts['rejected']} rejected, read back from posts; "
        f"{len(articles)} posts show the same once built"
    )


def kept_articles(cases: Iterable[Case]) -> Iterable[Article]:
    """Yield an article for the HTML, and one for the Markdown, of each case whose body is kept."""
    sources = (source for case in cases for source in (case.html, case.text) if source)
    for number, source in enumerate(sources):
        cleaned = clean_body(source)
        if not cleaned.loss and cleaned.html:
            code = f"NW20261119{number:010}"
            named = {"title": f"{number}", "media_name": OUTLET, "slug": SLUG, "body_html": cleaned.html}
            yield Article(code, published_at=FIRST + timedelta(seconds=number), share_url=SHARE, **named)


def seen_of(article: Article) -> str:
    """Return the characters that the page of an article shows, as ``words`` returns them."""
    return f"{words(article.body_html)}{article.share_url}返回{media_tag(article.media_name)}｜返回首页"


def built(site: Path) -> dict[str, str]:
    """Return the HTML of the posts of a folder by their names, built by Jekyll without configuration."""
    shutil.copy(PROBE, site / "posts.jsonl")
    environment = {"LANG": "C.UTF-8", "TZ": "UTC"}
    run(program("jekyll", "jekyll"), "build", "--strict_front_matter", "-q", cwd=site, environment=environment)
    records = records_in((site / "_site" / "posts.jsonl").read_text("utf-8"))
    return {Path(record["name"]).stem: record["html"] for record in records}


@CHECKS.add("read-kramdown", FOREIGN, "the Markdown of kramdown's own tests, a post of each case", VERSION)
def own_posts(material: Material, version: str) -> Outcome:
    cases = [case for case in kramdown_cases(version) if case.text]

    def write(posts: Path) -> None:
        for number, case in enumerate(cases):
            text = f"{HEAD.format(case.name)}{case.text}"
            (posts / f"2026-11-18-kramdown-{number:03}.md").write_text(text, "utf-8", newline="")

    def look(archive: Material) -> str:
        """Compare the pages of the built site with what Jekyll makes of these posts without the theme."""
        archive.finews("site", "build")
        with tempfile.TemporaryDirectory(prefix="finews-kramdown-") as name:
            plain = Path(name)
            (plain / "_posts").mkdir()
            write(plain / "_posts")
            shown = built(plain)
        pages = {stem: archive.data / "_site/2026/11/18" / f"{stem[11:]}.html" for stem in shown}
        lost = [stem for stem in shown if words(shown[stem]) not in words(pages[stem].read_text("utf-8"))]
        assert len(pages) == len(cases)
        return f"{len(lost)} of {len(cases)} pages have another text: {lost[0]}" if lost else ""

    found = beside_ours(material, len(cases), write, look)
    return right(f"{found.seen}; {len(cases)} pages with the whole text") if found.result == Result.RIGHT else found
