"""Parser of posts: the inverse of ``exporters/jekyll_post.py``, and the old formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import POST
from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.content.markdown import escape_autolink_url, plain_line, unescape_autolink_url, unescape_inline
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.exporters.jekyll_post import post_text, shown_digest
from finews_crawler.items import Article, article_from
from finews_crawler.posts.formats import NOTICE_CATEGORY, NOTICE_TAG, PostFormat, archive_url_in, read_old_post
from finews_crawler.posts.front_matter_reader import FrontMatter, read_front_matter, read_line_by_line, tag_of, words_of
from finews_crawler.posts.parser import PostParts, info_code_in_name, split_post, split_quote
from finews_crawler.posts.usual_front_matter import UsualFrontMatter
from finews_crawler.utils.timezone import BEIJING

DEFAULT_ADDRESSES = PostUrls()
BOM = "\ufeff"
ARTICLE_LINK = re.compile(r"/NewsShare\.html|\beastmoney\.com/(?:a|news)/", re.ASCII | re.IGNORECASE)
"""Link of an article, also of one whose infoCode is missing. Notes of one's own may end with any other URL."""
RENAME = "find out which article it is, and rename the file to that infoCode"
"""What to do about a post whose name and link contradict each other."""
FOOTER_TAG = re.compile(rf"\[返回(?P<tag>[^\[]*{TAG_SUFFIX})\]\(")


class Post(NamedTuple):
    """A parsed post."""

    form: PostFormat
    article: Article | None
    """None for a notice, and if neither the file name nor the link contains an infoCode. Unreadable fields are empty,
    so the article of a broken post may fail validation. Tickers and images are left to ``derive``."""
    front_matter: Mapping[str, object]
    """Values by key, scalars as text; empty if it is not valid YAML."""
    problem: str = ""
    """Reason why the front matter cannot be parsed, or why it contains no article."""
    linked_code: str | None = None
    """The infoCode in the share link, which differs from the article's in a post with a wrong link."""
    is_hidden: bool = False
    """True if blank lines are above the front matter: Jekyll takes it for text."""
    archive_url: str = ""
    """URL of the archive in a post of today's formats that was written with another one; '' if it is the configured."""
    named_code: str | None = None
    """The infoCode in the file name."""
    usual: UsualFrontMatter | None = None
    """The values of the front matter if it is the usual one."""

    @property
    def mis_keyed(self) -> str:
        """In which way file name and link contradict each other; '' if they do not."""
        if not self.linked_code or self.linked_code == self.named_code:
            return ""
        return f"its name has {self.named_code or 'no infoCode'}, its link {self.linked_code}"


def read_post(name: str, content: bytes, addresses: PostUrls = DEFAULT_ADDRESSES) -> Post:
    r"""Parse a post from its file name and bytes. Never raises, whatever they are.

    *addresses*: URLs to render with, for recognising today's formats; a post that was written with another URL of the
    archive is in them, too. The infoCode is taken from the file name, which is unique; the link of a post can be
    another article's.

    >>> head = '---\nlayout: post\ntitle: "标题"\ndate: 2022-05-18 16:48:06 +0800\ncategories: jia\ntags: 甲新闻\n---\n'
    >>> post = read_post("2022-05-18-NW202205182383638060.md", f"{head}<p>正文</p>".encode())
    >>> post.form.value, post.article.info_code, post.article.title, post.article.media_name, post.article.body_html
    ('unknown', 'NW202205182383638060', '标题', '甲', '<p>正文</p>')
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        code = info_code_in_name(name)
        return Post(PostFormat.BROKEN, Article(code) if code else None, {}, f"not UTF-8 from byte {error.start} on")
    # Windows editors and checkouts add a byte order mark and CRLF line ends.
    unmarked = text.removeprefix(BOM)
    has_crlf = unmarked.lstrip().startswith("---\r\n")
    parts = split_post(unmarked.replace("\r\n", "\n") if has_crlf else unmarked)
    front = FrontMatter(parts.usual._asdict()) if parts.usual else read_front_matter(parts.head)
    link = None if parts.link is None else unescape_autolink_url(parts.link)
    linked_code = info_code_in_url(link) if link else None
    named_code = info_code_in_name(name)
    code = named_code or linked_code
    if not code:
        return _post_without_article(name, front, parts)
    form, article = _read_article(code, front, parts, link or "")
    archive_url = ""
    if front.problem or not (article.title and article.published_at) or link == "" or name.startswith("-"):
        form = PostFormat.BROKEN
    elif form is None:
        form, archive_url = _current_format(article, parts.footer, text, addresses)
    return Post(
        form, article, front.values, front.problem, linked_code, parts.is_hidden, archive_url, named_code, parts.usual
    )


def _current_format(article: Article, footer: str, text: str, addresses: PostUrls) -> tuple[PostFormat, str]:
    """Return the format of a post in none of the old ones, and the URL of the archive in it if it is another."""
    form = PostFormat.MEDIA if article.media_name else PostFormat.ROLLING
    if post_text(article, addresses) == text:
        return form, ""
    archive_url = archive_url_in(footer)
    if archive_url and post_text(article, addresses._replace(archive_url=archive_url)) == text:
        return form, archive_url
    return PostFormat.UNKNOWN_FORM, ""


def _post_without_article(name: str, front: FrontMatter, parts: PostParts) -> Post:
    if NOTICE_CATEGORY in words_of(front.values, "categories") or NOTICE_TAG in words_of(front.values, "tags"):
        return Post(PostFormat.NOTICE, None, front.values, "a notice of the site's own")
    is_broken = front.problem or name.startswith("-") or parts.link == ""
    if not is_broken and _is_own(front.values, parts):
        return Post(PostFormat.NOTICE, None, front.values, "a post of the site's own")
    problem = front.problem or "neither its name nor its link holds an infoCode"
    return Post(PostFormat.BROKEN if is_broken else PostFormat.UNKNOWN_FORM, None, front.values, problem)


def _is_own(values: Mapping[str, object], parts: PostParts) -> bool:
    """Return True for a post with a title, and without anything that the post of an article has."""
    is_of_outlet = tag_of(values) or EMNEWS_SLUG in words_of(values, "categories")
    is_linked = parts.link is not None and ARTICLE_LINK.search(parts.link)
    return bool(values.get("title")) and not (is_of_outlet or parts.footer or is_linked)


def _read_article(code: str, front: FrontMatter, parts: PostParts, link: str) -> tuple[PostFormat | None, Article]:
    """Return the post's old format, if it has one, and its article."""
    values = read_line_by_line(parts.head) if front.problem else front.values
    texts = (values.get(key) for key in ("title", "date"))
    title, date = (value if isinstance(value, str) else "" for value in texts)
    category = next(iter(words_of(values, "categories")), "")
    footer = FOOTER_TAG.search(parts.footer)
    tag = tag_of(values) or (unescape_inline(footer["tag"]) if footer else "")
    is_rolling = (tag, category) == (EMNEWS_TAG, EMNEWS_SLUG)
    quote, rest = split_quote(parts.body)
    if not is_rolling and rest:  # only a post without a body quotes the digest of an outlet's article
        quote, rest = None, parts.body
    old = read_old_post(parts, date, title, category, is_rolling=is_rolling)
    form, digest, body = old or (None, unescape_inline(quote or ""), rest)
    shown = Article(
        code,
        title=title,
        published_at=parse_published_at(date),
        media_name="" if is_rolling else tag.removesuffix(TAG_SUFFIX),
        slug=category,
        share_url=link,
        digest=digest,
        body_html=body,
    )
    return form, article_in_post(shown, is_rolling)


def article_in_post(post: Article, is_rolling: bool) -> Article:
    """Return the article of a post from the fields that the post shows.

    An outlet's post contains ``text_html``, a rolling one ``content_html``.
    """
    body, link = post.body_html, post.share_url
    sent = {"content_html": body, "public_url": link} if is_rolling else {"text_html": body}
    shown = {name: getattr(post, name) for name in ("title", "published_at", "media_name", "digest")}
    article = article_from(POST, post.info_code, **shown, **sent)
    article.slug, article.body_html, article.share_url = post.slug, body, link
    return article


def as_in_post(article: Article) -> Article:
    """Return the article that reading its post gives.

    A post contains one body, cleaned; the quoted part of the digest, on one line; the URL, with characters that would
    end it percent-encoded; and the time in whole seconds. It does not record which source gave which field.

    >>> from dataclasses import replace
    >>> outlet = Article("NW202205262391921712", media_name="证券时报", digest="【标题】摘要", body_html="<p>甲</p>")
    >>> as_in_post(outlet).digest, as_in_post(replace(outlet, media_name="")).digest
    ('', '摘要')
    """
    time = article.published_at
    shown = Article(
        article.info_code,
        title=article.title,
        published_at=time.astimezone(BEIJING).replace(microsecond=0) if time else None,
        media_name=article.media_name,
        slug=article.slug,
        share_url=unescape_autolink_url(escape_autolink_url(article.share_url)),
        digest=plain_line(shown_digest(article)),
        body_html=article.body_html,
    )
    return article_in_post(shown, is_rolling=not article.media_name)
