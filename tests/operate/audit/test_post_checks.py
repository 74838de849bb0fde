"""Checks of single posts."""

from __future__ import annotations

from finews_crawler.articles.links import PostUrls
from finews_crawler.operate.audit.post_checks import check_post
from finews_crawler.posts.formats import PostFormat
from finews_crawler.utils import clock


def test_check_post_accepts_a_notice_of_the_site() -> None:
    content = b'---\nlayout: post\ntitle: "x"\ndate: 2021-12-01 10:00:00 +0800\ncategories: sitenews\n---\ntext'
    check = check_post("2021-12-01-init.md", content, PostUrls(), clock.now())
    assert (check.form, check.flaws, check.is_post) == (PostFormat.NOTICE, (), True)
