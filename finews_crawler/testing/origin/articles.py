"""The origin's articles: deterministic from a seed, newest first, without bodies until they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from finews_crawler.testing.origin import text_generator as prose
from finews_crawler.testing.origin.body_generator import Bodies, DrawnBodies
from finews_crawler.testing.origin.seeded_random import seeded_random
from finews_crawler.testing.origin.timestamps import NEWEST, SHOWTIME, moments

MEDIA, ROLLING, BOTH, MARKET = "media", "rolling", "both", "market"
# Of 20 in a row: 11 media only, 3 rolling only, 4 both, 2 market. Mixed, so that a short list has some of each.
MIX = (
    *(MEDIA, BOTH, MEDIA, ROLLING, MARKET, MEDIA, BOTH, MEDIA, MEDIA, ROLLING),
    *(MEDIA, BOTH, MEDIA, MEDIA, MARKET, MEDIA, BOTH, MEDIA, ROLLING, MEDIA),
)
# The rolling row seen in the wild without title and time. Its GetNewsText has both.
BLANK_ROW_INDEX = MIX.index(ROLLING)

# The serial half of an infoCode grows by about twelve a second.
NEWEST_SERIAL = 2_391_999_999
SERIALS_PER_ARTICLE = (700, 7000)


@dataclass(frozen=True, slots=True)
class OriginArticle:
    """One article of upstream. ``showtime`` is local time in Beijing, ``YYYY-MM-DD HH:MM:SS``."""

    info_code: str
    title: str
    showtime: str
    media_name: str  # '' if no channel gives an outlet
    channels: frozenset[str]  # of 'rolling', 'media', 'market:37', 'market:38', 'market:39'
    digest: str
    simtitle: str
    simdigest: str
    body: Bodies | DrawnBodies
    blank_row: bool = False  # its rolling row has lost title and showtime
    on_archive: bool = True

    @property
    def url_w(self) -> str:
        return f"http://finance.eastmoney.com/a/{self.info_code[2:]}.html"

    @property
    def text_html(self) -> str:
        return self.body.text

    @property
    def content_html(self) -> str:
        return self.body.content


def generate(count: int, seed: int, newest: datetime = NEWEST) -> list[OriginArticle]:
    """Return the *count* newest articles of *seed*, newest first; fewer are always a prefix of more.

    *newest* is the time of the first one. All but the days in times, texts and infoCodes is the same for all of them.

    >>> first, *_ = generate(3, 1)
    >>> first.showtime, first.info_code[:10], first.media_name
    ('2022-05-26 23:59:58', 'NW20220526', '上海证券报')
    >>> generate(2, 1) == generate(3, 1)[:2]
    True
    """
    serial, articles = NEWEST_SERIAL, []
    for index, moment in enumerate(islice(moments(seed, newest), count)):
        serial -= seeded_random(seed, index, "serial").randrange(*SERIALS_PER_ARTICLE)
        articles.append(article(seed, index, moment, f"NW{moment:%Y%m%d}{serial % 10**10:010}"))
    return articles


def article(seed: int, index: int, moment: datetime, info_code: str) -> OriginArticle:
    """Return article *index* of *seed*, whose time and key are given."""
    kind = MIX[index % len(MIX)]
    media_name = "" if kind == ROLLING else prose.MEDIA[(index * 7 + seed) % len(prose.MEDIA)]
    tale = prose.story(seed, index, moment.day)
    lead = tale.lead.plain()
    return OriginArticle(
        info_code=info_code,
        title=tale.title,
        showtime=moment.strftime(SHOWTIME),
        media_name=media_name,
        channels=channels_of(kind, index),
        digest=prose.digest(index, tale.title, lead, media_name),
        simtitle=prose.short_title(index, tale.title),
        simdigest=lead,
        body=DrawnBodies(seed, index, moment.day, media_name),
        blank_row=index == BLANK_ROW_INDEX,
        on_archive=index != BLANK_ROW_INDEX,  # its post had no date, so Jekyll ignored it
    )


def channels_of(kind: str, index: int) -> frozenset[str]:
    """Return the channels that list an article of *kind*.

    >>> sorted(channels_of(BOTH, 1)), sorted(channels_of(MARKET, 4))
    (['media', 'rolling'], ['market:39'])
    """
    if kind == MARKET:
        return frozenset({f"market:{37 + index // 2 % 3}"})
    return frozenset({ROLLING, MEDIA} if kind == BOTH else {kind})
