"""The archive on disk: posts, category files, the index and what was rejected. The one place that writes."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from finews_crawler.archive.files import append_line, sweep, sync_folder, write_whole
from finews_crawler.archive.index import Index
from finews_crawler.archive.paths import DataDirectory
from finews_crawler.exporters.category_file import category_name, render_category
from finews_crawler.exporters.jekyll_post import PostAddresses, media_tag, post_name, render_post
from finews_crawler.items import Article, Rejection


class Archive:
    """One data directory. Reading creates nothing; the first article or rejection creates what it needs."""

    def __init__(self, directory: DataDirectory, addresses: PostAddresses) -> None:
        self.directory = directory
        self.addresses = addresses
        self.index = Index(directory.index)
        self._is_swept = False

    def holds(self, info_code: str) -> bool:
        """Whether the article is held: its post was on disk when its row was written."""
        return self.index.holds(info_code)

    def get(self, info_code: str) -> Article | None:
        held = self.index.get(info_code)
        return held[0] if held else None

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        return bool(listing_hash) and self.index.was_rejected(info_code, listing_hash)

    def store(self, article: Article) -> bool:
        """Write the article's post, then mark it as held. True when the post changed.

        A crash before the row leaves a whole post; the refetch finds it as it is, unless upstream changed meanwhile.
        """
        self._sweep_once()
        held = self.index.get(article.info_code)
        name = post_name(article)
        changed = self.restore(article)
        if held and held[1] != name:
            # The article got its medium, or its true date: one article is one post.
            (self.directory.posts / held[1]).unlink(missing_ok=True)
            sync_folder(self.directory.posts)
        self.index.put(article, name)
        return changed

    def restore(self, article: Article) -> bool:
        """Write the post of an article, and its category file, where they are missing or differ. True for the post."""
        changed = write_whole(self.directory.posts / post_name(article), render_post(article, self.addresses))
        self._write_category(article)
        return changed

    def _sweep_once(self) -> None:
        if not self._is_swept:
            self._is_swept = True
            sweep(self.directory.posts)
            sweep(self.directory.categories)

    def reject(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Keep what was rejected, once for each answer of upstream. True when it is new."""
        payload_hash = hashlib.sha256(rejection.payload.encode()).hexdigest()
        if self.index.has_rejection(rejection, payload_hash):
            return False
        record = {
            "info_code": rejection.info_code,
            "reason": rejection.reason,
            "detail": rejection.detail,
            "rejected_at": rejected_at.isoformat(),
            "source_url": rejection.source_url,
            "payload": rejection.payload,
        }
        append_line(self.directory.rejected, json.dumps(record, ensure_ascii=False).encode())
        self.index.put_rejection(rejection, payload_hash, rejected_at.isoformat())
        return True

    def close(self) -> None:
        self.index.close()

    def _write_category(self, article: Article) -> None:
        path = self.directory.categories / category_name(article.slug)
        if not path.exists():
            write_whole(path, render_category(article.slug, media_tag(article.media_name)))
