"""First stage of a build: partitions that have changed, and their search indexes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed, wait

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_context import PARTITIONS, BuildContext
from finews_crawler.site.build_state import Partition
from finews_crawler.site.partition_build import BuiltPartition, PartitionBuilder
from finews_crawler.site.partitions import PostMetadata, PostSource, digest_of, divide, find_posts
from finews_crawler.site.urls import CategoryAddresses


class PartitionStage:
    """Builds partitions in the threads of the pool; their search indexes are built while the next stage runs."""

    def __init__(self, context: BuildContext, metadata: Mapping[str, PostMetadata]) -> None:
        self.context = context
        self.metadata = metadata
        self._indexing: dict[Future[list[str]], tuple[str, str]] = {}
        """Search indexes in progress: the name of the partition, and its digest once it is indexed."""

    def build(self) -> None:
        """Build the partitions that have changed and begin their search indexes. Raises BuildFailed, OSError."""
        state, metadata = self.context.state, self.metadata
        posts = self._find_posts()
        divided = divide(posts)
        for name in state.partitions().keys() - divided.keys():
            state.drop_partition(name)
        slugs = {metadata[post.path].slug for post in posts if post.path in metadata}
        addresses, built_with = self._addresses(slugs), None
        # Only Jekyll knows the category of a post that is not in the index. If it takes the page of another category,
        # or no longer does, the posts of that one must be built again.
        while addresses.moved != built_with:
            self._build_changed(divided, addresses)
            addresses, built_with = self._addresses(slugs), addresses.moved
        self.context.report.posts = len(posts)

    def _find_posts(self) -> list[PostSource]:
        folder = self.context.directory.posts
        posts = find_posts(folder) if folder.is_dir() else []
        if self.metadata and not posts:
            problem = f"there are no posts in {folder}, and the index knows of {len(self.metadata)}"
            raise BuildFailed(f"{problem}: check FINEWS_DATA_DIR, or `scrapy rebuild` them")
        return posts

    def _addresses(self, slugs: Collection[str]) -> CategoryAddresses:
        partitions = self.context.state.partitions().values()
        return CategoryAddresses([*slugs, *(slug for partition in partitions for slug in partition.foreign_slugs)])

    def _build_changed(self, divided: Mapping[str, Sequence[PostSource]], addresses: CategoryAddresses) -> None:
        def digest(name: str, foreign_slugs: Iterable[str]) -> str:
            return digest_of(divided[name], self.metadata, addresses.moved, self.context.theme, foreign_slugs)

        state = self.context.state
        built = state.partitions()
        built_digests = {name: partition.digest for name, partition in built.items()} | dict(self._indexing.values())
        digests = {name: digest(name, built[name].foreign_slugs if name in built else []) for name in divided}
        changed = {name: divided[name] for name in divided if built_digests.get(name) != digests[name]}
        for partition in self._build_each(changed, addresses):
            folder, foreign_slugs = f"{PARTITIONS}/{partition.folder.name}", partition.foreign_slugs
            months = sorted({post.date[:7] for post, _ in partition.posts})
            row = Partition("", folder, len(partition.searchable), months, foreign_slugs)
            state.put_partition(partition.name, row, partition.posts, partition.files)
            self.context.former.update({post.info_code: post.url for post, _ in partition.posts if post.info_code})
            self._begin_index(partition, digest(partition.name, foreign_slugs))
            self.context.echo(f"{partition.name}: {len(partition.posts)} posts")

    def _build_each(
        self, partitions: Mapping[str, Sequence[PostSource]], addresses: CategoryAddresses
    ) -> Iterator[BuiltPartition]:
        """Yield partitions as they are built, one on each core. A failed one is raised when the others are done."""
        directory, scratch = self.context.directory, self.context.scratch
        builder = PartitionBuilder(
            directory.site, self.metadata, addresses, self.context.address, self.context.archive_url
        )
        futures, failures = [], []
        for name, posts in partitions.items():
            folder = directory.site_build / PARTITIONS / f"{name}.{uuid.uuid4().hex}"
            futures.append(self.context.pool.submit(builder.build, name, posts, folder, scratch / folder.name))
        for future in as_completed(futures):
            try:
                built = future.result()
            except BuildFailed as error:
                failures.append(error)
            else:
                yield built
        if failures:
            raise failures[0]

    def _begin_index(self, partition: BuiltPartition, digest: str) -> None:
        # A partition may be built twice in one build: the index of its first pages no longer counts.
        for future in [future for future, (name, _) in self._indexing.items() if name == partition.name]:
            del self._indexing[future]
        self._indexing[self.context.pool.submit(partition.build_search_index)] = (partition.name, digest)
        self.context.report.partitions = len(self._indexing)

    def finish(self) -> None:
        """Wait for the search indexes, and record their partitions as built. Raises BuildFailed, OSError."""
        wait(self._indexing)
        if self._indexing:
            os.sync()  # The files must be on disk before they are recorded as complete.
        failures = []
        for future, (name, digest) in self._indexing.items():
            try:
                self.context.state.finish_partition(name, digest, future.result())
            except BuildFailed as error:
                failures.append(error)
        if failures:
            raise failures[0]
