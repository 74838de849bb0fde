"""One post judged by itself: what it is, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from finews_crawler.archive.locations import DAY_IN_NAME, has_day
from finews_crawler.articles.links import PostUrls
from finews_crawler.content.dates import publication_day
from finews_crawler.content.slug import EMNEWS_SLUG, slug
from finews_crawler.items import Article
from finews_crawler.operate.audit.findings import Kind
from finews_crawler.operate.audit.jekyll_view import JekyllView, Outcome, foresee
from finews_crawler.posts.reader import Post, PostFormat, info_code_in_name, read_post

OF_JEKYLL = {Outcome.REFUSED: Kind.REFUSED, Outcome.IGNORED: Kind.IGNORED}
CONSEQUENCES = {
    Outcome.PUBLISHED: "Jekyll publishes it under the day of its name",
    Outcome.REFUSED: "Jekyll fails on it",
    Outcome.IGNORED: "Jekyll leaves it out",
}

Flaw = tuple[Kind, str]


@dataclass(frozen=True)
class Judgement:
    """What an audit keeps of a post; not its text."""

    form: PostFormat
    info_code: str = ""
    media_name: str = ""
    slug: str = ""
    flaws: tuple[Flaw, ...] = ()
    address: str = ""
    """Where Jekyll publishes it, if it does."""
    is_late: bool = False
    """Under the right day, and at a time that is not the article's."""
    is_post: bool = True
    """False for a file that neither its name nor its link makes an article's, such as a README."""

    def has(self, *kinds: Kind) -> bool:
        return any(kind in kinds for kind, _ in self.flaws)


def judge(name: str, content: bytes, addresses: PostUrls, now: datetime, *, is_on_site: bool = True) -> Judgement:
    """Judge the post of that file name; one that is not on the site is nothing to Jekyll."""
    post = read_post(name, content, addresses)
    view = foresee(name, content, now) if is_on_site else None
    address = view.address if view else ""
    if post.article is None:
        flaws = tuple(_flaws_without_article(post, view)) if has_day(name) else ()
        return Judgement(post.form, flaws=flaws, address=address, is_post=has_day(name))
    article = post.article
    return Judgement(
        post.form,
        article.info_code,
        article.media_name,
        article.slug,
        tuple(_flaws(name, post, article, view)),
        address,
        is_late=bool(view and view.moment and article.published_at and view.moment != article.published_at),
    )


def _flaws_without_article(post: Post, view: JekyllView | None) -> Iterator[Flaw]:
    if post.form is not PostFormat.NOTICE and post.problem:
        yield (Kind.MIS_KEYED if post.front_matter else Kind.UNREADABLE), post.problem
    elif view and view.outcome in OF_JEKYLL:
        yield OF_JEKYLL[view.outcome], view.why


def _flaws(name: str, post: Post, article: Article, view: JekyllView | None) -> Iterator[Flaw]:
    if post.problem:
        yield Kind.UNREADABLE, _with_consequence(post.problem, view)
        return
    yield from _flaws_of_key(name, post)
    if not article.title:
        yield Kind.BROKEN, "no title"
    elif post.form is PostFormat.BROKEN and article.published_at and not name.startswith("-"):
        yield Kind.BROKEN, "its link is empty"
    elif not (article.body_html or article.digest):
        yield Kind.BROKEN, "no body"
    if article.published_at is None:
        date_line = str(post.front_matter.get("date", ""))
        problem = f"its date is {date_line!r}" if date_line else "its date is empty, or there is none"
        yield Kind.UNDATED, _with_consequence(problem, view)
        return
    yield from _flaws_of_category(article, view)
    yield from _flaws_of_day(name, publication_day(article.published_at), view)


def _with_consequence(problem: str, view: JekyllView | None) -> str:
    return f"{problem}; {CONSEQUENCES[view.outcome]}" if view else problem


def _flaws_of_key(name: str, post: Post) -> Iterator[Flaw]:
    code = info_code_in_name(name)
    if post.linked_code and post.linked_code != code:
        yield Kind.MIS_KEYED, f"its name says {code or 'no infoCode'}, its link {post.linked_code}"


def _flaws_of_category(article: Article, view: JekyllView | None) -> Iterator[Flaw]:
    expected = slug(article.media_name) if article.media_name else EMNEWS_SLUG
    if article.slug != expected:
        whose = f"that of {article.media_name!r}" if article.media_name else "that of a post without a medium"
        yield Kind.SLUG, f"its category is {article.slug!r}, {whose} is {expected!r}"
    elif view and view.outcome is Outcome.PUBLISHED and view.categories != (article.slug,):
        yield Kind.SLUG, f"Jekyll reads {article.slug!r} as {', '.join(map(repr, view.categories))}"


def _flaws_of_day(name: str, day: date, view: JekyllView | None) -> Iterator[Flaw]:
    if view and view.outcome in OF_JEKYLL:
        yield OF_JEKYLL[view.outcome], view.why
        return
    in_name = DAY_IN_NAME.match(name)
    if view and view.day != day:
        yield Kind.WRONG_DATE, f"Jekyll publishes it on {view.day}, its date is {day}"
    elif in_name and in_name[1] != day.isoformat():
        yield Kind.WRONG_DATE, f"its name says {in_name[1]}, its date {day}"
