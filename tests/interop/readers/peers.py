"""Test data of other projects, fetched when they are run, through the cleaning of bodies and the reader of posts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from importlib.util import find_spec

from finews_crawler.articles.links import PostUrls
from finews_crawler.content.body.clean import clean_body
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.reader import read_post
from tests.fuzz.kept_content import by_lexbor, kept
from tests.fuzz.third_party_payloads import payloads
from tests.fuzz.visible import visible
from tests.interop.cells import Checks, NotRun, Outcome, right, wrong
from tests.interop.environments import SCRIPTS, node_with, run, source_of
from tests.interop.material import Material
from tests.interop.posts import BEIJING

CHECKS = Checks()
URLS = PostUrls()
SHARE = f"{URLS.share_url}/html_News/NewsShare.html?infoCode=NW202611190000000001"


@CHECKS.add(
    "peer-commonmark", "Test data of others", "our cleaning and our posts, on the examples of CommonMark", "0.31.2"
)
def commonmark(_: Material, version: str) -> Outcome:
    if find_spec("selectolax") is None:
        raise NotRun(".venv/bin/python -m pip install -e '.[oracle]'")
    printed = run("node", SCRIPTS / "commonmark.mjs", node_with(f"commonmark-spec@{version}"))
    counts: Counter[str] = Counter()
    for example in json.loads(printed):
        for source in (example["html"], example["markdown"]):
            outcome, problem = through_a_post(source)
            if problem:
                return wrong(f"example {example['number']}: {problem}"[:200])
            counts[outcome] += 1
    return right(
        f"{counts['kept']} bodies kept with all that is seen, {counts['rejected']} rejected, read back from posts"
    )


def through_a_post(body: str) -> tuple[str, str]:
    """Clean a body, write its post and read that; return what became of it, and what is wrong."""
    cleaned = clean_body(body)
    if cleaned.loss or not cleaned.html:
        return "rejected", ""
    if not cleaned.adverts and (lost := visible(body).missing_in(visible(cleaned.html))):
        return "kept", f"{lost} is missing"
    moment = datetime(2026, 11, 19, 10, 0, tzinfo=BEIJING)
    named = {"title": "标题", "media_name": "证券时报", "slug": "zhengquanshibao"}
    article = Article("NW202611190000000001", published_at=moment, body_html=cleaned.html, share_url=SHARE, **named)
    post = read_post(post_name(article), render_post(article, URLS), URLS)
    if post.form is not PostFormat.MEDIA or post.article is None or post.article.body_html != cleaned.html:
        return "kept", f"its post is read as {post.form}"
    return "kept", ""


@CHECKS.add("peer-html5lib", "Test data of others", "our cleaning, on the tests of html5lib", "1.1")
def html5lib(_: Material, version: str) -> Outcome:
    return of_payloads(f"html5lib=={version}")


@CHECKS.add("peer-bleach", "Test data of others", "our cleaning, on the tests of bleach", "6.3.0")
def bleach(_: Material, version: str) -> Outcome:
    return of_payloads(f"bleach=={version}")


def of_payloads(requirement: str) -> Outcome:
    """Clean the payloads in the tests of a source distribution: what is seen of them is kept, or they are rejected."""
    if find_spec("selectolax") is None:
        raise NotRun(".venv/bin/python -m pip install -e '.[oracle]'")
    found = payloads([source_of(requirement)])
    if not found:
        return wrong("its source has no payloads")
    counts: Counter[str] = Counter()
    pairs = list(kept(found, counts))
    if lost := [problem for _, problem in by_lexbor(pairs)]:
        return wrong(f"{len(lost)} of {len(found)} bodies: {lost[0]} is missing"[:200])
    parts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    return right(f"{len(found)} bodies: {parts}; {len(pairs)} that changed are seen as before")
