"""Post files that ``reindex`` reads: in the archive itself, or in a clone of another one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from finews_crawler.archive.locations import has_day, is_post, read_file
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import publication_day
from finews_crawler.exporters.jekyll_post import post_name, render_post, rendered_fields
from finews_crawler.items import Article
from finews_crawler.posts.formats import CURRENT_FORMATS, OLD_FORMATS, PostFormat
from finews_crawler.posts.reader import Post, read_post
from finews_crawler.utils.timezone import BEIJING


class PostReading(StrEnum):
    """Outcome of reading one post."""

    NEW = "new"
    """Its article was added to the index."""
    CHANGED = "changed"
    """The index entry was updated from the post, or with its path."""
    UNCHANGED = "unchanged"
    MERGED = "merged"
    """The article has another post, whose entry got fields of this one. The outlet's post is the article's."""
    DUPLICATE = "duplicate"
    """The article has another post, and this one adds nothing; ignored."""
    OTHER = "other"
    """Not meant to be an article: a notice of the site's own, a README."""
    UNREADABLE = "unreadable"
    """Contains no article that can be parsed; ignored."""


@dataclass(frozen=True)
class Read:
    """A file, and the outcome of reading it."""

    path: Path
    reading: PostReading
    reason: str = ""
    """Why the post was not taken, the same words for every post with this reason."""
    detail: str = ""
    """Peculiarity of this post."""
    form: PostFormat | None = None
    is_as_found: bool = False
    """True if the post keeps bytes that differ from today's rendering."""
    archive_url: str = ""
    """URL of the archive in the post, if `finews rebuild` would replace it."""


@dataclass(frozen=True)
class FoundPost:
    """A post that contains an article."""

    path: Path
    article: Article
    content: bytes
    form: PostFormat
    is_hidden: bool
    """True if Jekyll does not find its front matter."""
    post_path: str
    """Path in the archive, relative to the data directory."""
    is_in_archive: bool
    """True if the file is at that path already, False if it is imported."""
    archive_url: str = ""
    """URL of the archive in the post, if it is in today's format with another one than is configured."""
    linked_code: str | None = None
    """The infoCode in its link."""
    mis_keyed: str = ""
    """In which way its name and its link contradict each other."""
    as_read: Article | None = None
    """The article before its fields were derived, which renders as the post, if that is in today's format."""

    def is_rendering_of(self, article: Article, addresses: PostUrls) -> bool:
        """Return True if rendering *article* gives the post, with the URL of the archive in it."""
        if self.as_read and rendered_fields(self.as_read) == rendered_fields(article):
            return True
        urls = addresses._replace(archive_url=self.archive_url) if self.archive_url else addresses
        return self.content == render_post(article, urls)

    def is_outdated(self, rendered: bytes) -> bool:
        """Return True if another program wrote it, and it is not what this one writes, *rendered*.

        A post in an unknown format is not: a person edited it.
        """
        is_written = self.form in OLD_FORMATS or self.form in CURRENT_FORMATS or self.is_hidden
        return is_written and self.form is not PostFormat.BROKEN and self.content != rendered


class PathsInArchive:
    """Paths of posts in the archive. Resolves each folder once, since each step of that is a call of the system."""

    def __init__(self, directory: DataDirectory) -> None:
        folders = (directory.posts, directory.retired)
        self._names = {f"{folder.resolve()}{os.sep}": directory.relative(folder) for folder in folders}
        self._parents: dict[str, str] = {}

    def of(self, path: Path) -> str | None:
        """Return the path of a post of this archive, relative to the data directory; None for another file."""
        return self._relative(f"{path.resolve()}") if path.is_symlink() else self.of_file(path)

    def of_file(self, path: Path) -> str | None:
        """Return the same, for a file that is no symbolic link."""
        folder, name = os.path.split(path)
        return self._relative(f"{self._resolved(folder)}{os.sep}{name}")

    def _relative(self, real: str) -> str | None:
        for start, relative in self._names.items():
            if real.startswith(start):
                return f"{relative}/{real.removeprefix(start).replace(os.sep, '/')}"
        return None

    def _resolved(self, folder: str) -> str:
        if folder not in self._parents:
            self._parents[folder] = str(Path(folder).resolve())
        return self._parents[folder]


def read_found_post(
    path: Path, content: bytes, there: str | None, directory: DataDirectory, addresses: PostUrls
) -> FoundPost | Read:
    """Return the post with *content* at *path*, or why it contains no article. *there*: its path in the archive."""
    post = read_post(path.name, content, addresses)
    if post.article is None:
        return _without_article(path, post)
    article = derive(post.article, addresses).article
    if missing := _missing_part(article):
        return Read(path, PostReading.UNREADABLE, *(_reason_of(post.problem) or (missing, "")), post.form)
    article.first_seen_at = datetime.fromtimestamp(path.stat().st_mtime, BEIJING).replace(microsecond=0)
    # A post with only a digest lacks the body: it is fetched when a list next contains the article.
    article.is_stand_in = not article.has_body
    post_path = there or directory.relative(_import_path(path, article, directory))
    is_in_archive = there is not None
    as_read = post.article if post.form in CURRENT_FORMATS else None
    return FoundPost(
        path,
        article,
        content,
        post.form,
        post.is_hidden,
        post_path,
        is_in_archive,
        post.archive_url,
        post.linked_code,
        post.mis_keyed,
        as_read,
    )


def _without_article(path: Path, post: Post) -> Read:
    if post.form is PostFormat.NOTICE:
        return Read(path, PostReading.OTHER, post.problem, form=post.form)
    if not has_day(path.name):
        return Read(path, PostReading.OTHER, "no day in its name", post.problem, post.form)
    return Read(path, PostReading.UNREADABLE, *(_reason_of(post.problem) or ("no infoCode", "")), post.form)


def _reason_of(problem: str) -> tuple[str, str] | None:
    """Return a reader's problem as reason and detail: the position of a fault differs from post to post."""
    if problem.startswith("not UTF-8"):
        return "not UTF-8", problem
    if problem.startswith("YAML"):
        return "its front matter is not valid YAML", problem
    return (problem, "") if problem else None


def _missing_part(article: Article) -> str:
    """Return the part that every article needs and this one lacks, or ''."""
    needed = {"title": article.title, "date": article.published_at, "body": article.body_html or article.digest}
    return next((f"no {name}" for name, value in needed.items() if not value), "")


def _import_path(path: Path, article: Article, directory: DataDirectory) -> Path:
    """Return the path of an imported post: under its own name if Jekyll accepts that, else under the usual one.

    What its archive had retired stays retired.
    """
    assert article.published_at is not None  # noqa: S101 (see _missing_part)
    day = publication_day(article.published_at)
    name = path.name if path.name.startswith(f"{day}-") and is_post(path.name) else post_name(article)
    folder = directory.retired_folder(day) if _is_retired(path, directory) else directory.posts
    return folder / name


def _is_retired(path: Path, directory: DataDirectory) -> bool:
    """Return True for a post below ``old_post``, also of the original archive, which had no folders in it."""
    retired, posts = directory.retired.name, directory.posts.name
    folders = (parent.name for parent in path.resolve().parents)
    return next((name == retired for name in folders if name in (retired, posts)), False)


def read_content(path: Path) -> bytes | Read:
    """Return the bytes of a file, or why it cannot be read."""
    try:
        content = read_file(path)
        path.name.encode()
    except OSError as error:
        return Read(path, PostReading.UNREADABLE, error.strerror or str(error))
    except UnicodeEncodeError:
        return Read(path, PostReading.UNREADABLE, "its name is not UTF-8")
    return Read(path, PostReading.UNREADABLE, "not a file") if content is None else content
