"""Check of a single post: its article, its format and its flaws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum, auto
from typing import NamedTuple

from finews_crawler.archive.locations import DAY_IN_NAME, has_day
from finews_crawler.articles.damage import LOST
from finews_crawler.articles.links import PostUrls
from finews_crawler.content.dates import publication_day
from finews_crawler.content.link_url import is_link_url
from finews_crawler.content.slug import EMNEWS_SLUG, slug
from finews_crawler.items import Article
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.operate.audit.jekyll_prediction import JekyllOutcome, JekyllPrediction, predict
from finews_crawler.posts.formats import PostFormat
from finews_crawler.posts.reader import Post, read_post

KIND_BY_OUTCOME = {
    JekyllOutcome.REFUSED: FindingKind.REFUSED,
    JekyllOutcome.IGNORED: FindingKind.IGNORED,
}
CONSEQUENCES = {
    JekyllOutcome.PUBLISHED: "Jekyll publishes it under the date in its name",
    JekyllOutcome.REFUSED: "Jekyll fails on it",
    JekyllOutcome.IGNORED: "Jekyll skips it",
}


class PostSite(Enum):
    """The site that publishes a post."""

    NONE = auto()
    """A retired post."""
    OWN_THEME = auto()
    OTHER_THEME = auto()
    """Shows times without zone eight hours late."""


PostFlaw = tuple[FindingKind, str]


class PostCheck(NamedTuple):
    """Result of checking a post, without the text of the post."""

    form: PostFormat
    info_code: str = ""
    media_name: str = ""
    slug: str = ""
    flaws: tuple[PostFlaw, ...] = ()
    url: str = ""
    """Path of its page in the built site; '' if Jekyll does not publish the post."""
    is_shown_late: bool = False
    """True if Jekyll shows another time than the article's."""
    is_post: bool = True
    """False for a file that names no article and no day, such as a README."""
    archive_url: str = ""
    """URL of the archive in the post, if it is in today's format with another one than is configured."""

    def has(self, *kinds: FindingKind) -> bool:
        return any(kind in kinds for kind, _ in self.flaws)


def check_post(
    name: str, content: bytes, urls: PostUrls, now: datetime, site: PostSite = PostSite.OTHER_THEME
) -> PostCheck:
    """Check the post with file name *name*. Jekyll is only considered for a post on a site."""
    post = read_post(name, content, urls)
    has_own_theme = site is PostSite.OWN_THEME
    jekyll = None
    if site is not PostSite.NONE:
        jekyll = predict(name, content, now, has_own_theme=has_own_theme, usual=post.usual)
    url = jekyll.url if jekyll else ""
    if post.article is None:
        flaws = tuple(_flaws_without_article(post, jekyll)) if has_day(name) else ()
        return PostCheck(post.form, flaws=flaws, url=url, is_post=has_day(name))
    article = post.article
    shown_at = jekyll.published_at if jekyll else None
    return PostCheck(
        post.form,
        article.info_code,
        article.media_name,
        article.slug,
        tuple(_flaws(name, post, article, jekyll)),
        url,
        is_shown_late=bool(shown_at and article.published_at and shown_at != article.published_at),
        archive_url=post.archive_url,
    )


def _flaws_without_article(post: Post, jekyll: JekyllPrediction | None) -> Iterator[PostFlaw]:
    if post.form is not PostFormat.NOTICE and post.problem:
        yield (FindingKind.MIS_KEYED if post.front_matter else FindingKind.UNREADABLE), post.problem
    elif jekyll and jekyll.outcome in KIND_BY_OUTCOME:
        yield KIND_BY_OUTCOME[jekyll.outcome], jekyll.why


def _flaws(name: str, post: Post, article: Article, jekyll: JekyllPrediction | None) -> Iterator[PostFlaw]:
    if post.problem:
        yield FindingKind.UNREADABLE, _with_consequence(post.problem, jekyll)
        return
    if post.is_hidden:
        problem = "blank lines above its front matter, which `finews reindex --modernise` removes"
        yield FindingKind.UNREADABLE, _with_consequence(problem, jekyll)
        return
    if post.mis_keyed:
        yield FindingKind.MIS_KEYED, post.mis_keyed
    if not article.title:
        yield FindingKind.BROKEN, "no title"
    elif post.form is PostFormat.BROKEN and article.published_at and not name.startswith("-"):
        yield FindingKind.BROKEN, "its link is empty"
    elif article.share_url and not is_link_url(article.share_url):
        yield FindingKind.BROKEN, f"its link is {article.share_url[:80]!r}, which becomes an element of the page"
    elif not (article.body_html or article.digest):
        yield FindingKind.BROKEN, "no body"
    if lost := "".join((article.title, article.media_name, article.digest, article.body_html)).count(LOST):
        yield FindingKind.LOST_CHARACTERS, f"{lost} characters could not be decoded when it was archived"
    if article.published_at is None:
        date_line = str(post.front_matter.get("date", ""))
        problem = f"its date is {date_line!r}" if date_line else "its date is empty or missing"
        yield FindingKind.UNDATED, _with_consequence(problem, jekyll)
        return
    yield from _category_flaws(article, jekyll)
    yield from _date_flaws(name, publication_day(article.published_at), jekyll)


def _with_consequence(problem: str, jekyll: JekyllPrediction | None) -> str:
    return f"{problem}; {CONSEQUENCES[jekyll.outcome]}" if jekyll else problem


def _category_flaws(article: Article, jekyll: JekyllPrediction | None) -> Iterator[PostFlaw]:
    expected = slug(article.media_name) if article.media_name else EMNEWS_SLUG
    if article.slug != expected:
        outlet = f"the slug of {article.media_name!r}" if article.media_name else "the slug of a post without outlet"
        yield FindingKind.SLUG, f"its category is {article.slug!r}, {outlet} is {expected!r}"
    elif jekyll and jekyll.outcome is JekyllOutcome.PUBLISHED and jekyll.categories != (article.slug,):
        yield FindingKind.SLUG, f"Jekyll reads {article.slug!r} as {', '.join(map(repr, jekyll.categories))}"


def _date_flaws(name: str, day: date, jekyll: JekyllPrediction | None) -> Iterator[PostFlaw]:
    if jekyll and jekyll.outcome in KIND_BY_OUTCOME:
        yield KIND_BY_OUTCOME[jekyll.outcome], jekyll.why
        return
    day_in_name = DAY_IN_NAME.match(name)
    if jekyll and jekyll.day != day:
        yield FindingKind.WRONG_DATE, f"Jekyll publishes it on {jekyll.day}, its date is {day}"
    elif day_in_name and day_in_name[1] != day.isoformat():
        yield FindingKind.WRONG_DATE, f"its name has {day_in_name[1]}, its date is {day}"
