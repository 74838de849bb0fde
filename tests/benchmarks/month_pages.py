"""Category pages of the embedded origin by month, as the sites of this program have them.

The origin's own are those of the original site, which list all posts: but that site had the posts of three days only.
"""

from __future__ import annotations

from functools import cache
from html import escape

from finews_crawler.site.listings import POSTS_A_PAGE
from finews_crawler.site.urls import category_month_page, url_of
from finews_crawler.testing.origin import finews_site
from finews_crawler.testing.origin.archive_site import Archive, Post, category_of, layout, post_list
from finews_crawler.testing.origin.dataset import Dataset


def add_months() -> None:
    """Have the origins of this process serve a page for each month of a category with more posts than a page has."""
    render_others = finews_site.render_archive

    def render(dataset: Dataset, path: str) -> bytes | None:
        page = page_with_months(dataset.archive, path)
        return page.encode("utf-8", "replace") if page else render_others(dataset, path)

    finews_site.render_archive = render


def page_with_months(archive: Archive, path: str) -> str:
    """Return the page of a month, or of a category that is divided; '' for any other path."""
    if posts := by_month(archive).get(path):
        return layout(posts[0].tag, post_list(posts[0].tag, posts))
    listed = archive.by_category.get(category_of(path) or "", [])
    if len(listed) <= POSTS_A_PAGE:
        return ""
    months = dict.fromkeys(map(month_of, listed))
    return layout(listed[0].tag, post_list(listed[0].tag, listed[:POSTS_A_PAGE]) + navigation(list(months)))


@cache
def by_month(archive: Archive) -> dict[str, list[Post]]:
    """Return the posts of each month of each category, by the path of its page."""
    months: dict[str, list[Post]] = {}
    for post in archive.posts:
        months.setdefault(month_of(post), []).append(post)
    return months


def month_of(post: Post) -> str:
    """Return the path of the page of the post's month."""
    return f"/{category_month_page(post.category, post.article.showtime[:7])}"


def navigation(months: list[str]) -> str:
    links = (f'\n<a href="{escape(url_of(path[1:]))}" rel="section">{path[-12:-5]}</a>' for path in months)
    return f'\n<nav class="months" aria-label="按月">{"".join(links)}\n</nav>'
