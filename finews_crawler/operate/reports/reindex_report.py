"""Report of a reindex: counts by outcome, and the posts that were not taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from finews_crawler.archive.found_posts import PostReading, Read

REPORTED = (PostReading.DUPLICATE, PostReading.OTHER, PostReading.UNREADABLE)
SHOWN_PER_REASON = 5


@dataclass
class ReindexReport:
    """Counts of a reindex, and the posts that it did not take, by reason."""

    shown: int | None = SHOWN_PER_REASON
    """Posts that are named for each reason; None for all."""
    readings: Counter[PostReading] = field(default_factory=Counter)
    as_found: Counter[str] = field(default_factory=Counter)
    """Posts that keep bytes that differ from today's rendering, by format."""
    archive_urls: Counter[str] = field(default_factory=Counter)
    """Posts with another URL of the archive than the configured one, by it."""
    reasons: Counter[tuple[PostReading, str]] = field(default_factory=Counter)
    samples: dict[tuple[PostReading, str], list[str]] = field(default_factory=dict)

    def add(self, read: Read) -> None:
        self.readings[read.reading] += 1
        if read.is_as_found and read.reading not in (PostReading.DUPLICATE, PostReading.MERGED):
            self.as_found[read.form.value if read.form else "unchanged"] += 1
        if read.archive_url:
            self.archive_urls[read.archive_url] += 1
        if read.reading in REPORTED:
            key = (read.reading, read.reason)
            self.reasons[key] += 1
            samples = self.samples.setdefault(key, [])
            if self.shown is None or len(samples) < self.shown:
                samples.append(f"{read.path}: {read.detail}" if read.detail else str(read.path))

    def lines(self) -> Iterator[str]:
        """Yield what was not taken: a line for each reason with its number of posts, and some of them.

        Before it, a line for each URL of the archive that is not the configured one.
        """
        for url, number in self.archive_urls.most_common():
            other = f"posts that link to {url}, which is not FINEWS_POST_ARCHIVE_URL"
            yield f"{other}: {number}; correct the setting, or `finews rebuild` writes the configured URL"
        for (reading, reason), number in self.reasons.most_common():
            yield f"{reading.value} ({number}): {reason}"
            samples = self.samples[reading, reason]
            yield from (f"  {sample}" for sample in samples)
            if number > len(samples):
                yield f"  … and {number - len(samples)} more (--all names them)"

    def summary(self) -> str:
        words = ", ".join(f"{reading.value} {self.readings[reading]}" for reading in PostReading)
        forms = ", ".join(f"{form} {number}" for form, number in sorted(self.as_found.items()))
        kept = f"{self.as_found.total()}{f' ({forms})' if forms else ''}"
        return f"reindex: read {self.readings.total()}, {words}; kept in the form they were found in: {kept}"
